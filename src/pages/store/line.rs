//! What a page is made from.

use sea_orm::{ConnectionTrait, Select};
use serde::Deserialize;

use super::{corrupt, site_id};
use crate::db::{DbError, packed};
use crate::pages::model::{Page, PageState};
use crate::pages::rows::page::{self, Column};

/// A row of a page.
#[derive(Deserialize)]
struct Line {
    id: String,
    site: String,
    path: String,
    title: String,
    kind: String,
    state: String,
    revision: i64,
    live_revision: Option<i64>,
    health: Option<i64>,
    brief: String,
    stale: i64,
    scheduled_at: i64,
    created_at: i64,
}

/// In the order in which [`Line`] is read.
const COLUMNS: [Column; 13] = [
    Column::Id,
    Column::SiteId,
    Column::Path,
    Column::Title,
    Column::Kind,
    Column::State,
    Column::Revision,
    Column::LiveRevision,
    Column::Health,
    Column::Brief,
    Column::Stale,
    Column::ScheduledAt,
    Column::CreatedAt,
];

/// The page that a query finds.
pub(super) async fn one(
    conn: &impl ConnectionTrait,
    query: Select<page::Entity>,
) -> Result<Option<Page>, DbError> {
    Ok(all(conn, query).await?.pop())
}

/// The pages that a query finds.
pub(super) async fn all(
    conn: &impl ConnectionTrait,
    query: Select<page::Entity>,
) -> Result<Vec<Page>, DbError> {
    let lines: Vec<Line> = packed(conn, query, &COLUMNS).await?;
    lines.into_iter().map(Line::page).collect()
}

impl Line {
    fn page(self) -> Result<Page, DbError> {
        Ok(Page {
            site: site_id(&self.site)?,
            id: self.id.parse().map_err(|_| corrupt("page id", &self.id))?,
            state: PageState::parse(&self.state).ok_or_else(|| corrupt("page state", &self.state))?,
            brief: serde_json::from_str(&self.brief).map_err(|_| corrupt("brief", &self.brief))?,
            path: self.path,
            title: self.title,
            kind: self.kind,
            revision: self.revision,
            live_revision: self.live_revision,
            health: self.health,
            stale: self.stale != 0,
            scheduled_at: self.scheduled_at,
            created_at: self.created_at,
        })
    }
}
