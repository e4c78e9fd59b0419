//! Queries. The scope comes first: a row of another tenant is not found.

use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::rows::{file, host, live_version, site};
use super::{File, FileChange, NewSite, Site};
use crate::base::{HostName, Slug, Window};
use crate::db::{Db, DbError, WriteTx, within};
use crate::storage::BlobHash;
use crate::tenancy::{self, OrgScope, SiteId, SiteScope};

/// Health below which a page is not published, until the owner sets another.
const DEFAULT_GATE: i64 = 80;
const LIVE: &str = "live";

/// The organisation's sites.
fn of(org: &OrgScope) -> Select<site::Entity> {
    site::Entity::find()
        .filter(site::Column::OrgId.eq(org.org().to_string()))
        .filter(site::Column::DepartedAt.eq(0))
}

pub(super) async fn insert_site(
    tx: &WriteTx,
    org: &OrgScope,
    id: SiteId,
    new: &NewSite,
    now: i64,
) -> Result<(), DbError> {
    let row = site::ActiveModel {
        id: Set(id.to_string()),
        org_id: Set(org.org().to_string()),
        slug: Set(new.slug.to_string()),
        title: Set(new.title.clone()),
        settings: Set(new.settings.clone()),
        gate: Set(DEFAULT_GATE),
        live_edition: Set(None),
        content_seq: Set(0),
        settings_seq: Set(0),
        created_at: Set(now),
        suspended_at: Set(0),
        departed_at: Set(0),
    };
    site::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) async fn insert_host(
    tx: &WriteTx,
    site: SiteId,
    name: &HostName,
    now: i64,
) -> Result<(), DbError> {
    let row = host::ActiveModel {
        id: Set(name.to_string()),
        site_id: Set(site.to_string()),
        state: Set(LIVE.to_owned()),
        canonical: Set(1),
        created_at: Set(now),
    };
    host::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(super) async fn site_by_id(db: &Db, org: &OrgScope, id: SiteId) -> Result<Option<Site>, DbError> {
    of(org).filter(site::Column::Id.eq(id.to_string())).one(&db.of(org)).await?.map(from_row).transpose()
}

/// The site as the transaction sees it.
pub(super) async fn site_in(tx: &WriteTx, scope: &SiteScope) -> Result<Option<Site>, DbError> {
    site::Entity::find_by_id(scope.site().to_string()).one(tx.conn()).await?.map(from_row).transpose()
}

pub(super) async fn site_by_slug(db: &Db, org: &OrgScope, slug: &Slug) -> Result<Option<Site>, DbError> {
    of(org).filter(site::Column::Slug.eq(slug.as_str())).one(&db.of(org)).await?.map(from_row).transpose()
}

pub(super) async fn window(
    db: &Db,
    org: &OrgScope,
    window: &Window<tenancy::Site>,
) -> Result<Vec<Site>, DbError> {
    within(of(org), site::Column::Id, window).all(&db.of(org)).await?.into_iter().map(from_row).collect()
}

/// How many sites the organisation has.
pub(super) async fn count(tx: &WriteTx, org: &OrgScope) -> Result<u64, DbError> {
    let of = site::Entity::find().filter(site::Column::OrgId.eq(org.org().to_string()));
    Ok(of.count(tx.conn()).await?)
}

/// The ids of the organisation's sites.
pub(super) async fn ids(db: &Db, org: &OrgScope) -> Result<Vec<SiteId>, DbError> {
    let ids: Vec<String> =
        of(org).select_only().column(site::Column::Id).into_tuple().all(&db.of(org)).await?;
    ids.into_iter().map(site_id).collect()
}

pub(super) fn site_id(id: String) -> Result<SiteId, DbError> {
    id.parse().map_err(|_| DbError::Corrupt { what: "site id", value: id })
}

pub(super) async fn touch(tx: &WriteTx, scope: &SiteScope) -> Result<i64, DbError> {
    site::Entity::update_many()
        .col_expr(site::Column::ContentSeq, Expr::col(site::Column::ContentSeq).add(1))
        .filter(site::Column::Id.eq(scope.site().to_string()))
        .exec(tx.conn())
        .await?;
    let row = site::Entity::find_by_id(scope.site().to_string()).one(tx.conn()).await?;
    row.map(|row| row.content_seq).ok_or_else(|| gone(scope))
}

/// It was deleted since its key was made.
pub(super) fn gone(scope: &SiteScope) -> DbError {
    DbError::Gone(format!("the site {}", scope.site()))
}

pub(super) async fn set_settings(
    tx: &WriteTx,
    scope: &SiteScope,
    title: &str,
    settings: &str,
    seq: i64,
) -> Result<(), DbError> {
    site::Entity::update_many()
        .col_expr(site::Column::Title, Expr::value(title))
        .col_expr(site::Column::Settings, Expr::value(settings))
        .col_expr(site::Column::SettingsSeq, Expr::value(seq))
        .filter(site::Column::Id.eq(scope.site().to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn set_settings_seq(tx: &WriteTx, scope: &SiteScope, seq: i64) -> Result<(), DbError> {
    site::Entity::update_many()
        .col_expr(site::Column::SettingsSeq, Expr::value(seq))
        .filter(site::Column::Id.eq(scope.site().to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn set_gate(tx: &WriteTx, scope: &SiteScope, gate: i64) -> Result<(), DbError> {
    site::Entity::update_many()
        .col_expr(site::Column::Gate, Expr::value(gate))
        .filter(site::Column::Id.eq(scope.site().to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn put_file(
    tx: &WriteTx,
    scope: &SiteScope,
    id: &str,
    path: &str,
    hash: BlobHash,
    size: u64,
    seq: i64,
) -> Result<(), DbError> {
    let row = file::ActiveModel {
        id: Set(id.to_owned()),
        site_id: Set(scope.site().to_string()),
        path: Set(path.to_owned()),
        hash: Set(hash.to_string()),
        size: Set(i64::try_from(size).unwrap_or(i64::MAX)),
        changed_seq: Set(seq),
        deleted: Set(0),
    };
    let changed = [file::Column::Hash, file::Column::Size, file::Column::ChangedSeq, file::Column::Deleted];
    file::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([file::Column::SiteId, file::Column::Path])
                .update_columns(changed)
                .to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Paths, contents and sizes of files, by path, from behind one on.
pub(super) async fn files_after(
    db: &Db,
    scope: &SiteScope,
    path: &str,
    limit: u64,
) -> Result<Vec<File>, DbError> {
    let rows = file::Entity::find()
        .filter(file::Column::SiteId.eq(scope.site().to_string()))
        .filter(file::Column::Deleted.eq(0))
        .filter(file::Column::Path.gt(path))
        .order_by_asc(file::Column::Path)
        .limit(limit)
        .all(&db.of(scope))
        .await?;
    rows.into_iter()
        .map(|row| Ok(File { hash: hash_of(&row)?, size: row.size.unsigned_abs(), path: row.path }))
        .collect()
}

pub(super) fn hash_of(row: &file::Model) -> Result<BlobHash, DbError> {
    row.hash.parse().map_err(|_| DbError::Corrupt { what: "file hash", value: row.hash.clone() })
}

pub(super) async fn files_since(db: &Db, scope: &SiteScope, after: i64) -> Result<Vec<FileChange>, DbError> {
    let rows = file::Entity::find()
        .filter(file::Column::SiteId.eq(scope.site().to_string()))
        .filter(file::Column::ChangedSeq.gt(after))
        .order_by_asc(file::Column::Path)
        .all(&db.of(scope))
        .await?;
    let change = |row: file::Model| {
        let hash = hash_of(&row)?;
        Ok(FileChange { path: row.path, hash: (row.deleted == 0).then_some(hash) })
    };
    rows.into_iter().map(change).collect()
}

pub(super) async fn flip(tx: &WriteTx, scope: &SiteScope, edition: &str) -> Result<(), DbError> {
    site::Entity::update_many()
        .col_expr(site::Column::LiveEdition, Expr::value(edition))
        .filter(site::Column::Id.eq(scope.site().to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Counts a change of what the site's hosts show; its number.
pub(super) async fn count_flip_of(tx: &WriteTx, site: SiteId) -> Result<i64, DbError> {
    let number = count_flip(tx).await?;
    // Beside the count stands each site's last number, so that other processes know which sites to look up again.
    let own = live_version::ActiveModel { id: Set(site.to_string()), version: Set(number) };
    let replaced =
        OnConflict::column(live_version::Column::Id).update_column(live_version::Column::Version).to_owned();
    live_version::Entity::insert(own).on_conflict(replaced).exec_without_returning(tx.conn()).await?;
    Ok(number)
}

/// Counts a flip; without a note of whose it was, it may be any site's.
pub(super) async fn count_flip(tx: &WriteTx) -> Result<i64, DbError> {
    let first = live_version::ActiveModel { id: Set(LIVE.to_owned()), version: Set(1) };
    let next = Expr::col((live_version::Entity, live_version::Column::Version)).add(1);
    let counted =
        OnConflict::column(live_version::Column::Id).value(live_version::Column::Version, next).to_owned();
    live_version::Entity::insert(first).on_conflict(counted).exec_without_returning(tx.conn()).await?;
    let row = live_version::Entity::find_by_id(LIVE).one(tx.conn()).await?;
    Ok(row.map_or(0, |row| row.version))
}

pub(super) async fn live_edition(tx: &WriteTx, scope: &SiteScope) -> Result<Option<String>, DbError> {
    // The weaker of the two locks for writing: who only refers to the site, as a new page does, need not wait.
    let row = site::Entity::find_by_id(scope.site().to_string()).lock(LockType::NoKeyUpdate);
    Ok(row.one(tx.conn()).await?.and_then(|row| row.live_edition))
}

pub(super) async fn live_version(db: &Db) -> Result<i64, DbError> {
    let row = live_version::Entity::find_by_id(LIVE).one(db.system()).await?;
    Ok(row.map_or(0, |row| row.version))
}

/// The sites whose last flip has a number after `since`, with that number.
pub(super) async fn flipped_since(db: &Db, since: i64) -> Result<Vec<(i64, SiteId)>, DbError> {
    let rows = live_version::Entity::find()
        .filter(live_version::Column::Id.ne(LIVE))
        .filter(live_version::Column::Version.gt(since))
        .all(db.system())
        .await?;
    let known = |row: live_version::Model| {
        let site = row.id.parse().map_err(|_| DbError::Corrupt { what: "site id", value: row.id })?;
        Ok((row.version, site))
    };
    rows.into_iter().map(known).collect()
}

pub(super) fn from_row(row: site::Model) -> Result<Site, DbError> {
    let id = row.id.parse().map_err(|_| DbError::Corrupt { what: "site id", value: row.id })?;
    Ok(Site {
        id,
        slug: row.slug,
        title: row.title,
        settings: row.settings,
        gate: row.gate,
        live_edition: row.live_edition,
        content_seq: row.content_seq,
        settings_seq: row.settings_seq,
        created_at: row.created_at,
    })
}
