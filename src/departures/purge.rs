//! Removing what is left of an organisation: one room after the other, each in small transactions.

use std::time::Duration;

use super::{DepartureError, Departures, store};
use crate::publishing::{CollectGarbage, GRACE, PublishError};
use crate::queue::NewJob;
use crate::tenancy::{Departed, OrgId};

/// How long jobs that were called off may take to end: longer than a lease, after which a lost worker's are taken back.
const WAIT: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(100);

/// Where the exports of organisations are kept.
pub(super) const EXPORTS: &str = "exports";

impl Departures {
    /// Removes everything. `told` hears what is being removed.
    ///
    /// # Errors
    /// When something can't be removed now; begun again it goes on.
    pub async fn purge(&self, org: OrgId, told: impl Fn(u64, &str)) -> Result<(), DepartureError> {
        let Departures { parts } = self;
        let Some(gone) = parts.accounts.departed(org).await? else { return Ok(()) };
        told(0, "jobs");
        self.wait_for_jobs(&gone).await?;
        // What is seen from outside goes first.
        told(1, "trees");
        parts.publishing.remove_trees(&gone).await?;
        told(2, "pages");
        parts.pages.remove(&gone).await?;
        told(3, "events");
        parts.events.remove(&gone).await?;
        parts.idempotency.remove(&gone).await?;
        told(4, "exports");
        self.remove_exports(&gone).await?;
        // Editions and files tell which blobs there are: they go after them.
        told(5, "blobs");
        self.remove_blobs(&gone).await?;
        told(6, "editions");
        parts.publishing.remove(&gone).await?;
        parts.sites.remove(&gone).await?;
        told(7, "traces");
        self.sweep_once_more().await?;
        parts.queue.remove(&gone).await?;
        // The last trace: from here on nobody knows that there is anything to be done.
        parts.accounts.remove(&gone).await?;
        Ok(parts.db.scrub().await?)
    }

    /// Its jobs were called off. While one still works it may keep blobs that nothing tells of.
    async fn wait_for_jobs(&self, gone: &Departed) -> Result<(), DepartureError> {
        let jobs_end = async {
            while self.parts.queue.running_of(gone).await? > 0 {
                tokio::time::sleep(LOOK).await;
            }
            Ok::<_, DepartureError>(())
        };
        // Whoever has not ended by then finds his lease lost when its jobs are removed.
        tokio::time::timeout(WAIT, jobs_end).await.unwrap_or(Ok(()))
    }

    /// What another's edition needs may be unknown, because a part of it is damaged: who leaves does not wait for its mending.
    /// Nothing refers to the blobs then, and the first sweep that is possible again takes them.
    async fn remove_blobs(&self, gone: &Departed) -> Result<(), DepartureError> {
        match self.parts.publishing.remove_blobs(gone).await {
            Err(error @ PublishError::Lost { .. }) => {
                tracing::error!(target: "departures", org = %gone.org(), %error, "blobs are left to a later sweep");
                Ok(())
            }
            removed => Ok(removed.map(drop)?),
        }
    }

    async fn remove_exports(&self, gone: &Departed) -> Result<(), DepartureError> {
        for id in store::of_departed(&self.parts.db, gone).await? {
            self.parts.storage.remove_artefact(EXPORTS, &super::exports::file_name(id)).await?;
        }
        Ok(store::remove(&self.parts.db, gone).await?)
    }

    /// Blobs of an edition that was cut off while it was built are referred to by nothing: an ordinary sweep takes them,
    /// as soon as they are old enough.
    async fn sweep_once_more(&self) -> Result<(), DepartureError> {
        let later = self.parts.clock.now() + GRACE + GRACE / 4;
        let mut tx = self.parts.db.write().await?;
        let sweep = NewJob::new(CollectGarbage {}).dedup("after a departure").at(later);
        self.parts.queue.enqueue(&mut tx, sweep).await?;
        Ok(tx.commit().await?)
    }
}
