//! Queries. The scope comes first.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::model::{Edition, EditionId, EditionKindOfId, EditionState};
use super::rows::edition;
use crate::base::Window;
use crate::db::{Db, DbError, WriteTx, within};
use crate::storage::BlobHash;
use crate::tenancy::{OrgScope, SiteId, SiteScope};

fn of(scope: &SiteScope) -> Select<edition::Entity> {
    edition::Entity::find().filter(edition::Column::SiteId.eq(scope.site().to_string()))
}

/// Writes the row of a queued edition under the site's next number.
pub(super) async fn insert(tx: &WriteTx, scope: &SiteScope, mut new: Edition) -> Result<Edition, DbError> {
    let last = of(scope).order_by_desc(edition::Column::Number).one(tx.conn()).await?;
    new.number = last.map_or(1, |last| last.number + 1);
    let row = edition::ActiveModel {
        id: Set(new.id.to_string()),
        org_id: Set(scope.org().org().to_string()),
        site_id: Set(scope.site().to_string()),
        number: Set(new.number),
        state: Set(new.state.as_str().to_owned()),
        manifest: Set(None),
        pressed: Set(None),
        go_live: Set(i64::from(new.go_live)),
        files: Set(0),
        bytes: Set(0),
        written: Set(0),
        duration_ms: Set(0),
        actor: Set(new.actor.clone()),
        reason: Set(new.reason.clone()),
        error: Set(None),
        warnings: Set(None),
        created_at: Set(new.created_at),
        live_at: Set(0),
    };
    edition::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(new)
}

pub(super) async fn list(db: &Db, scope: &SiteScope) -> Result<Vec<Edition>, DbError> {
    let rows = of(scope).order_by_desc(edition::Column::Number).all(&db.of(scope)).await?;
    rows.into_iter().map(from_row).collect()
}

pub(super) async fn window(
    db: &Db,
    scope: &SiteScope,
    window: &Window<EditionKindOfId>,
) -> Result<Vec<Edition>, DbError> {
    let rows = within(of(scope), edition::Column::Id, window).all(&db.of(scope)).await?;
    rows.into_iter().map(from_row).collect()
}

/// The site of one of the organisation's editions.
pub(super) async fn site_of(db: &Db, org: &OrgScope, id: EditionId) -> Result<Option<SiteId>, DbError> {
    let row = edition::Entity::find_by_id(id.to_string())
        .filter(edition::Column::OrgId.eq(org.org().to_string()))
        .one(&db.of(org))
        .await?;
    let corrupt = |value| DbError::Corrupt { what: "site id", value };
    row.map(|row| row.site_id.parse().map_err(|_| corrupt(row.site_id))).transpose()
}

pub(super) async fn get(db: &Db, scope: &SiteScope, id: EditionId) -> Result<Option<Edition>, DbError> {
    get_on(&db.of(scope), scope, &id.to_string()).await
}

/// The edition as a connection or transaction sees it, by the text of its id.
pub(super) async fn get_on(
    conn: &impl ConnectionTrait,
    scope: &SiteScope,
    id: &str,
) -> Result<Option<Edition>, DbError> {
    of(scope).filter(edition::Column::Id.eq(id)).one(conn).await?.map(from_row).transpose()
}

/// The manifest of an edition that the public may see: its id came from a site's pointer.
pub(super) async fn live_manifest(db: &Db, id: &str) -> Result<Option<BlobHash>, DbError> {
    let row = edition::Entity::find_by_id(id).one(db.system()).await?;
    Ok(row.map(from_row).transpose()?.and_then(|edition| edition.manifest))
}

/// The site of an edition, and its manifest: its id came from a ticket of ours.
pub(super) async fn manifest_of(db: &Db, id: &str) -> Result<Option<(SiteId, Option<BlobHash>)>, DbError> {
    let Some(row) = edition::Entity::find_by_id(id).one(db.system()).await? else { return Ok(None) };
    let site = row.site_id.parse();
    let site = site.map_err(|_| DbError::Corrupt { what: "site id", value: row.site_id.clone() })?;
    Ok(Some((site, from_row(row)?.manifest)))
}

/// Marks a queued edition as built; `false` when it is not queued any more: somebody else has built it or given it up.
pub(super) async fn set_ready(tx: &WriteTx, scope: &SiteScope, built: &Edition) -> Result<bool, DbError> {
    let warnings =
        (!built.warnings.is_empty()).then(|| serde_json::to_string(&built.warnings).unwrap_or_default());
    let changed = edition::Entity::update_many()
        .col_expr(edition::Column::State, Expr::value(EditionState::Ready.as_str()))
        .col_expr(edition::Column::Manifest, Expr::value(built.manifest.map(|root| root.to_string())))
        .col_expr(edition::Column::Pressed, Expr::value(built.pressed.map(|root| root.to_string())))
        .col_expr(edition::Column::Files, Expr::value(built.files))
        .col_expr(edition::Column::Bytes, Expr::value(built.bytes))
        .col_expr(edition::Column::Written, Expr::value(built.written))
        .col_expr(edition::Column::DurationMs, Expr::value(built.duration_ms))
        .col_expr(edition::Column::Warnings, Expr::value(warnings))
        .filter(edition::Column::SiteId.eq(scope.site().to_string()))
        .filter(edition::Column::Id.eq(built.id.to_string()))
        .filter(edition::Column::State.eq(EditionState::Queued.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Notes that an edition goes live.
pub(super) async fn set_live(
    tx: &WriteTx,
    scope: &SiteScope,
    id: EditionId,
    now: i64,
) -> Result<(), DbError> {
    edition::Entity::update_many()
        .col_expr(edition::Column::LiveAt, Expr::value(now))
        .filter(edition::Column::SiteId.eq(scope.site().to_string()))
        .filter(edition::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Editions that are still being built no longer go live by themselves: a person has chosen another.
pub(super) async fn hold_queued(tx: &WriteTx, scope: &SiteScope) -> Result<(), DbError> {
    edition::Entity::update_many()
        .col_expr(edition::Column::GoLive, Expr::value(0))
        .filter(edition::Column::SiteId.eq(scope.site().to_string()))
        .filter(edition::Column::State.eq(EditionState::Queued.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Gives a queued edition up; `false` when it is not queued any more.
pub(super) async fn set_failed(
    tx: &WriteTx,
    scope: &SiteScope,
    id: EditionId,
    why: &str,
) -> Result<bool, DbError> {
    let changed = edition::Entity::update_many()
        .col_expr(edition::Column::State, Expr::value(EditionState::Failed.as_str()))
        .col_expr(edition::Column::Error, Expr::value(why))
        .filter(edition::Column::SiteId.eq(scope.site().to_string()))
        .filter(edition::Column::Id.eq(id.to_string()))
        .filter(edition::Column::State.eq(EditionState::Queued.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Has an edition that has failed wait for being built again.
pub(super) async fn set_queued(tx: &WriteTx, scope: &SiteScope, id: EditionId) -> Result<(), DbError> {
    edition::Entity::update_many()
        .col_expr(edition::Column::State, Expr::value(EditionState::Queued.as_str()))
        .col_expr(edition::Column::Error, Expr::value(None::<String>))
        .filter(edition::Column::SiteId.eq(scope.site().to_string()))
        .filter(edition::Column::Id.eq(id.to_string()))
        .filter(edition::Column::State.eq(EditionState::Failed.as_str()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The number of the newest edition, as a connection or transaction sees it.
pub(super) async fn newest_number(
    conn: &impl ConnectionTrait,
    scope: &SiteScope,
) -> Result<Option<i64>, DbError> {
    let last = of(scope).order_by_desc(edition::Column::Number).one(conn).await?;
    Ok(last.map(|last| last.number))
}

/// The ready edition before the one with this number.
pub(super) async fn before(db: &Db, scope: &SiteScope, number: i64) -> Result<Option<Edition>, DbError> {
    let row = of(scope)
        .filter(edition::Column::Number.lt(number))
        .filter(edition::Column::State.eq(EditionState::Ready.as_str()))
        .order_by_desc(edition::Column::Number)
        .one(&db.of(scope))
        .await?;
    row.map(from_row).transpose()
}

/// Editions with numbers between two, in their order.
pub(super) async fn between(
    tx: &WriteTx,
    scope: &SiteScope,
    after: i64,
    below: i64,
    limit: u64,
) -> Result<Vec<Edition>, DbError> {
    let rows = of(scope)
        .filter(edition::Column::Number.gt(after))
        .filter(edition::Column::Number.lt(below))
        .order_by_asc(edition::Column::Number)
        .limit(limit)
        .all(tx.conn())
        .await?;
    rows.into_iter().map(from_row).collect()
}

pub(super) async fn delete(tx: &WriteTx, scope: &SiteScope, id: EditionId) -> Result<(), DbError> {
    edition::Entity::delete_many()
        .filter(edition::Column::SiteId.eq(scope.site().to_string()))
        .filter(edition::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes all editions of a site that is gone.
pub(super) async fn remove(db: &Db, site: SiteId) -> Result<(), DbError> {
    let which = Condition::all().add(edition::Column::SiteId.eq(site.to_string()));
    db.remove::<edition::Entity>(edition::Column::Id, which).await.map(drop)
}

/// The roots of what an edition refers to.
pub(super) struct Root {
    pub edition: String,
    pub site: SiteId,
    /// Its manifest, and where redirects lie on top of it the press's own, which the next edition goes on from.
    pub manifests: Vec<BlobHash>,
}

/// The roots of all manifests, or of one site's, some at a time, from behind an edition on.
pub(super) async fn roots(
    db: &Db,
    site: Option<SiteId>,
    after: &str,
    limit: u64,
) -> Result<Vec<Root>, DbError> {
    roots_on(db.system(), site, after, limit).await
}

/// As [`roots`], as a connection or transaction sees them.
pub(super) async fn roots_on(
    conn: &impl ConnectionTrait,
    site: Option<SiteId>,
    after: &str,
    limit: u64,
) -> Result<Vec<Root>, DbError> {
    use edition::Column::{Id, Manifest, Pressed, SiteId};
    let mut query = edition::Entity::find().filter(Manifest.is_not_null()).filter(Id.gt(after));
    if let Some(site) = site {
        query = query.filter(SiteId.eq(site.to_string()));
    }
    let query = query.order_by_asc(Id).limit(limit).select_only().columns([Id, SiteId, Manifest, Pressed]);
    let rows: Vec<(String, String, Option<String>, Option<String>)> = query.into_tuple().all(conn).await?;
    let corrupt = |what, value: String| DbError::Corrupt { what, value };
    let root = |(edition, site, manifest, pressed): (String, String, Option<String>, Option<String>)| {
        let site = site.parse().map_err(|_| corrupt("site id", site))?;
        let parsed = |root: String| root.parse().map_err(|_| corrupt("manifest", root));
        let manifests: Result<_, _> = manifest.into_iter().chain(pressed).map(parsed).collect();
        Ok(Root { edition, site, manifests: manifests? })
    };
    rows.into_iter().map(root).collect()
}

fn from_row(row: edition::Model) -> Result<Edition, DbError> {
    let corrupt = |what, value: &str| DbError::Corrupt { what, value: value.chars().take(80).collect() };
    let root = |root: &Option<String>| {
        root.as_ref().map(|root| root.parse().map_err(|_| corrupt("manifest", root))).transpose()
    };
    let warnings = row.warnings.as_deref().map(serde_json::from_str).transpose();
    Ok(Edition {
        warnings: warnings.map_err(|_| corrupt("warnings", &row.id))?.unwrap_or_default(),
        id: row.id.parse().map_err(|_| corrupt("edition id", &row.id))?,
        state: EditionState::parse(&row.state).ok_or_else(|| corrupt("edition state", &row.state))?,
        manifest: root(&row.manifest)?,
        pressed: root(&row.pressed)?,
        number: row.number,
        go_live: row.go_live != 0,
        files: row.files,
        bytes: row.bytes,
        written: row.written,
        duration_ms: row.duration_ms,
        actor: row.actor,
        reason: row.reason,
        error: row.error,
        created_at: row.created_at,
        live_at: row.live_at,
    })
}
