//! Which site answers on which host.

use std::collections::BTreeMap;

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Site;
use super::rows::{host, site};
use crate::base::HostName;
use crate::db::{Db, DbError, WriteTx};
use crate::tenancy::{SiteId, SiteScope};

/// What the public may know of a host: what is live there, and where it should go instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosted {
    /// The site.
    pub site: SiteId,
    /// The id of the live edition; absent before the first one.
    pub live_edition: Option<String>,
    /// The host to redirect to, where this one is not the canonical one.
    pub canonical: Option<HostName>,
}

pub(super) async fn find(db: &Db, name: &HostName) -> Result<Option<Hosted>, DbError> {
    let found = host::Entity::find_by_id(name.as_str()).one(db.system()).await?;
    let Some(found) = found.filter(|host| host.state == "live") else { return Ok(None) };
    let Some(site) = site::Entity::find_by_id(&found.site_id).one(db.system()).await? else {
        return Ok(None);
    };
    if site.suspended_at != 0 {
        return Ok(None);
    }
    let canonical =
        if found.canonical == 1 { None } else { canonical_of(db.system(), &found.site_id).await? };
    let id = site.id.parse().map_err(|_| DbError::Corrupt { what: "site id", value: site.id })?;
    Ok(Some(Hosted { site: id, live_edition: site.live_edition, canonical }))
}

pub(super) async fn canonical(db: &Db, scope: &SiteScope) -> Result<Option<HostName>, DbError> {
    canonical_of(&db.of(scope), &scope.site().to_string()).await
}

/// Of several sites, in one question.
pub(super) async fn canonicals(db: &Db, sites: &[Site]) -> Result<BTreeMap<SiteId, HostName>, DbError> {
    let rows = host::Entity::find()
        .filter(host::Column::SiteId.is_in(sites.iter().map(|site| site.id.to_string())))
        .filter(host::Column::Canonical.eq(1))
        .filter(host::Column::State.eq("live"))
        .order_by_desc(host::Column::Id)
        .all(db.system())
        .await?;
    let corrupt = |what, value: &str| DbError::Corrupt { what, value: value.to_owned() };
    let one = |row: host::Model| {
        let site = row.site_id.parse().map_err(|_| corrupt("site id", &row.site_id))?;
        Ok((site, row.id.parse().map_err(|_| corrupt("host", &row.id))?))
    };
    rows.into_iter().map(one).collect()
}

/// Where a site stands before the public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The host on which it answers; absent while it answers nowhere.
    pub host: Option<HostName>,
    /// The id of the live edition; absent before the first one.
    pub live_edition: Option<String>,
}

pub(super) async fn standing(db: &Db, id: SiteId) -> Result<Option<Standing>, DbError> {
    let id = id.to_string();
    let site = site::Entity::find_by_id(&id).one(db.system()).await?;
    let Some(site) = site.filter(|site| site.departed_at == 0) else { return Ok(None) };
    let host = if site.suspended_at == 0 { canonical_of(db.system(), &id).await? } else { None };
    Ok(Some(Standing { host, live_edition: site.live_edition }))
}

pub(super) async fn every_live(db: &Db, after: Option<SiteId>, limit: u64) -> Result<Vec<SiteId>, DbError> {
    let ids = site::Entity::find()
        .select_only()
        .column(site::Column::Id)
        .filter(site::Column::LiveEdition.is_not_null())
        .filter(site::Column::DepartedAt.eq(0))
        .filter(site::Column::Id.gt(after.map(|id| id.to_string()).unwrap_or_default()))
        .order_by_asc(site::Column::Id)
        .limit(limit);
    let ids: Vec<String> = ids.into_tuple().all(db.system()).await?;
    ids.into_iter().map(super::store::site_id).collect()
}

/// Makes one of the site's live hosts the canonical one; `false` if it is none of them.
pub(super) async fn set_canonical(tx: &WriteTx, scope: &SiteScope, name: &HostName) -> Result<bool, DbError> {
    let site = scope.site().to_string();
    let chosen = host::Entity::update_many()
        .col_expr(host::Column::Canonical, Expr::value(1))
        .filter(host::Column::Id.eq(name.as_str()))
        .filter(host::Column::SiteId.eq(&site))
        .filter(host::Column::State.eq("live"))
        .exec(tx.conn())
        .await?;
    if chosen.rows_affected == 0 {
        return Ok(false);
    }
    host::Entity::update_many()
        .col_expr(host::Column::Canonical, Expr::value(0))
        .filter(host::Column::SiteId.eq(site))
        .filter(host::Column::Id.ne(name.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(true)
}

/// Every host on which a site answers, as the transaction sees it.
pub(super) async fn all_in(tx: &WriteTx, scope: &SiteScope) -> Result<Vec<HostName>, DbError> {
    let rows = host::Entity::find()
        .filter(host::Column::SiteId.eq(scope.site().to_string()))
        .order_by_asc(host::Column::Id)
        .all(tx.conn())
        .await?;
    rows.into_iter().map(name).collect()
}

pub(super) fn name(row: host::Model) -> Result<HostName, DbError> {
    row.id.parse().map_err(|_| DbError::Corrupt { what: "host", value: row.id })
}

async fn canonical_of(conn: &impl ConnectionTrait, site: &str) -> Result<Option<HostName>, DbError> {
    let row = host::Entity::find()
        .filter(host::Column::SiteId.eq(site))
        .filter(host::Column::Canonical.eq(1))
        .filter(host::Column::State.eq("live"))
        .order_by_asc(host::Column::Id)
        .one(conn)
        .await?;
    row.map(name).transpose()
}
