use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::chain;
use super::readers::Place;
use super::rows::{event, head, reader};
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
pub(super) async fn head(conn: &impl ConnectionTrait, org: OrgId) -> Result<(i64, String), DbError> {
    let head = head::Entity::find_by_id(org.to_string()).one(conn).await?;
    Ok(head.map_or((0, String::new()), |head| (head.seq, head.hash)))
}

pub(super) async fn list(
    conn: &impl ConnectionTrait,
    org: OrgId,
    after: i64,
    limit: u64,
) -> Result<Vec<Event>, DbError> {
    let rows = event::Entity::find()
        .filter(event::Column::OrgId.eq(org.to_string()))
        .filter(event::Column::Seq.gt(after))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(conn)
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

/// The row of a reader in one organisation, locked until the transaction ends; made where there was none.
pub(super) async fn lock_reader(tx: &WriteTx, name: &str, org: OrgId) -> Result<Place, DbError> {
    let id = format!("{name} {org}");
    let first = reader::ActiveModel {
        id: Set(id.clone()),
        reader: Set(name.to_owned()),
        org_id: Set(org.to_string()),
        active: Set(0),
        seq: Set(0),
    };
    reader::Entity::insert(first)
        .on_conflict(OnConflict::column(reader::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(tx.conn())
        .await?;
    let row = reader::Entity::find_by_id(&id).lock_exclusive().one(tx.conn()).await?;
    Ok(row.map_or(Place { active: false, seq: 0 }, |row| Place { active: row.active != 0, seq: row.seq }))
}

pub(super) async fn set_reader(tx: &WriteTx, name: &str, org: OrgId, place: Place) -> Result<(), DbError> {
    let row = reader::ActiveModel {
        id: Set(format!("{name} {org}")),
        active: Set(i64::from(place.active)),
        seq: Set(place.seq),
        ..Default::default()
    };
    reader::Entity::update(row).exec(tx.conn()).await?;
    Ok(())
}

/// Organisations in which a reader has not come to the end; only some, if `among` names them.
pub(super) async fn behind(
    conn: &impl ConnectionTrait,
    name: &str,
    among: Option<&[OrgId]>,
    limit: u64,
) -> Result<Vec<OrgId>, DbError> {
    let to_head =
        reader::Entity::belongs_to(head::Entity).from(reader::Column::OrgId).to(head::Column::Id).into();
    let mut query = reader::Entity::find()
        .select_only()
        .column(reader::Column::OrgId)
        .join(JoinType::InnerJoin, to_head)
        .filter(reader::Column::Reader.eq(name))
        .filter(reader::Column::Active.eq(1))
        .filter(
            Expr::col((head::Entity, head::Column::Seq)).gt(Expr::col((reader::Entity, reader::Column::Seq))),
        )
        .limit(limit);
    if let Some(orgs) = among {
        query = query.filter(reader::Column::Id.is_in(orgs.iter().map(|org| format!("{name} {org}"))));
    }
    let found: Vec<String> = query.into_tuple().all(conn).await?;
    let parsed = |text: &String| {
        text.parse().map_err(|_| DbError::Corrupt { what: "organisation id", value: text.clone() })
    };
    found.iter().map(parsed).collect()
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
