//! Pages that go to their readers at a time.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{PublishError, Publishing};
use crate::pages::PageId;
use crate::queue::{Backoff, Job, JobId, NewJob, Policy};
use crate::tenancy::{OrgId, OrgScope, SiteId, SiteScope};

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

/// How long after its time a plan may still wait for its job.
const OVERDUE_MS: i64 = 60 * 60 * 1000;
const LOST: &str = "its job has failed or was cut off too often";

/// What tells one plan's job from another's.
fn key(page: PageId, (revision, at): (i64, i64)) -> String {
    format!("{page}@{revision}@{at}")
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
        let mut tx = self.db.write_of(scope).await?;
        self.pages.plan_in(&mut tx, scope, page, (seen, at_ms, gate)).await?;
        let job = PublishPlanned { org, site, page, revision: seen, at: at_ms };
        // Planned, called off and planned again for the same time, it is the same job.
        let key = key(page, (seen, at_ms));
        self.queue.enqueue(&mut tx, NewJob::new(job).org(org).at(at).dedup(key)).await?;
        Ok(tx.conclude().await?)
    }

    /// Publishes a page whose time has come, unless the plan was ended: page, edition and job in one transaction. What may
    /// not be published any more waits for review, with the reason in an event.
    ///
    /// # Errors
    /// When trying again can help.
    pub async fn publish_planned(&self, scope: &SiteScope, job: &PublishPlanned) -> Result<(), PublishError> {
        match self.try_planned(scope, job).await {
            Err(error @ PublishError::Page(_)) if !error.is_passing() => {
                self.end_planned(scope, job, &error.to_string()).await
            }
            done => done,
        }
    }

    /// Ends the plan of a job that will not be done any more: its page waits for review, with the reason in an event.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_planned(
        &self,
        scope: &SiteScope,
        job: &PublishPlanned,
        why: &str,
    ) -> Result<(), PublishError> {
        let mut tx = self.db.write_of(scope).await?;
        self.pages.end_planned_in(&mut tx, scope, job.page, (job.revision, job.at), why).await?;
        Ok(tx.commit().await?)
    }

    /// Calls a job of the organisation off, and ends the plan that hung on it.
    ///
    /// # Errors
    /// As [`Queue::cancel`](crate::queue::Queue::cancel).
    pub async fn call_off(&self, org: &OrgScope, id: JobId) -> Result<(), PublishError> {
        let job = self.queue.get(org, id).await?;
        let planned = (job.kind == PublishPlanned::NAME)
            .then(|| serde_json::from_str::<PublishPlanned>(&job.payload).ok())
            .flatten();
        let site = match &planned {
            Some(planned) => self.sites.scope(org, planned.site).await?,
            None => None,
        };
        let mut tx = self.db.write_of(org).await?;
        if let (Some(planned), Some(scope)) = (planned, site) {
            let plan = (planned.revision, planned.at);
            self.pages.end_planned_in(&mut tx, &scope, planned.page, plan, "its job was called off").await?;
        }
        self.events.call_off(&mut tx, &self.queue, org, (id, &job.kind)).await?;
        Ok(tx.conclude().await?)
    }

    /// Ends the plans of a site whose jobs have ended and told nobody: their workers were lost too often.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_lost_plans(&self, scope: &SiteScope) -> Result<(), PublishError> {
        let before = self.clock.millis().saturating_sub(OVERDUE_MS);
        for (page, planned) in self.pages.overdue(scope, before).await? {
            let key = key(page, planned);
            if self.queue.live::<PublishPlanned>(scope.org().org(), &key).await?.is_none() {
                let mut tx = self.db.write_of(scope).await?;
                self.pages.end_planned_in(&mut tx, scope, page, planned, LOST).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    async fn try_planned(&self, scope: &SiteScope, job: &PublishPlanned) -> Result<(), PublishError> {
        let planned = (job.revision, job.at);
        let mut tx = self.db.write_of(scope).await?;
        if !self.pages.is_planned(&tx, scope, job.page, planned).await? {
            return Ok(());
        }
        tx.rollback().await?;
        self.judge_unjudged(scope, &[job.page]).await?;
        let gate = self.sites.get(scope).await?.gate;
        tx = self.db.write_of(scope).await?;
        self.sites.live_edition(&tx, scope).await?;
        if !self.pages.is_planned(&tx, scope, job.page, planned).await? {
            return Ok(());
        }
        self.pages.approve_in(&mut tx, scope, &[job.page], gate).await?;
        self.request(&mut tx, scope, "a page was planned for now".to_owned(), true).await?;
        Ok(tx.commit().await?)
    }
}
