use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::parsed;
use crate::accounts::Person;
use crate::accounts::rows::{identity, membership, person};
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::PersonId;

/// A person with what proves who they are: never leaves the room.
pub struct Credentials {
    pub person: Person,
    pub password: Option<String>,
    pub totp: Option<String>,
}

/// How addresses are kept and compared.
pub fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

/// How many there are.
pub async fn count(db: &Db) -> Result<u64, DbError> {
    Ok(person::Entity::find().count(db.system()).await?)
}

pub async fn by_email(conn: &impl ConnectionTrait, email: &str) -> Result<Option<Credentials>, DbError> {
    let found = person::Entity::find().filter(person::Column::Email.eq(folded(email))).one(conn).await?;
    found.map(from_row).transpose()
}

pub async fn by_id(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<Credentials>, DbError> {
    person::Entity::find_by_id(id.to_string()).one(conn).await?.map(from_row).transpose()
}

/// The person with this address; made under `id` where there is none.
pub async fn with_email(tx: &WriteTx, email: &str, id: PersonId, now: i64) -> Result<PersonId, DbError> {
    if let Some(known) = by_email(tx.conn(), email).await? {
        return Ok(known.person.id);
    }
    let email = folded(email);
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let row = person::ActiveModel {
        id: Set(id.to_string()),
        email: Set(email),
        name: Set(name),
        password: Set(None),
        totp: Set(None),
        totp_step: Set(0),
        created_at: Set(now),
    };
    person::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(id)
}

/// Whether anybody can sign in at all: with a password or by a provider.
pub async fn any_who_signs_in(conn: &impl ConnectionTrait) -> Result<bool, DbError> {
    let with = person::Entity::find().filter(person::Column::Password.is_not_null());
    Ok(with.one(conn).await?.is_some() || identity::Entity::find().one(conn).await?.is_some())
}

/// Whether an address is somebody's already, who is not to be made anew by a link in a mail: they have a way in, or belong
/// to an organisation.
pub async fn has_account(conn: &impl ConnectionTrait, email: &str) -> Result<bool, DbError> {
    let Some(known) = by_email(conn, email).await? else { return Ok(false) };
    if known.password.is_some() || known.totp.is_some() {
        return Ok(true);
    }
    let id = known.person.id.to_string();
    let identities = identity::Entity::find().filter(identity::Column::PersonId.eq(id.as_str()));
    let memberships = membership::Entity::find().filter(membership::Column::PersonId.eq(id.as_str()));
    Ok(identities.one(conn).await?.is_some() || memberships.one(conn).await?.is_some())
}

pub async fn set_name(tx: &WriteTx, id: PersonId, name: &str) -> Result<(), DbError> {
    set(tx, id, person::Column::Name, name.to_owned().into()).await
}

pub async fn set_password(tx: &WriteTx, id: PersonId, hash: &str) -> Result<(), DbError> {
    set(tx, id, person::Column::Password, hash.to_owned().into()).await
}

pub async fn set_totp(tx: &WriteTx, id: PersonId, sealed: Option<String>) -> Result<(), DbError> {
    set(tx, id, person::Column::Totp, sealed.into()).await
}

/// Takes a code's step; `false` when it, or a later one, was taken before.
pub async fn take_totp_step(tx: &WriteTx, id: PersonId, step: i64) -> Result<bool, DbError> {
    let taken = person::Entity::update_many()
        .col_expr(person::Column::TotpStep, Expr::value(step))
        .filter(person::Column::Id.eq(id.to_string()))
        .filter(person::Column::TotpStep.lt(step))
        .exec(tx.conn())
        .await?;
    Ok(taken.rows_affected == 1)
}

async fn set(
    tx: &WriteTx,
    id: PersonId,
    column: person::Column,
    value: sea_orm::Value,
) -> Result<(), DbError> {
    let update = person::Entity::update_many().col_expr(column, Expr::value(value));
    update.filter(person::Column::Id.eq(id.to_string())).exec(tx.conn()).await?;
    Ok(())
}

pub(super) fn from_row(row: person::Model) -> Result<Credentials, DbError> {
    let id = parsed("person id", &row.id)?;
    let person = Person { id, email: row.email, name: row.name, has_totp: row.totp.is_some() };
    Ok(Credentials { person, password: row.password, totp: row.totp })
}
