//! Removing what is left of an organisation: one room after the other, each in small transactions.

use std::time::Duration;

use jiff::Timestamp;

use super::{DepartureError, Departures, store};
use crate::base::clock::timestamp;
use crate::publishing::{CollectGarbage, GRACE, PublishError};
use crate::queue::NewJob;
use crate::tenancy::{Departed, OrgId};

/// How long jobs that were called off may take to end: longer than a lease, after which a lost worker's are taken back.
const WAIT: Duration = Duration::from_secs(90);
const LOOK: Duration = Duration::from_millis(100);

/// The artefacts' folder in which exports of organisations are kept.
pub const EXPORTS: &str = "exports";

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
        self.scrub().await
    }

    /// Removes the last of what was removed from the database's own log. While somebody reads all of it some stays, and the
    /// next collecting tries again.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn scrub(&self) -> Result<(), DepartureError> {
        if !self.parts.db.scrub().await? {
            tracing::info!(target: "departures", "the database's log is cleared later: somebody reads it");
        }
        Ok(())
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
        let (key, later) = sweep_after(self.parts.clock.now());
        let mut tx = self.parts.db.write_system().await?;
        let sweep = NewJob::new(CollectGarbage {}).dedup(key).at(later);
        self.parts.queue.enqueue(&mut tx, sweep).await?;
        Ok(tx.commit().await?)
    }
}

/// The sweep for a departure at this time: late enough that nothing of it is too young then. Those that leave within a
/// quarter of an hour share one. It is named by its time, because a name of theirs would stay as a trace.
fn sweep_after(now: Timestamp) -> (String, Timestamp) {
    let (quarter, grace) = (15 * 60, i64::try_from(GRACE.as_secs()).unwrap_or(i64::MAX / 2));
    // A minute for clocks that do not agree.
    let at = (now.as_second() + grace + 60).div_euclid(quarter) * quarter + quarter;
    (format!("after a departure@{at}"), timestamp(at.saturating_mul(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_comes_when_nothing_is_too_young_and_within_two_hours_whoever_else_has_left() {
        let first: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut keys = std::collections::BTreeSet::new();
        for minutes in 0..75 {
            let left = first + Duration::from_secs(minutes * 60);
            let (key, at) = sweep_after(left);
            assert!(at > left + GRACE && at < left + GRACE * 2, "{left} {at}");
            keys.insert(key);
        }
        assert_eq!(keys.len(), 6, "and not one for each: {keys:?}");
    }
}
