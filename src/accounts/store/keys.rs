use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Iterable};
use sea_orm::{PaginatorTrait, QueryFilter, QueryOrder, QueryTrait};

use super::parsed;
use crate::accounts::rows::{api_key, org};
use crate::accounts::{ApiKey, KeyScope};
use crate::db::{Db, DbError, WriteTx, packed};
use crate::tenancy::{ApiKeyId, OrgId, PersonId};

pub async fn insert(tx: &WriteTx, org: OrgId, new: &ApiKey, hash: &str) -> Result<(), DbError> {
    let row = api_key::ActiveModel {
        id: Set(new.id.to_string()),
        org_id: Set(org.to_string()),
        name: Set(new.name.clone()),
        prefix: Set(new.prefix.clone()),
        key_hash: Set(hash.to_owned()),
        scopes: Set(new.scope.as_str().to_owned()),
        created_by: Set(new.created_by.clone()),
        created_at: Set(new.created_at),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
        revoked_at: Set(None),
    };
    api_key::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The key with this hash, whatever its state, and whose it is: an organisation that lives. One look, because every call
/// of the API takes it.
pub async fn by_hash(db: &Db, hash: &str) -> Result<Option<(OrgId, ApiKey)>, DbError> {
    let living = org::Entity::find()
        .filter(
            Expr::col((org::Entity, org::Column::Id))
                .eq(Expr::col((api_key::Entity, api_key::Column::OrgId))),
        )
        .filter(org::Column::DepartedAt.eq(0));
    let query = api_key::Entity::find()
        .filter(api_key::Column::KeyHash.eq(hash))
        .filter(Expr::exists(living.into_query()));
    let columns: Vec<api_key::Column> = api_key::Column::iter().collect();
    let found: Vec<api_key::Model> = packed(db.system(), query, &columns).await?;
    let first = found.into_iter().next();
    first.map(|row| Ok((parsed("organisation id", &row.org_id)?, from_row(row)?))).transpose()
}

pub async fn by_id(conn: &impl ConnectionTrait, org: OrgId, id: ApiKeyId) -> Result<Option<ApiKey>, DbError> {
    let query =
        api_key::Entity::find_by_id(id.to_string()).filter(api_key::Column::OrgId.eq(org.to_string()));
    query.one(conn).await?.map(from_row).transpose()
}

/// Ends the keys that a key has made; their ids.
pub async fn revoke_made_by(
    tx: &WriteTx,
    org: OrgId,
    maker: ApiKeyId,
    now: i64,
) -> Result<Vec<ApiKeyId>, DbError> {
    let made = api_key::Entity::find()
        .filter(api_key::Column::OrgId.eq(org.to_string()))
        .filter(api_key::Column::CreatedBy.eq(maker.to_string()))
        .filter(api_key::Column::RevokedAt.is_null());
    let mut ended = Vec::new();
    for row in made.all(tx.conn()).await? {
        let id = parsed("key id", &row.id)?;
        revoke(tx, org, id, now).await?;
        ended.push(id);
    }
    Ok(ended)
}

/// How many keys of an organisation a person has made that still open it.
pub async fn open_of(tx: &WriteTx, org: OrgId, maker: PersonId, now: i64) -> Result<u64, DbError> {
    let open = api_key::Column::ExpiresAt.is_null().or(api_key::Column::ExpiresAt.gt(now));
    let made = api_key::Entity::find()
        .filter(api_key::Column::OrgId.eq(org.to_string()))
        .filter(api_key::Column::CreatedBy.eq(maker.to_string()))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(open);
    Ok(made.count(tx.conn()).await?)
}

pub async fn list(db: &Db, org: OrgId) -> Result<Vec<ApiKey>, DbError> {
    let rows = api_key::Entity::find()
        .filter(api_key::Column::OrgId.eq(org.to_string()))
        .order_by_desc(api_key::Column::Id)
        .all(db.system())
        .await?;
    rows.into_iter().map(from_row).collect()
}

/// Ends a key; `false` when the organisation has no such key that is not ended yet.
pub async fn revoke(tx: &WriteTx, org: OrgId, id: ApiKeyId, now: i64) -> Result<bool, DbError> {
    let update = api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(now))
        .filter(api_key::Column::OrgId.eq(org.to_string()))
        .filter(api_key::Column::Id.eq(id.to_string()))
        .filter(api_key::Column::RevokedAt.is_null());
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

pub async fn used(tx: &WriteTx, id: ApiKeyId, now: i64) -> Result<(), DbError> {
    api_key::Entity::update_many()
        .col_expr(api_key::Column::UsedAt, Expr::value(now))
        .filter(api_key::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn from_row(row: api_key::Model) -> Result<ApiKey, DbError> {
    let scope = KeyScope::parse(&row.scopes)
        .ok_or_else(|| DbError::Corrupt { what: "scope of a key", value: row.scopes.clone() })?;
    Ok(ApiKey {
        id: parsed("key id", &row.id)?,
        name: row.name,
        prefix: row.prefix,
        scope,
        created_by: row.created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
        revoked_at: row.revoked_at,
    })
}
