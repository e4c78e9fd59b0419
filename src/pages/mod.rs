//! Sources, pages, their history, and the claims that tie a page's sentences to spans of sources.
//!
//! A page is written by a job ([`GeneratePage`]) from its brief's sources, becomes a revision with claims, waits for a
//! person, and is published by pointing `live_revision` at one of its revisions: `publishing` builds editions from those.

mod carry;
mod compare;
mod compose;
mod content;
mod crawl;
mod depart;
mod drafts;
mod edit;
mod error;
mod evidence;
mod fetch;
mod generate;
pub mod import;
mod model;
mod plan;
mod review;
mod rows;
mod rules;
mod search;
mod shelf;
mod sources;
mod store;
mod write;

pub use compare::{Change, Changes, Merged, Patch};
pub use content::{Content, titled};
pub use crawl::{CrawlSources, Crawled};
pub use drafts::Draft;
pub use edit::{Edited, Taken};
pub use error::{PageError, Refusal};
pub use fetch::FetchSource;
pub use generate::GeneratePage;
pub use model::{
    Brief, Claim, ClaimState, NewPage, NewSource, Page, PageCounts, PageFilter, PageId, PageState, Revision,
    RevisionLine, Source, SourceId, SourceKind, SourceLine, Span, Used,
};
pub use write::Written;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::base::{Clock, Ids, Window};
use crate::crawl::Fetcher;
use crate::db::{Db, DbError};
use crate::events::Events;
use crate::flags::Flags;
use crate::llm::Provider;
use crate::queue::Queue;
use crate::sites::Sites;
use crate::tenancy::{Extent, OrgScope, Quotas, SiteId, SiteScope};

/// The room.
#[derive(Clone)]
pub struct Pages {
    db: Db,
    ids: Ids,
    clock: Clock,
    events: Events,
    sites: Sites,
    queue: Queue,
    flags: Flags,
    fetcher: Arc<Fetcher>,
    crawl_limits: (usize, usize),
    llm: Arc<dyn Provider>,
    patience: Duration,
    quotas: Quotas,
    desks: Arc<Semaphore>,
}

/// What the room is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Ids.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// The events room.
    pub events: Events,
    /// The sites room.
    pub sites: Sites,
    /// The queue.
    pub queue: Queue,
    /// What the operator has switched off.
    pub flags: Flags,
    /// Fetches sources.
    pub fetcher: Arc<Fetcher>,
    /// The most pages and the greatest depth of one crawl.
    pub crawl_limits: (usize, usize),
    /// Writes pages.
    pub llm: Arc<dyn Provider>,
    /// The longest that writing one page may take.
    pub patience: Duration,
    /// How many pages and sources a site may have.
    pub quotas: Quotas,
}

impl Pages {
    /// The room.
    pub fn new(parts: Parts) -> Pages {
        let Parts { db, ids, clock, events, sites, queue, flags, .. } = parts;
        let Parts { fetcher, crawl_limits, llm, patience, quotas, .. } = parts;
        let desks = compare::desks();
        Pages {
            db,
            ids,
            clock,
            events,
            sites,
            queue,
            flags,
            fetcher,
            crawl_limits,
            llm,
            patience,
            quotas,
            desks,
        }
    }

    /// A page of the site.
    ///
    /// # Errors
    /// [`PageError::NotFound`] for any id that is not one of this site's pages.
    pub async fn get(&self, scope: &SiteScope, id: PageId) -> Result<Page, PageError> {
        store::pages::get(&self.db, scope, id).await?.ok_or(PageError::NotFound(id))
    }

    /// The page whose document has this path.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn by_path(&self, scope: &SiteScope, path: &str) -> Result<Option<Page>, DbError> {
        store::pages::by_path(&self.db, scope, path).await
    }

    /// All pages of the site, by path.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn list(&self, scope: &SiteScope) -> Result<Vec<Page>, DbError> {
        store::pages::list(&self.db, scope).await
    }

    /// A window of an organisation's or a site's pages, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn window(
        &self,
        whose: impl Into<Extent>,
        filter: &PageFilter,
        window: &Window<model::PageKindOfId>,
    ) -> Result<(Vec<Page>, bool), DbError> {
        Ok(window.cut(store::pages::window(&self.db, &whose.into(), filter, window).await?))
    }

    /// How many pages the site has in each state.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn counts(&self, scope: &SiteScope) -> Result<PageCounts, DbError> {
        store::pages::counts(&self.db, scope).await
    }

    /// How many pages and sources each of the organisation's sites has that has any.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn used(&self, org: &OrgScope) -> Result<Vec<Used>, DbError> {
        let mut used: BTreeMap<SiteId, Used> = BTreeMap::new();
        for (site, pages) in store::pages::counted(&self.db, org).await? {
            used.entry(site).or_insert(Used { site, pages: 0, sources: 0 }).pages = pages;
        }
        for (site, sources) in store::sources::counted(&self.db, org).await? {
            used.entry(site).or_insert(Used { site, pages: 0, sources: 0 }).sources = sources;
        }
        Ok(used.into_values().collect())
    }

    /// The site of one of the organisation's pages; `None` for any other id.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn site_of(&self, org: &OrgScope, id: PageId) -> Result<Option<SiteId>, DbError> {
        store::pages::site_of(&self.db, org, id).await
    }

    /// One revision of a page.
    ///
    /// # Errors
    /// [`PageError::NotFound`], for the page or the revision.
    pub async fn revision(&self, scope: &SiteScope, id: PageId, number: i64) -> Result<Revision, PageError> {
        self.get(scope, id).await?;
        store::revisions::get(&self.db.of(scope), id, number).await?.ok_or(PageError::NotFound(id))
    }

    /// The claims of a page's newest revision, in the order of the text.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn claims(&self, scope: &SiteScope, id: PageId) -> Result<Vec<Claim>, PageError> {
        let page = self.get(scope, id).await?;
        Ok(store::claims::of_revision(&self.db.of(scope), id, page.revision).await?)
    }

    /// The claims of one of a page's revisions, in the order of its text.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn claims_at(
        &self,
        scope: &SiteScope,
        id: PageId,
        number: i64,
    ) -> Result<Vec<Claim>, PageError> {
        self.get(scope, id).await?;
        Ok(store::claims::of_revision(&self.db.of(scope), id, number).await?)
    }

    /// A page's history, newest first.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn revisions(&self, scope: &SiteScope, id: PageId) -> Result<Vec<Revision>, PageError> {
        self.get(scope, id).await?;
        Ok(store::revisions::list(&self.db.of(scope), id).await?)
    }

    /// A window of a page's history without the texts, newest first, from below a number; and whether there is more.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn history(
        &self,
        scope: &SiteScope,
        id: PageId,
        below: Option<i64>,
        limit: u64,
    ) -> Result<(Vec<RevisionLine>, bool), PageError> {
        self.get(scope, id).await?;
        let mut found =
            store::revisions::lines(&self.db.of(scope), id, below, limit.saturating_add(1)).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        Ok((found, more))
    }

    /// A page's newest text.
    ///
    /// # Errors
    /// [`PageError::NotFound`], or [`Refusal::NoText`] before the first revision.
    pub async fn text(&self, scope: &SiteScope, id: PageId) -> Result<Revision, PageError> {
        let page = self.get(scope, id).await?;
        let revision = store::revisions::get(&self.db.of(scope), id, page.revision).await?;
        revision.ok_or_else(|| Refusal::NoText.into())
    }
}
