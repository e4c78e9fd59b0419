//! Asking for an edition.

use serde_json::json;

use super::build::BuildEdition;
use super::model::{Edition, EditionId, EditionState};
use super::{PublishError, Publishing, store};
use crate::db::WriteTx;
use crate::events::Happened;
use crate::flags::Flag;
use crate::pages::PageId;
use crate::queue::NewJob;
use crate::tenancy::SiteScope;

/// What an edition is asked for with.
#[derive(Debug, Clone)]
pub struct Publish {
    /// Pages whose newest revisions it takes up.
    pub pages: Vec<PageId>,
    /// Why, for the list of editions.
    pub reason: String,
    /// Whether it goes live as soon as it is ready. The pages are approved either way: the next edition has them.
    pub go_live: bool,
    /// What the pages' health has to be.
    pub gate: Gate,
}

/// Which health lets a page through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// The site's own threshold.
    Site,
    /// Any: for what a person wrote elsewhere and takes over as it is, such as an import.
    Open,
}

impl Publishing {
    /// Asks for an edition with these pages' newest revisions: pages, edition, event and job in one transaction.
    ///
    /// # Errors
    /// [`PublishError::Page`] when a page may not be published; nothing has changed then.
    pub async fn publish(&self, scope: &SiteScope, publish: Publish) -> Result<EditionId, PublishError> {
        self.flags.check(Flag::Publishing, Some(scope.org().org())).await?;
        let gate = match publish.gate {
            Gate::Site => {
                self.judge_unjudged(scope, &publish.pages).await?;
                self.sites.get(scope).await?.gate
            }
            Gate::Open => 0,
        };
        let mut tx = self.db.write_of(scope).await?;
        self.sites.live_edition(&tx, scope).await?;
        self.pages.approve_in(&mut tx, scope, &publish.pages, gate).await?;
        let id = self.request(&mut tx, scope, publish.reason, publish.go_live).await?;
        tx.conclude().await?;
        Ok(id)
    }

    /// Approves a page's newest revision, which has to be the one that was seen: the next edition has it.
    ///
    /// # Errors
    /// [`PublishError::Page`] when the page may not be published or has a newer revision; nothing has changed then.
    pub async fn approve(&self, scope: &SiteScope, page: PageId, seen: i64) -> Result<(), PublishError> {
        self.judge_unjudged(scope, &[page]).await?;
        let gate = self.sites.get(scope).await?.gate;
        let mut tx = self.db.write_of(scope).await?;
        self.sites.live_edition(&tx, scope).await?;
        self.pages.check_seen(&tx, scope, page, seen).await?;
        self.pages.approve_in(&mut tx, scope, &[page], gate).await?;
        Ok(tx.conclude().await?)
    }

    /// Takes a page off the site, with an edition that no longer has it.
    ///
    /// # Errors
    /// [`PublishError::Page`] when it is not published.
    pub async fn unpublish(&self, scope: &SiteScope, page: PageId) -> Result<EditionId, PublishError> {
        self.flags.check(Flag::Publishing, Some(scope.org().org())).await?;
        let mut tx = self.db.write_of(scope).await?;
        self.sites.live_edition(&tx, scope).await?;
        self.pages.withdraw_in(&mut tx, scope, page).await?;
        let id = self.request(&mut tx, scope, "a page was taken off".to_owned(), true).await?;
        tx.conclude().await?;
        Ok(id)
    }

    /// Judges those of the pages whose newest text was not judged yet.
    pub(super) async fn judge_unjudged(
        &self,
        scope: &SiteScope,
        pages: &[PageId],
    ) -> Result<(), PublishError> {
        for id in pages {
            let page = self.pages.get(scope, *id).await?;
            if page.health.is_none() && page.revision > 0 && page.is_gated() {
                self.judge(scope, *id).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn request(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        reason: String,
        go_live: bool,
    ) -> Result<EditionId, PublishError> {
        let org = scope.org();
        let new = Edition {
            id: self.ids.new_id(),
            number: 0,
            state: EditionState::Queued,
            manifest: None,
            pressed: None,
            go_live,
            files: 0,
            bytes: 0,
            written: 0,
            duration_ms: 0,
            actor: org.actor().to_string(),
            reason,
            error: None,
            warnings: Vec::new(),
            created_at: self.clock.millis(),
            live_at: 0,
        };
        let edition = store::insert(tx, scope, new).await?;
        let data = json!({ "number": edition.number, "reason": edition.reason });
        let happened = Happened { kind: "edition.requested", subject: edition.id.to_string(), data };
        self.events.record(tx, org.org(), org.actor(), happened);
        let job = BuildEdition { org: org.org(), site: scope.site(), edition: edition.id };
        // People wait for an edition: it goes before the organisation's other work.
        let job = NewJob::new(job).org(org.org()).priority(10).dedup(edition.id.to_string());
        self.queue.enqueue(tx, job).await?;
        Ok(edition.id)
    }
}
