use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};

use super::parsed;
use crate::accounts::rows::org;
use crate::accounts::{NewOrg, Org};
use crate::base::Slug;
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::OrgId;

/// Organisations that live.
fn living() -> Select<org::Entity> {
    org::Entity::find().filter(org::Column::DepartedAt.eq(0))
}

pub async fn insert(tx: &WriteTx, id: OrgId, new: &NewOrg, now: i64) -> Result<(), DbError> {
    let row = org::ActiveModel {
        id: Set(id.to_string()),
        slug: Set(new.slug.to_string()),
        name: Set(new.name.clone()),
        created_at: Set(now),
        departed_at: Set(0),
    };
    org::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub async fn set_name(tx: &WriteTx, id: OrgId, name: &str) -> Result<(), DbError> {
    let update = org::Entity::update_many().col_expr(org::Column::Name, Expr::value(name));
    update.filter(org::Column::Id.eq(id.to_string())).exec(tx.conn()).await?;
    Ok(())
}

pub async fn by_slug(db: &Db, slug: &Slug) -> Result<Option<Org>, DbError> {
    let row = living().filter(org::Column::Slug.eq(slug.as_str())).one(db.system()).await?;
    row.map(from_row).transpose()
}

pub async fn count(db: &Db) -> Result<u64, DbError> {
    Ok(org::Entity::find().count(db.system()).await?)
}

pub async fn all(db: &Db) -> Result<Vec<Org>, DbError> {
    let rows = living().order_by_asc(org::Column::Id).all(db.system()).await?;
    rows.into_iter().map(from_row).collect()
}

pub async fn by_id(db: &Db, id: OrgId) -> Result<Option<Org>, DbError> {
    let row = living().filter(org::Column::Id.eq(id.to_string())).one(db.system()).await?;
    row.map(from_row).transpose()
}

pub(super) fn from_row(row: org::Model) -> Result<Org, DbError> {
    Ok(Org { id: parsed("organisation id", &row.id)?, slug: row.slug, name: row.name })
}
