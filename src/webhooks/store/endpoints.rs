use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    Select,
};

use super::{corrupt, parsed};
use crate::base::Window;
use crate::db::{Db, DbError, WriteTx, within};
use crate::tenancy::OrgId;
use crate::webhooks::rows::endpoint;
use crate::webhooks::{Endpoint, EndpointId, EndpointKind, EventType, State};

/// An endpoint with what nobody outside the room sees of it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub endpoint: Endpoint,
    /// It gets events above this number.
    pub after_seq: i64,
    /// Sealed.
    pub secret: String,
    /// Sealed; it counts while the endpoint says so.
    pub old_secret: Option<String>,
}

fn of(org: OrgId) -> Select<endpoint::Entity> {
    endpoint::Entity::find().filter(endpoint::Column::OrgId.eq(org.to_string()))
}

fn on(org: OrgId) -> Select<endpoint::Entity> {
    of(org).filter(endpoint::Column::State.eq(State::On.as_str()))
}

pub async fn insert(tx: &WriteTx, org: OrgId, kept: &Kept) -> Result<(), DbError> {
    let row = endpoint::ActiveModel {
        org_id: Set(org.to_string()),
        created_at: Set(kept.endpoint.created_at),
        ..to_row(kept)
    };
    endpoint::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes all that can change of an endpoint. Its row was locked by [`lock`].
pub async fn save(tx: &WriteTx, kept: &Kept) -> Result<(), DbError> {
    endpoint::Entity::update(to_row(kept)).exec(tx.conn()).await?;
    Ok(())
}

pub async fn delete(tx: &WriteTx, org: OrgId, id: EndpointId) -> Result<bool, DbError> {
    let delete = endpoint::Entity::delete_many()
        .filter(endpoint::Column::OrgId.eq(org.to_string()))
        .filter(endpoint::Column::Id.eq(id.to_string()));
    Ok(delete.exec(tx.conn()).await?.rows_affected == 1)
}

pub async fn get(conn: &impl ConnectionTrait, org: OrgId, id: EndpointId) -> Result<Option<Kept>, DbError> {
    let found = of(org).filter(endpoint::Column::Id.eq(id.to_string())).one(conn).await?;
    found.map(from_row).transpose()
}

/// The endpoint, which nobody else changes until the transaction ends.
pub async fn lock(tx: &WriteTx, org: OrgId, id: EndpointId) -> Result<Option<Kept>, DbError> {
    let query = of(org).filter(endpoint::Column::Id.eq(id.to_string())).lock_exclusive();
    query.one(tx.conn()).await?.map(from_row).transpose()
}

pub async fn window(db: &Db, org: OrgId, window: &Window<EndpointKind>) -> Result<Vec<Endpoint>, DbError> {
    let rows = within(of(org), endpoint::Column::Id, window).all(&db.of(org)).await?;
    rows.into_iter().map(|row| Ok(from_row(row)?.endpoint)).collect()
}

pub async fn count(tx: &WriteTx, org: OrgId) -> Result<u64, DbError> {
    Ok(of(org).count(tx.conn()).await?)
}

/// Those that are told something.
pub async fn all_on(tx: &WriteTx, org: OrgId) -> Result<Vec<Kept>, DbError> {
    on(org).all(tx.conn()).await?.into_iter().map(from_row).collect()
}

pub async fn any_on(tx: &WriteTx, org: OrgId) -> Result<bool, DbError> {
    Ok(on(org).count(tx.conn()).await? > 0)
}

fn to_row(kept: &Kept) -> endpoint::ActiveModel {
    let Kept { endpoint: it, after_seq, secret, old_secret } = kept;
    let types: Vec<&str> = it.types.iter().map(|kind| kind.as_str()).collect();
    endpoint::ActiveModel {
        id: Set(it.id.to_string()),
        url: Set(it.url.clone()),
        description: Set(it.description.clone()),
        types: Set(serde_json::json!(types).to_string()),
        state: Set(it.state.as_str().to_owned()),
        since: Set(it.since),
        after_seq: Set(*after_seq),
        secret: Set(secret.clone()),
        old_secret: Set(old_secret.clone()),
        old_until: Set(it.old_secret_until),
        failing_since: Set(it.failing_since),
        ..Default::default()
    }
}

fn from_row(row: endpoint::Model) -> Result<Kept, DbError> {
    let words: Vec<String> =
        serde_json::from_str(&row.types).map_err(|_| corrupt("list of event types", &row.types))?;
    let types = words.iter().map(|word| EventType::parse(word).ok_or_else(|| corrupt("event type", word)));
    let endpoint = Endpoint {
        id: parsed("endpoint id", &row.id)?,
        url: row.url,
        description: row.description,
        types: types.collect::<Result<_, _>>()?,
        state: State::parse(&row.state).ok_or_else(|| corrupt("state of an endpoint", &row.state))?,
        since: row.since,
        failing_since: row.failing_since,
        old_secret_until: row.old_until,
        created_at: row.created_at,
    };
    Ok(Kept { endpoint, after_seq: row.after_seq, secret: row.secret, old_secret: row.old_secret })
}
