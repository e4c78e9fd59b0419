//! All of a host, as a job: it has become another site's, leads elsewhere, or is nobody's any more.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Cdn, Purge, PurgeError, SETTLED};
use crate::base::HostName;
use crate::db::{DbError, WriteTx};
use crate::queue::{Backoff, Job, NewJob, Policy, QueueError};
use crate::tenancy::{Departed, OrgId};

/// Have the cache forget a host. Whose it was it does not say: the job may outlive them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeHost {
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
    /// Has the cache forget a host of an organisation's soon after the commit of `tx`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget(&self, tx: &mut WriteTx, org: OrgId, host: &HostName) -> Result<(), DbError> {
        let job = NewJob::new(PurgeHost { host: host.to_string() }).org(org).wait(SETTLED);
        self.0.queue.enqueue(tx, job).await.map(drop).map_err(of_queue)
    }

    /// Has the cache forget the hosts of an organisation that `tx` deletes, and those that it was to forget for them anyway.
    /// Their jobs end with them, so these are the product's own. To be called while their jobs are still there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_departed(
        &self,
        tx: &mut WriteTx,
        gone: &Departed,
        hosts: &[HostName],
    ) -> Result<(), DbError> {
        self.0.queue.take_over::<PurgeHost>(tx, gone).await.map_err(of_queue)?;
        for host in hosts {
            let job = NewJob::new(PurgeHost { host: host.to_string() }).wait(SETTLED);
            self.0.queue.enqueue(tx, job).await.map_err(of_queue)?;
        }
        Ok(())
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

fn of_queue(error: QueueError) -> DbError {
    match error {
        QueueError::Db(error) => error,
        other => DbError::Corrupt { what: "job", value: other.to_string() },
    }
}
