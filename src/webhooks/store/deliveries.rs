use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{corrupt, parsed};
use crate::base::Window;
use crate::db::{Db, DbError, WriteTx, within};
use crate::tenancy::OrgId;
use crate::webhooks::rows::delivery;
use crate::webhooks::{Attempt, Delivery, DeliveryId, DeliveryKind, DeliveryState, EndpointId};

/// Spelled out, not bound: a partial index is used only where its condition can be read in the query.
const PENDING: &str = "state = 'pending'";
/// Rows of one INSERT: SQLite takes 32,766 values.
const AT_ONCE: usize = 500;

fn of(org: OrgId, endpoint: EndpointId) -> Select<delivery::Entity> {
    delivery::Entity::find()
        .filter(delivery::Column::OrgId.eq(org.to_string()))
        .filter(delivery::Column::EndpointId.eq(endpoint.to_string()))
}

pub async fn insert(tx: &WriteTx, new: &[Delivery]) -> Result<(), DbError> {
    for some in new.chunks(AT_ONCE) {
        let rows = some.iter().map(|new| delivery::ActiveModel {
            org_id: Set(new.org.to_string()),
            endpoint_id: Set(new.endpoint.to_string()),
            event_id: Set(new.event.to_string()),
            kind: Set(new.kind.clone()),
            body: Set(new.body.clone()),
            replay_of: Set(new.replay_of.map(|id| id.to_string())),
            created_at: Set(new.created_at),
            ..to_row(new)
        });
        delivery::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Writes how far a delivery is.
pub async fn save(tx: &WriteTx, it: &Delivery) -> Result<(), DbError> {
    delivery::Entity::update(to_row(it)).exec(tx.conn()).await?;
    Ok(())
}

pub async fn window(
    db: &Db,
    org: OrgId,
    endpoint: EndpointId,
    window: &Window<DeliveryKind>,
) -> Result<Vec<Delivery>, DbError> {
    let rows = within(of(org, endpoint), delivery::Column::Id, window).all(&db.of(org)).await?;
    rows.into_iter().map(from_row).collect()
}

pub async fn get(
    conn: &impl ConnectionTrait,
    org: OrgId,
    id: DeliveryId,
) -> Result<Option<Delivery>, DbError> {
    let query =
        delivery::Entity::find_by_id(id.to_string()).filter(delivery::Column::OrgId.eq(org.to_string()));
    query.one(conn).await?.map(from_row).transpose()
}

/// Calls off what an endpoint was still to be sent.
pub async fn cancel_pending(tx: &WriteTx, endpoint: EndpointId) -> Result<(), DbError> {
    delivery::Entity::update_many()
        .col_expr(delivery::Column::State, Expr::value(DeliveryState::Cancelled.as_str()))
        .col_expr(delivery::Column::NextAt, Expr::value(None::<i64>))
        .filter(delivery::Column::EndpointId.eq(endpoint.to_string()))
        .filter(Expr::cust(PENDING))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Deliveries of all organisations that were to be tried before this time, the longest due first.
pub async fn overdue(db: &Db, before: i64, limit: u64) -> Result<Vec<Delivery>, DbError> {
    let query = delivery::Entity::find()
        .filter(Expr::cust(PENDING))
        .filter(delivery::Column::NextAt.lt(before))
        .order_by_asc(delivery::Column::NextAt)
        .limit(limit);
    query.all(db.system()).await?.into_iter().map(from_row).collect()
}

/// Deletes some of the deliveries that are older than this time; how many.
pub async fn purge(tx: &WriteTx, before: i64, limit: u64) -> Result<u64, DbError> {
    let old = delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::Column::CreatedAt.lt(before))
        .limit(limit);
    let ids: Vec<String> = old.into_tuple().all(tx.conn()).await?;
    let delete = delivery::Entity::delete_many().filter(delivery::Column::Id.is_in(ids));
    Ok(delete.exec(tx.conn()).await?.rows_affected)
}

/// What can change of a delivery.
fn to_row(it: &Delivery) -> delivery::ActiveModel {
    let last = it.last.as_ref();
    delivery::ActiveModel {
        id: Set(it.id.to_string()),
        state: Set(it.state.as_str().to_owned()),
        attempts: Set(i64::from(it.attempts)),
        next_at: Set(it.next_at),
        last_at: Set(last.map(|last| last.at)),
        status: Set(last.and_then(|last| last.status).map(i64::from)),
        duration_ms: Set(last.map(|last| last.duration_ms)),
        why: Set(last.and_then(|last| last.why.clone())),
        answer: Set(last.and_then(|last| last.answer.clone())),
        ..Default::default()
    }
}

fn from_row(row: delivery::Model) -> Result<Delivery, DbError> {
    let last = row.last_at.map(|at| Attempt {
        at,
        duration_ms: row.duration_ms.unwrap_or(0),
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        why: row.why,
        answer: row.answer,
    });
    Ok(Delivery {
        id: parsed("delivery id", &row.id)?,
        org: parsed("organisation id", &row.org_id)?,
        endpoint: parsed("endpoint id", &row.endpoint_id)?,
        event: parsed("event id", &row.event_id)?,
        kind: row.kind,
        body: row.body,
        state: DeliveryState::parse(&row.state).ok_or_else(|| corrupt("state of a delivery", &row.state))?,
        replay_of: row.replay_of.as_deref().map(|id| parsed("delivery id", id)).transpose()?,
        attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        next_at: row.next_at,
        last,
        created_at: row.created_at,
    })
}
