use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::parsed;
use crate::accounts::rows::session;
use crate::accounts::{Session, SessionId};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::PersonId;

pub async fn insert(tx: &WriteTx, new: &Session, token_hash: &str) -> Result<(), DbError> {
    let row = session::ActiveModel {
        id: Set(new.id.to_string()),
        person_id: Set(new.person.to_string()),
        token_hash: Set(token_hash.to_owned()),
        agent: Set(new.agent.clone()),
        created_at: Set(new.created_at),
        seen_at: Set(new.seen_at),
        expires_at: Set(new.expires_at),
    };
    session::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub async fn by_token(db: &Db, token_hash: &str, now: i64) -> Result<Option<Session>, DbError> {
    let found = session::Entity::find()
        .filter(session::Column::TokenHash.eq(token_hash))
        .filter(session::Column::ExpiresAt.gt(now))
        .one(db.system())
        .await?;
    found.map(from_row).transpose()
}

pub async fn list(db: &Db, person: PersonId, now: i64) -> Result<Vec<Session>, DbError> {
    let rows = session::Entity::find()
        .filter(session::Column::PersonId.eq(person.to_string()))
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::SeenAt)
        .all(db.system())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Notes that it was used, unless it has been ended meanwhile.
pub async fn seen(tx: &WriteTx, id: SessionId, now: i64, expires_at: i64) -> Result<(), DbError> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(expires_at))
        .filter(session::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Ends one of a person's sessions; `false` when it is none of theirs.
pub async fn end(tx: &WriteTx, person: PersonId, id: SessionId) -> Result<bool, DbError> {
    let delete = session::Entity::delete_many()
        .filter(session::Column::PersonId.eq(person.to_string()))
        .filter(session::Column::Id.eq(id.to_string()));
    Ok(delete.exec(tx.conn()).await?.rows_affected == 1)
}

/// Ends all of a person's sessions.
pub async fn end_all(tx: &WriteTx, person: PersonId) -> Result<u64, DbError> {
    let delete = session::Entity::delete_many().filter(session::Column::PersonId.eq(person.to_string()));
    Ok(delete.exec(tx.conn()).await?.rows_affected)
}

/// Clears away what has ended by itself.
pub async fn purge(tx: &WriteTx, now: i64) -> Result<u64, DbError> {
    let delete = session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now));
    Ok(delete.exec(tx.conn()).await?.rows_affected)
}

fn from_row(row: session::Model) -> Result<Session, DbError> {
    Ok(Session {
        id: parsed("session id", &row.id)?,
        person: parsed("person id", &row.person_id)?,
        agent: row.agent,
        created_at: row.created_at,
        seen_at: row.seen_at,
        expires_at: row.expires_at,
    })
}
