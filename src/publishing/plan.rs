//! Pages that go to their readers at a time.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{PublishError, Publishing};
use crate::pages::PageId;
use crate::queue::{Backoff, Job, NewJob, Policy};
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// Publish a page that was planned for now. Done again it finds that the plan is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PublishPlanned {
    /// Whose site it is.
    pub org: OrgId,
    /// The site.
    pub site: SiteId,
    /// The page.
    pub page: PageId,
    /// The revision that was approved for it.
    pub revision: i64,
    /// The time, in milliseconds since the epoch.
    pub at: i64,
}

impl Job for PublishPlanned {
    const NAME: &'static str = "publishing.planned";

    fn policy() -> Policy {
        let backoff = Backoff { base: Duration::from_secs(2), max: Duration::from_secs(60) };
        Policy { attempts: 10, backoff, ..Policy::default() }
    }
}

impl Publishing {
    /// Plans a page's newest revision, which has to be the one that was seen, for a time.
    ///
    /// # Errors
    /// [`PublishError::Page`] when the page may not be published, or the time is past; nothing has changed then.
    pub async fn plan(
        &self,
        scope: &SiteScope,
        page: PageId,
        seen: i64,
        at: Timestamp,
    ) -> Result<(), PublishError> {
        self.judge_unjudged(scope, &[page]).await?;
        let (org, site, at_ms) = (scope.org().org(), scope.site(), at.as_millisecond());
        let gate = self.sites.get(scope).await?.gate;
        let mut tx = self.db.write().await?;
        self.pages.plan_in(&mut tx, scope, page, (seen, at_ms, gate)).await?;
        let job = PublishPlanned { org, site, page, revision: seen, at: at_ms };
        // Planned, called off and planned again for the same time, it is another job.
        let key = format!("{page}@{seen}@{at_ms}@{}", self.clock.millis());
        self.queue.enqueue(&mut tx, NewJob::new(job).org(org).at(at).dedup(key)).await?;
        Ok(tx.commit().await?)
    }

    /// Publishes a page whose time has come, unless the plan was ended: page, edition and job in one transaction. What may
    /// not be published any more waits for review, with the reason in an event.
    ///
    /// # Errors
    /// When trying again can help.
    pub async fn publish_planned(&self, scope: &SiteScope, job: &PublishPlanned) -> Result<(), PublishError> {
        match self.try_planned(scope, job).await {
            Err(error @ PublishError::Page(_)) if !error.is_passing() => {
                Ok(self.pages.end_plan(scope, job.page, &error.to_string()).await?)
            }
            done => done,
        }
    }

    async fn try_planned(&self, scope: &SiteScope, job: &PublishPlanned) -> Result<(), PublishError> {
        let planned = (job.revision, job.at);
        let mut tx = self.db.write().await?;
        if !self.pages.is_planned(&tx, scope, job.page, planned).await? {
            return Ok(());
        }
        tx.rollback().await?;
        self.judge_unjudged(scope, &[job.page]).await?;
        let gate = self.sites.get(scope).await?.gate;
        tx = self.db.write().await?;
        self.sites.live_edition(&tx, scope).await?;
        if !self.pages.is_planned(&tx, scope, job.page, planned).await? {
            return Ok(());
        }
        self.pages.approve_in(&mut tx, scope, &[job.page], gate).await?;
        self.request(&mut tx, scope, "a page was planned for now".to_owned(), true).await?;
        Ok(tx.commit().await?)
    }
}
