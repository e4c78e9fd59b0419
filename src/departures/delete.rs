//! The cut: one transaction after which an organisation is not there any more, for anybody.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DepartureError, Departures};
use crate::db::WriteTx;
use crate::queue::{Backoff, Job, NewJob, Policy};
use crate::tenancy::{OrgId, OrgScope};

/// Remove what is left of an organisation that was deleted. Done again it removes what is still left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeOrg {
    /// The organisation that was.
    pub org: OrgId,
}

impl Job for PurgeOrg {
    const NAME: &'static str = "departures.purge";

    fn policy() -> Policy {
        // Nobody is there any more who would try it again: it goes on until it is done.
        let backoff = Backoff { base: Duration::from_secs(5), max: Duration::from_secs(10 * 60) };
        let timeout = Duration::from_secs(24 * 60 * 60);
        Policy { attempts: 1_000, backoff, timeout, ..Policy::default() }
    }
}

impl Departures {
    /// Deletes the organisation of an owner who has typed its name.
    ///
    /// When this comes back, nobody reaches it any more: its sites answer no more and a cache in front is told to forget them, sessions, API keys, invitations and links
    /// lead nowhere, queued jobs are gone and running ones end without an effect. Members who belong to no other organisation
    /// lose their accounts with it. Within minutes, and at the latest when everything works again that is broken now, a job
    /// removes all its rows, published trees and the blobs to which nobody else refers; blobs of an edition that was being
    /// built in this very moment go within two hours. What stays is one event in the operator's chain, with the
    /// organisation's id and the last hash of its own chain.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`](crate::accounts::AccountError::Forbidden) for everybody but owners,
    /// [`AccountError::NameTyped`](crate::accounts::AccountError::NameTyped) when `typed` is not just the name;
    /// nothing has changed then.
    pub async fn delete(&self, scope: &OrgScope, typed: &str) -> Result<(), DepartureError> {
        let Departures { parts } = self;
        let mut tx = parts.db.write_system().await?;
        let gone = parts.accounts.cut_off(&tx, scope, typed).await?;
        let hosts = parts.sites.take_off(&mut tx, &gone).await?;
        if let Some(cdn) = &parts.cdn {
            cdn.forget_departed(&mut tx, &gone, &hosts).await?;
        }
        parts.queue.drop_all(&mut tx, &gone).await?;
        parts.events.close(&mut tx, &gone);
        self.enqueue_purge(&mut tx, gone.org()).await?;
        Ok(tx.commit().await?)
    }

    /// Takes up again what is left of organisations whose job was lost or given up: nothing else would.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn resume(&self) -> Result<(), DepartureError> {
        for gone in self.parts.accounts.every_departed().await? {
            let mut tx = self.parts.db.write_system().await?;
            self.enqueue_purge(&mut tx, gone.org()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn enqueue_purge(&self, tx: &mut WriteTx, org: OrgId) -> Result<(), DepartureError> {
        // The product's own work: the organisation's jobs are removed by it.
        self.parts.queue.enqueue(tx, NewJob::new(PurgeOrg { org }).dedup(org.to_string())).await?;
        Ok(())
    }
}
