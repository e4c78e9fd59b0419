use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::parsed;
use crate::accounts::LinkedIdentity;
use crate::accounts::rows::identity;
use crate::db::{DbError, WriteTx};
use crate::oidc::Identity;
use crate::tenancy::PersonId;

/// The row's id: the lengths keep one pair from reading as another.
fn id(of: &Identity) -> String {
    let Identity { issuer, subject, .. } = of;
    blake3::hash(format!("{}:{issuer}{}:{subject}", issuer.len(), subject.len()).as_bytes())
        .to_hex()
        .to_string()
}

pub async fn person(conn: &impl ConnectionTrait, of: &Identity) -> Result<Option<PersonId>, DbError> {
    let found = identity::Entity::find_by_id(id(of)).one(conn).await?;
    found.map(|row| parsed("person id", &row.person_id)).transpose()
}

pub async fn insert(tx: &WriteTx, of: &Identity, person: PersonId, now: i64) -> Result<(), DbError> {
    let row = identity::ActiveModel {
        id: Set(id(of)),
        person_id: Set(person.to_string()),
        issuer: Set(of.issuer.clone()),
        subject: Set(of.subject.clone()),
        created_at: Set(now),
    };
    identity::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub async fn of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<LinkedIdentity>, DbError> {
    let rows = identity::Entity::find()
        .filter(identity::Column::PersonId.eq(person.to_string()))
        .order_by_asc(identity::Column::CreatedAt)
        .order_by_asc(identity::Column::Id)
        .all(conn)
        .await?;
    let linked =
        |row: identity::Model| LinkedIdentity { id: row.id, issuer: row.issuer, since: row.created_at };
    Ok(rows.into_iter().map(linked).collect())
}

pub async fn remove(tx: &WriteTx, person: PersonId, id: &str) -> Result<(), DbError> {
    let own = identity::Column::PersonId.eq(person.to_string());
    identity::Entity::delete_by_id(id).filter(own).exec(tx.conn()).await?;
    Ok(())
}
