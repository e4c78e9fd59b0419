use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::{corrupt, line, site_id};
use crate::base::Window;
use crate::db::{Db, DbError, Words, WriteTx, within};
use crate::pages::model::{NewPage, Page, PageCounts, PageFilter, PageId, PageKindOfId, PageState};
use crate::pages::rows::page;
use crate::tenancy::{Extent, OrgScope, SiteId, SiteScope};

/// Where words are looked for.
const SEARCHED: [page::Column; 2] = [page::Column::Title, page::Column::Path];

fn of(scope: &SiteScope) -> Select<page::Entity> {
    page::Entity::find().filter(page::Column::SiteId.eq(scope.site().to_string()))
}

pub(in crate::pages) async fn insert(
    tx: &WriteTx,
    scope: &SiteScope,
    id: PageId,
    new: &NewPage,
    now: i64,
) -> Result<(), DbError> {
    let row = page::ActiveModel {
        id: Set(id.to_string()),
        org_id: Set(scope.org().org().to_string()),
        site_id: Set(scope.site().to_string()),
        path: Set(new.path.clone()),
        title: Set(new.title.clone()),
        kind: Set(new.kind.name().to_owned()),
        state: Set(PageState::Draft.as_str().to_owned()),
        revision: Set(0),
        live_revision: Set(None),
        health: Set(None),
        brief: Set(serde_json::to_string(&new.brief).unwrap_or_default()),
        stale: Set(0),
        changed_seq: Set(0),
        scheduled_at: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
    };
    page::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

pub(in crate::pages) async fn get(db: &Db, scope: &SiteScope, id: PageId) -> Result<Option<Page>, DbError> {
    line::one(&db.of(scope), of(scope).filter(page::Column::Id.eq(id.to_string()))).await
}

/// As [`get`], but as the transaction sees it.
pub(in crate::pages) async fn get_in(
    tx: &WriteTx,
    scope: &SiteScope,
    id: PageId,
) -> Result<Option<Page>, DbError> {
    // Locked: what is decided from this row is written back to it.
    line::one(tx.conn(), of(scope).filter(page::Column::Id.eq(id.to_string())).lock_exclusive()).await
}

pub(in crate::pages) async fn by_path(
    db: &Db,
    scope: &SiteScope,
    path: &str,
) -> Result<Option<Page>, DbError> {
    line::one(&db.of(scope), of(scope).filter(page::Column::Path.eq(path))).await
}

pub(in crate::pages) async fn list(db: &Db, scope: &SiteScope) -> Result<Vec<Page>, DbError> {
    line::all(&db.of(scope), of(scope).order_by_asc(page::Column::Path)).await
}

pub(in crate::pages) async fn changed_since(
    db: &Db,
    scope: &SiteScope,
    seq: i64,
) -> Result<Vec<Page>, DbError> {
    let changed = of(scope).filter(page::Column::ChangedSeq.gt(seq)).order_by_asc(page::Column::Path);
    line::all(&db.of(scope), changed).await
}

/// Pages that were planned for a time before this one and wait still.
pub(in crate::pages) async fn overdue(db: &Db, scope: &SiteScope, before: i64) -> Result<Vec<Page>, DbError> {
    let scheduled = of(scope).filter(page::Column::State.eq(PageState::Scheduled.as_str()));
    line::all(&db.of(scope), scheduled.filter(page::Column::ScheduledAt.lt(before))).await
}

pub(in crate::pages) async fn by_paths(
    db: &Db,
    scope: &SiteScope,
    paths: &[String],
) -> Result<Vec<Page>, DbError> {
    let mut found = Vec::with_capacity(paths.len());
    // SQLite takes 32,766 variables in one statement.
    for some in paths.chunks(1_000) {
        let named = of(scope).filter(page::Column::Path.is_in(some.iter().map(String::as_str)));
        found.extend(line::all(&db.of(scope), named).await?);
    }
    Ok(found)
}

pub(in crate::pages) async fn window(
    db: &Db,
    whose: &Extent,
    filter: &PageFilter,
    window: &Window<PageKindOfId>,
) -> Result<Vec<Page>, DbError> {
    let mut query = within_all(whose);
    if let Some(state) = filter.state {
        query = query.filter(page::Column::State.eq(state.as_str()));
    }
    if let Some(stale) = filter.stale {
        query = query.filter(page::Column::Stale.eq(i64::from(stale)));
    }
    if let Some(words) = &filter.words {
        query = query.filter(Words::new(words).anywhere(&SEARCHED));
    }
    line::all(&db.of(whose), within(query, page::Column::Id, window)).await
}

/// Pages with the words, best first.
pub(in crate::pages) async fn search(
    db: &Db,
    whose: &Extent,
    words: &Words,
    limit: u64,
) -> Result<Vec<Page>, DbError> {
    let found = within_all(whose)
        .filter(words.anywhere(&SEARCHED))
        .order_by(words.rank(&SEARCHED), Order::Asc)
        .order_by_desc(page::Column::Id)
        .limit(limit);
    line::all(&db.of(whose), found).await
}

/// How many pages each site of the organisation has.
pub(in crate::pages) async fn counted(db: &Db, org: &OrgScope) -> Result<Vec<(SiteId, u64)>, DbError> {
    let query = within_all(&org.into()).select_only().column(page::Column::SiteId);
    let query = query.column_as(page::Column::Id.count(), "pages").group_by(page::Column::SiteId);
    let rows: Vec<(String, i64)> = query.into_tuple().all(&db.analytics(org).await).await?;
    rows.into_iter().map(|(site, count)| Ok((site_id(&site)?, count.unsigned_abs()))).collect()
}

/// How many pages the site has.
pub(in crate::pages) async fn count(tx: &WriteTx, scope: &SiteScope) -> Result<u64, DbError> {
    Ok(of(scope).count(tx.conn()).await?)
}

/// One pass over the site's pages, in its index.
pub(in crate::pages) async fn counts(db: &Db, scope: &SiteScope) -> Result<PageCounts, DbError> {
    let query = of(scope)
        .select_only()
        .column(page::Column::State)
        .column_as(page::Column::Id.count(), "pages")
        // PostgreSQL sums to NUMERIC.
        .column_as(page::Column::Stale.sum().cast_as("bigint"), "stale")
        .group_by(page::Column::State);
    let rows: Vec<(String, i64, i64)> = query.into_tuple().all(&db.of(scope)).await?;
    let mut counts = PageCounts::default();
    for (state, pages, stale) in rows {
        let state = PageState::parse(&state).ok_or_else(|| corrupt("page state", &state))?;
        counts.by_state.insert(state.as_str(), pages.unsigned_abs());
        counts.stale += stale.unsigned_abs();
    }
    Ok(counts)
}

/// The site of one of the organisation's pages.
pub(in crate::pages) async fn site_of(
    db: &Db,
    org: &OrgScope,
    id: PageId,
) -> Result<Option<SiteId>, DbError> {
    let query = within_all(&org.into()).filter(page::Column::Id.eq(id.to_string()));
    let site: Option<String> =
        query.select_only().column(page::Column::SiteId).into_tuple().one(&db.of(org)).await?;
    site.map(|site| site_id(&site)).transpose()
}

fn within_all(whose: &Extent) -> Select<page::Entity> {
    page::Entity::find().filter(match whose {
        Extent::Org(org) => page::Column::OrgId.eq(org.org().to_string()),
        Extent::Site(site) => page::Column::SiteId.eq(site.site().to_string()),
    })
}

/// What changes on a page; `None` leaves a field as it is.
#[derive(Debug, Default)]
pub(in crate::pages) struct Changes {
    pub title: Option<String>,
    pub state: Option<PageState>,
    pub revision: Option<i64>,
    pub live_revision: Option<Option<i64>>,
    pub health: Option<Option<i64>>,
    pub stale: Option<bool>,
    pub changed_seq: Option<i64>,
    /// Only together with the state [`PageState::Scheduled`]: every other state ends a plan.
    pub scheduled_at: Option<i64>,
}

pub(in crate::pages) async fn update(
    tx: &WriteTx,
    scope: &SiteScope,
    id: PageId,
    changes: Changes,
    now: i64,
) -> Result<(), DbError> {
    let mut update = page::Entity::update_many().col_expr(page::Column::UpdatedAt, Expr::value(now));
    if let Some(title) = changes.title {
        update = update.col_expr(page::Column::Title, Expr::value(title));
    }
    if let Some(state) = changes.state {
        update = update.col_expr(page::Column::State, Expr::value(state.as_str()));
    }
    if let Some(revision) = changes.revision {
        update = update.col_expr(page::Column::Revision, Expr::value(revision));
    }
    if let Some(live) = changes.live_revision {
        update = update.col_expr(page::Column::LiveRevision, Expr::value(live));
    }
    if let Some(health) = changes.health {
        update = update.col_expr(page::Column::Health, Expr::value(health));
    }
    if let Some(stale) = changes.stale {
        update = update.col_expr(page::Column::Stale, Expr::value(i64::from(stale)));
    }
    // Whatever is done with a page ends its plan, unless it is the plan.
    if changes.state.is_some() {
        let at = changes.scheduled_at.unwrap_or(0);
        update = update.col_expr(page::Column::ScheduledAt, Expr::value(at));
    }
    if let Some(seq) = changes.changed_seq {
        update = update.col_expr(page::Column::ChangedSeq, Expr::value(seq));
    }
    update
        .filter(page::Column::SiteId.eq(scope.site().to_string()))
        .filter(page::Column::Id.eq(id.to_string()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Marks the pages whose claims point at a source that has just changed.
pub(in crate::pages) async fn mark_stale(
    tx: &WriteTx,
    scope: &SiteScope,
    ids: &[String],
) -> Result<(), DbError> {
    // Locked in the order in which others lock them.
    let ordered = of(scope).filter(page::Column::Id.is_in(ids.iter().map(String::as_str)));
    line::all(tx.conn(), ordered.order_by_asc(page::Column::Id).lock_exclusive()).await?;
    page::Entity::update_many()
        .col_expr(page::Column::Stale, Expr::value(1))
        .filter(page::Column::SiteId.eq(scope.site().to_string()))
        .filter(page::Column::Id.is_in(ids.iter().map(String::as_str)))
        .exec(tx.conn())
        .await?;
    Ok(())
}
