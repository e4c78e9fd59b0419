use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::parsed;
use crate::accounts::links::{Link, LinkFor};
use crate::accounts::model::LinkId;
use crate::accounts::rows::link;
use crate::db::{DbError, WriteTx};

pub async fn insert(tx: &WriteTx, new: &Link, now: i64) -> Result<(), DbError> {
    let row = link::ActiveModel {
        id: Set(new.id.to_string()),
        kind: Set(new.kind.as_str().to_owned()),
        person_id: Set(new.person.map(|person| person.to_string())),
        email: Set(new.email.clone()),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
    };
    link::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A link that can still be used.
pub async fn open(conn: &impl ConnectionTrait, id: LinkId, now: i64) -> Result<Option<Link>, DbError> {
    let found = link::Entity::find_by_id(id.to_string())
        .filter(link::Column::UsedAt.is_null())
        .filter(link::Column::ExpiresAt.gt(now))
        .one(conn)
        .await?;
    found.map(from_row).transpose()
}

/// Uses a link up; `false` when somebody else has, or its time is over.
pub async fn take(tx: &WriteTx, id: LinkId, now: i64) -> Result<bool, DbError> {
    let taken = link::Entity::update_many()
        .col_expr(link::Column::UsedAt, Expr::value(now))
        .filter(link::Column::Id.eq(id.to_string()))
        .filter(link::Column::UsedAt.is_null())
        .filter(link::Column::ExpiresAt.gt(now))
        .exec(tx.conn())
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Links of this kind that were given out before are worth nothing any more.
pub async fn void(tx: &WriteTx, kind: LinkFor, person: Option<String>, now: i64) -> Result<(), DbError> {
    let mut update = link::Entity::update_many()
        .col_expr(link::Column::UsedAt, Expr::value(now))
        .filter(link::Column::Kind.eq(kind.as_str()))
        .filter(link::Column::UsedAt.is_null());
    if let Some(person) = person {
        update = update.filter(link::Column::PersonId.eq(person));
    }
    update.exec(tx.conn()).await?;
    Ok(())
}

pub async fn purge(tx: &WriteTx, now: i64) -> Result<u64, DbError> {
    let delete = link::Entity::delete_many().filter(link::Column::ExpiresAt.lte(now));
    Ok(delete.exec(tx.conn()).await?.rows_affected)
}

fn from_row(row: link::Model) -> Result<Link, DbError> {
    let person = row.person_id.map(|person| parsed("person id", &person)).transpose()?;
    let kind = LinkFor::parse(&row.kind)
        .ok_or_else(|| DbError::Corrupt { what: "kind of a link", value: row.kind.clone() })?;
    Ok(Link { id: parsed("link id", &row.id)?, kind, person, email: row.email, expires_at: row.expires_at })
}
