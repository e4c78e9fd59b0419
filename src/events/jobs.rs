//! What people do with jobs, told: the change and its event are one transaction.

use serde_json::json;

use super::{Events, Happened};
use crate::db::WriteTx;
use crate::queue::{JobId, Queue, QueueError};
use crate::tenancy::{OrgScope, Role};

/// The least role with which somebody may call a job off or queue it again: who may not ask for it may not stop it either.
pub fn least_role(kind: &str) -> Role {
    let admins = ["accounts.", "departures.", "publishing.", "sites.", "webhooks."];
    if admins.iter().any(|room| kind.starts_with(room)) { Role::Admin } else { Role::Member }
}

impl Events {
    /// Calls a job of this kind off.
    ///
    /// # Errors
    /// As [`Queue::cancel`].
    pub async fn call_off(
        &self,
        tx: &mut WriteTx,
        queue: &Queue,
        org: &OrgScope,
        (job, kind): (JobId, &str),
    ) -> Result<(), QueueError> {
        queue.cancel(tx, org, job).await?;
        self.told(tx, org, job, ("job.cancelled", kind));
        Ok(())
    }

    /// Queues a failed or cancelled job again.
    ///
    /// # Errors
    /// As [`Queue::retry`].
    pub async fn try_again(&self, queue: &Queue, org: &OrgScope, job: JobId) -> Result<(), QueueError> {
        let kind = queue.get(org, job).await?.kind;
        let mut tx = self.db.write_of(org).await?;
        queue.retry(&mut tx, org, job).await?;
        self.told(&mut tx, org, job, ("job.retried", &kind));
        Ok(tx.conclude().await?)
    }

    fn told(&self, tx: &mut WriteTx, org: &OrgScope, job: JobId, (what, kind): (&'static str, &str)) {
        let happened = Happened { kind: what, subject: job.to_string(), data: json!({ "kind": kind }) };
        self.record(tx, org.org(), org.actor(), happened);
    }
}
