//! What a room writes to have work done later: a job kind, its policy, and one job to be queued.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{JobId, Lane};
use crate::tenancy::OrgId;

/// A command to be done later. Its fields are its payload. Handlers must be idempotent: after a crash the work is done
/// again from its start.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Like `pages.generate`; never renamed, and without blanks: rows carry it.
    const NAME: &'static str;
    /// Raised when the payload's shape changes. A worker leaves jobs of a newer version to newer workers.
    const VERSION: u32 = 1;

    /// How it is run.
    fn policy() -> Policy {
        Policy::default()
    }

    /// Reads a payload of this or an earlier version. What can't be read fails that job, for good.
    ///
    /// # Errors
    /// When it can't be read.
    fn read(version: u32, payload: &str) -> Result<Self, serde_json::Error> {
        let _ = version;
        serde_json::from_str(payload)
    }
}

/// How jobs of a kind are run.
#[derive(Debug, Clone)]
pub struct Policy {
    /// How often it is begun before it is given up.
    pub attempts: u32,
    /// The wait after a failed attempt.
    pub backoff: Backoff,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How long after its worker's last sign of life a job counts as lost. Longer than a database restart.
    pub lease: Duration,
    /// How many may run at once, over all workers.
    pub concurrency: Option<u32>,
    /// How many of one organisation's are begun beside each other: of slow work, others' finds a free slot. Two workers
    /// that look in the same moment may exceed it by what each begins.
    pub per_org: Option<u32>,
    /// Which workers take it: a worker may be kept free for one queue.
    pub queue: &'static str,
}

/// The queue of kinds that name none.
pub const DEFAULT_QUEUE: &str = "default";

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            attempts: 5,
            backoff: Backoff::default(),
            timeout: Duration::from_secs(15 * 60),
            lease: Duration::from_secs(30),
            concurrency: None,
            per_org: None,
            queue: DEFAULT_QUEUE,
        }
    }
}

/// Exponential backoff: `base`, twice that, four times that … up to `max`, of which a random half is taken off so that
/// jobs that failed together don't come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub base: Duration,
    /// No wait is longer.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { base: Duration::from_secs(5), max: Duration::from_secs(30 * 60) }
    }
}

impl Backoff {
    /// The wait after `failures` failed attempts (1 or more); `fraction` is a random number in 0..1.
    pub fn after(&self, failures: u32, fraction: f64) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let full = self.base.saturating_mul(1 << doublings).min(self.max);
        full.mul_f64(0.5 + fraction.clamp(0.0, 1.0) / 2.0)
    }
}

/// One job, to be handed to `Queue::enqueue`.
#[derive(Debug, Clone)]
#[must_use = "a job is queued by Queue::enqueue"]
pub struct NewJob<J> {
    payload: J,
    org: Option<OrgId>,
    dedup: Option<String>,
    at: Option<Timestamp>,
    wait: Duration,
    priority: i32,
    parent: Option<JobId>,
}

impl<J: Job> NewJob<J> {
    /// The product's own work, to be done at once.
    pub fn new(payload: J) -> NewJob<J> {
        NewJob { payload, org: None, dedup: None, at: None, wait: Duration::ZERO, priority: 0, parent: None }
    }

    /// Whose work it is: whom it is shown to, and in whose turn it is done.
    pub fn org(self, org: OrgId) -> NewJob<J> {
        NewJob { org: Some(org), ..self }
    }

    /// No second job of this kind and organisation is made while one with this key is queued or running. A running one
    /// may have read its input before the change that asks for this one: put what changed (a sequence, a revision) into
    /// the key where that matters.
    pub fn dedup(self, key: impl Into<String>) -> NewJob<J> {
        NewJob { dedup: Some(key.into()), ..self }
    }

    /// Not before this time.
    pub fn at(self, time: Timestamp) -> NewJob<J> {
        NewJob { at: Some(time), ..self }
    }

    /// Not before so much time has passed, by the database's clock.
    pub fn wait(self, wait: Duration) -> NewJob<J> {
        NewJob { wait, ..self }
    }

    /// Higher goes first, among the organisation's own; 0 is usual. Between organisations turns are taken.
    pub fn priority(self, priority: i32) -> NewJob<J> {
        NewJob { priority, ..self }
    }

    /// The job that asks for this one.
    pub fn parent(self, parent: JobId) -> NewJob<J> {
        NewJob { parent: Some(parent), ..self }
    }

    pub(super) fn into_raw(self) -> Result<RawJob, serde_json::Error> {
        Ok(RawJob {
            payload: serde_json::to_string(&self.payload)?,
            attempts: J::policy().attempts.max(1),
            lane: Lane {
                kind: J::NAME.to_owned(),
                org: self.org,
                priority: self.priority,
                version: J::VERSION,
            },
            dedup: self.dedup,
            at: self.at,
            wait: self.wait,
            parent: self.parent,
        })
    }
}

/// A job without its type.
pub(super) struct RawJob {
    pub lane: Lane,
    pub payload: String,
    pub attempts: u32,
    pub dedup: Option<String>,
    pub at: Option<Timestamp>,
    pub wait: Duration,
    pub parent: Option<JobId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_keep_at_least_half() {
        let backoff = Backoff { base: Duration::from_secs(2), max: Duration::from_secs(60) };
        assert_eq!(backoff.after(1, 1.0), Duration::from_secs(2));
        assert_eq!(backoff.after(1, 0.0), Duration::from_secs(1));
        assert_eq!(backoff.after(4, 1.0), Duration::from_secs(16));
        assert_eq!(backoff.after(4_000_000_000, 1.0), Duration::from_secs(60));
    }
}
