use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use super::{Redirect, RedirectId, RedirectKind};
use crate::base::{HostName, Window};
use crate::db::{Db, DbError, Words, WriteTx, within};
use crate::sites::rows::{host, redirect, site};
use crate::tenancy::{OrgScope, SiteScope};

fn of(scope: &SiteScope) -> sea_orm::Select<redirect::Entity> {
    redirect::Entity::find().filter(redirect::Column::SiteId.eq(scope.site().to_string()))
}

pub(super) async fn insert(tx: &WriteTx, scope: &SiteScope, new: &Redirect) -> Result<(), DbError> {
    let row = redirect::ActiveModel {
        id: Set(new.id.to_string()),
        site_id: Set(scope.site().to_string()),
        path: Set(new.path.clone()),
        target: Set(new.target.clone()),
        status: Set(i64::from(new.status)),
        created_at: Set(new.created_at),
    };
    redirect::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) async fn delete(tx: &WriteTx, scope: &SiteScope, id: RedirectId) -> Result<bool, DbError> {
    let deleted = redirect::Entity::delete_many()
        .filter(redirect::Column::SiteId.eq(scope.site().to_string()))
        .filter(redirect::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(deleted.rows_affected == 1)
}

pub(super) async fn count(tx: &WriteTx, scope: &SiteScope) -> Result<u64, DbError> {
    Ok(of(scope).count(tx.conn()).await?)
}

/// Where a path of a site is redirected to, by the texts of both.
pub(super) async fn target_of(
    conn: &impl ConnectionTrait,
    site: &str,
    path: &str,
) -> Result<Option<String>, DbError> {
    let row = redirect::Entity::find()
        .filter(redirect::Column::SiteId.eq(site))
        .filter(redirect::Column::Path.eq(path))
        .one(conn)
        .await?;
    Ok(row.map(|row| row.target))
}

/// The site that answers on a host, if it is one of the organisation's.
pub(super) async fn own_host(
    conn: &impl ConnectionTrait,
    org: &OrgScope,
    name: &HostName,
) -> Result<Option<String>, DbError> {
    let row = host::Entity::find_by_id(name.as_str()).one(conn).await?;
    let Some(row) = row.filter(|row| row.state == "live") else { return Ok(None) };
    let of = site::Entity::find_by_id(&row.site_id).filter(site::Column::OrgId.eq(org.org().to_string()));
    Ok(of.one(conn).await?.map(|site| site.id))
}

pub(super) async fn window(
    db: &Db,
    scope: &SiteScope,
    words: Option<&Words>,
    window: &Window<RedirectKind>,
) -> Result<Vec<Redirect>, DbError> {
    let mut query = of(scope);
    if let Some(words) = words {
        query = query.filter(words.anywhere(&[redirect::Column::Path, redirect::Column::Target]));
    }
    let rows = within(query, redirect::Column::Id, window).all(&db.of(scope)).await?;
    rows.into_iter().map(from_row).collect()
}

pub(super) async fn all(db: &Db, scope: &SiteScope) -> Result<Vec<Redirect>, DbError> {
    let rows = of(scope).order_by_asc(redirect::Column::Path).all(&db.of(scope)).await?;
    rows.into_iter().map(from_row).collect()
}

/// Those in whose target a host's name stands, wherever.
pub(super) async fn mentioning(
    db: &Db,
    scope: &SiteScope,
    host: &HostName,
) -> Result<Vec<Redirect>, DbError> {
    let rows = of(scope).filter(redirect::Column::Target.contains(host.as_str())).all(&db.of(scope)).await?;
    rows.into_iter().map(from_row).collect()
}

/// A redirect, with the text of its site's id.
pub(super) async fn get(
    conn: &impl ConnectionTrait,
    id: RedirectId,
) -> Result<Option<(String, Redirect)>, DbError> {
    let row = redirect::Entity::find_by_id(id.to_string()).one(conn).await?;
    row.map(|row| Ok((row.site_id.clone(), from_row(row)?))).transpose()
}

fn from_row(row: redirect::Model) -> Result<Redirect, DbError> {
    let redirect::Model { id, path, target, status, created_at, .. } = row;
    let id = id.parse().map_err(|_| DbError::Corrupt { what: "redirect id", value: id })?;
    Ok(Redirect { id, path, target, status: if status == 308 { 308 } else { 301 }, created_at })
}
