//! All of a host, as a job: it has become another site's, leads elsewhere, or is nobody's any more.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Cdn, Purge, PurgeError, SETTLED};
use crate::base::HostName;
use crate::db::{DbError, WriteTx};
use crate::queue::{Backoff, Job, NewJob, Policy, QueueError};
use crate::tenancy::OrgId;

/// Have the cache forget a host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeHost {
    /// Whose it is or was.
    pub org: OrgId,
    /// The host.
    pub host: String,
}

impl Job for PurgeHost {
    const NAME: &'static str = "cdn.purge_host";

    fn policy() -> Policy {
        patient()
    }
}

/// The queue of what is told to the cache: it waits for somebody else's server, and nothing else waits for it.
pub const QUEUE: &str = "cdn";

/// How the cache is told: for about a day, if it takes so long until it can be.
pub fn patient() -> Policy {
    let backoff = Backoff { base: Duration::from_secs(2), max: Duration::from_secs(60 * 60) };
    Policy { attempts: 36, backoff, timeout: Duration::from_secs(5 * 60), queue: QUEUE, ..Policy::default() }
}

impl Cdn {
    /// Has the cache forget a host soon after the commit of `tx`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget(&self, tx: &mut WriteTx, org: OrgId, host: &HostName) -> Result<(), DbError> {
        let job = NewJob::new(PurgeHost { org, host: host.to_string() }).org(org).wait(SETTLED);
        match self.0.queue.enqueue(tx, job).await {
            Ok(_) => Ok(()),
            Err(QueueError::Db(error)) => Err(error),
            Err(other) => Err(DbError::Corrupt { what: "job", value: other.to_string() }),
        }
    }

    /// Does the job.
    ///
    /// # Errors
    /// [`PurgeError`].
    pub async fn purge_host(&self, job: &PurgeHost) -> Result<(), PurgeError> {
        // Only host names are ever put in; a row that was changed by hand names nothing that could be told.
        match job.host.parse() {
            Ok(host) => self.send(&host, &Purge::Everything).await,
            Err(_) => Ok(()),
        }
    }
}
