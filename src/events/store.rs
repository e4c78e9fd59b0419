use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::chain;
use super::readers::Place;
use super::rows::{event, head, reader};
use super::{DELETED, Event, EventId, OPERATOR};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

/// Numbers the event, chains it and writes it. The head's row is locked until the transaction ends, so numbers become
/// visible in order.
pub(super) async fn append(tx: &mut WriteTx, chain: &str, mut event: Event) -> Result<(), DbError> {
    let head = match locked_head(tx, chain).await? {
        Some(head) => head,
        None => first_head(tx, chain).await?,
    };
    event.seq = head.seq + 1;
    event.hash = chain::link(&head.hash, chain, &event);
    let next =
        head::ActiveModel { id: Set(chain.to_owned()), seq: Set(event.seq), hash: Set(event.hash.clone()) };
    head::Entity::update(next).exec(tx.conn()).await?;
    event::Entity::insert(to_row(chain, event)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

async fn locked_head(tx: &WriteTx, chain: &str) -> Result<Option<head::Model>, DbError> {
    // SQLite ignores the lock clause: its transaction is exclusive anyway.
    Ok(head::Entity::find_by_id(chain).lock_exclusive().one(tx.conn()).await?)
}

/// The head of a chain that has none yet, and was not closed: whoever still works for an organisation that was deleted
/// changes nothing any more, because each change writes its event.
async fn first_head(tx: &WriteTx, chain: &str) -> Result<head::Model, DbError> {
    let gone = || DbError::Gone(format!("the organisation {chain}"));
    if last_of(tx.conn(), OPERATOR, chain, DELETED).await?.is_some() {
        return Err(gone());
    }
    let first = head::ActiveModel { id: Set(chain.to_owned()), seq: Set(0), hash: Set(String::new()) };
    head::Entity::insert(first)
        .on_conflict(OnConflict::column(head::Column::Id).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(tx.conn())
        .await?;
    locked_head(tx, chain).await?.ok_or_else(gone)
}

/// Ends a chain: nothing is written to it any more. Its last hash.
pub(super) async fn close(tx: &WriteTx, chain: &str) -> Result<String, DbError> {
    let head = locked_head(tx, chain).await?;
    head::Entity::delete_by_id(chain).exec(tx.conn()).await?;
    Ok(head.map(|head| head.hash).unwrap_or_default())
}

/// The last event of a kind that tells of a thing.
pub(super) async fn last_of(
    conn: &impl ConnectionTrait,
    chain: &str,
    subject: &str,
    kind: &str,
) -> Result<Option<Event>, DbError> {
    let found = event::Entity::find()
        .filter(event::Column::OrgId.eq(chain))
        .filter(event::Column::Subject.eq(subject))
        .filter(event::Column::Kind.eq(kind))
        .order_by_desc(event::Column::Seq)
        .one(conn)
        .await?;
    found.map(from_row).transpose()
}

/// Removes the events of a chain.
pub(super) async fn remove(db: &Db, chain: &str) -> Result<(), DbError> {
    let which = Condition::all().add(event::Column::OrgId.eq(chain));
    db.remove::<event::Entity>(event::Column::Id, which).await.map(drop)
}

/// Number and hash of the last event; zero and nothing before the first.
pub(super) async fn head(conn: &impl ConnectionTrait, chain: &str) -> Result<(i64, String), DbError> {
    let head = head::Entity::find_by_id(chain).one(conn).await?;
    Ok(head.map_or((0, String::new()), |head| (head.seq, head.hash)))
}

pub(super) async fn list(
    conn: &impl ConnectionTrait,
    chain: &str,
    after: i64,
    limit: u64,
) -> Result<Vec<Event>, DbError> {
    let rows = event::Entity::find()
        .filter(event::Column::OrgId.eq(chain))
        .filter(event::Column::Seq.gt(after))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(from_row).collect()
}

pub(super) async fn latest(
    conn: &impl ConnectionTrait,
    chain: &str,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Event>, DbError> {
    let mut query = event::Entity::find().filter(event::Column::OrgId.eq(chain));
    if let Some(before) = before {
        query = query.filter(event::Column::Seq.lt(before));
    }
    let rows = query.order_by_desc(event::Column::Seq).limit(limit).all(conn).await?;
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

fn to_row(chain: &str, event: Event) -> event::ActiveModel {
    event::ActiveModel {
        id: Set(event.id.to_string()),
        org_id: Set(chain.to_owned()),
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
