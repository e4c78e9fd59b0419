use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::chain;
use super::rows::{event, head};
use super::{Event, EventId};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

/// Numbers the event, chains it and writes it. The head's row is locked until the transaction ends, so numbers become
/// visible in order.
pub(super) async fn append(tx: &mut WriteTx, org: OrgId, mut event: Event) -> Result<(), DbError> {
    let first = head::ActiveModel { id: Set(org.to_string()), seq: Set(0), hash: Set(String::new()) };
    head::Entity::insert(first)
        .on_conflict(OnConflict::column(head::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(tx.conn())
        .await?;
    // SQLite ignores the lock clause: its transaction is exclusive anyway.
    let head = head::Entity::find_by_id(org.to_string()).lock_exclusive().one(tx.conn()).await?;
    let (seq, hash) = head.map_or((0, String::new()), |head| (head.seq, head.hash));
    event.seq = seq + 1;
    event.hash = chain::link(&hash, org, &event);
    let next =
        head::ActiveModel { id: Set(org.to_string()), seq: Set(event.seq), hash: Set(event.hash.clone()) };
    head::Entity::update(next).exec(tx.conn()).await?;
    event::Entity::insert(to_row(org, event)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Number and hash of the last event; zero and nothing before the first.
pub(super) async fn head(db: &Db, org: OrgId) -> Result<(i64, String), DbError> {
    let head = head::Entity::find_by_id(org.to_string()).one(db.read()).await?;
    Ok(head.map_or((0, String::new()), |head| (head.seq, head.hash)))
}

pub(super) async fn list(db: &Db, org: OrgId, after: i64, limit: u64) -> Result<Vec<Event>, DbError> {
    let rows = event::Entity::find()
        .filter(event::Column::OrgId.eq(org.to_string()))
        .filter(event::Column::Seq.gt(after))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(db.read())
        .await?;
    rows.into_iter().map(from_row).collect()
}

pub(super) async fn latest(
    db: &Db,
    org: OrgId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Event>, DbError> {
    let mut query = event::Entity::find().filter(event::Column::OrgId.eq(org.to_string()));
    if let Some(before) = before {
        query = query.filter(event::Column::Seq.lt(before));
    }
    let rows = query.order_by_desc(event::Column::Seq).limit(limit).all(db.read()).await?;
    rows.into_iter().map(from_row).collect()
}

fn to_row(org: OrgId, event: Event) -> event::ActiveModel {
    event::ActiveModel {
        id: Set(event.id.to_string()),
        org_id: Set(org.to_string()),
        seq: Set(event.seq),
        at: Set(event.at),
        actor: Set(event.actor),
        kind: Set(event.kind),
        subject: Set(event.subject),
        data: Set(event.data.to_string()),
        hash: Set(event.hash),
    }
}

fn from_row(row: event::Model) -> Result<Event, DbError> {
    let corrupt = |what, value: &str| DbError::Corrupt { what, value: value.chars().take(80).collect() };
    Ok(Event {
        id: row.id.parse::<EventId>().map_err(|_| corrupt("event id", &row.id))?,
        data: serde_json::from_str(&row.data).map_err(|_| corrupt("event", &row.data))?,
        seq: row.seq,
        at: row.at,
        actor: row.actor,
        kind: row.kind,
        subject: row.subject,
        hash: row.hash,
    })
}
