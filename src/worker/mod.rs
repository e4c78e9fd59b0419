//! What does the jobs of each room: reads the job, gets the scope that it was enqueued under, calls the room.

mod handlers;
mod jobs;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use self::handlers::handlers;
use crate::accounts::Accounts;
use crate::backups::Backups;
use crate::cdn::{self, Cdn};
use crate::departures::Departures;
use crate::flags::Flags;
use crate::idempotency::Idempotency;
use crate::pages::Pages;
use crate::publishing::Publishing;
use crate::queue::{DEFAULT_QUEUE, Queue, Worker, WorkerConfig};
use crate::sites::{Domains, Sites};
use crate::webhooks::{self, Webhooks};

/// The rooms whose jobs are done.
#[derive(Clone)]
pub struct Rooms {
    /// Keeps answers for those who repeat a request.
    pub idempotency: Idempotency,
    /// Makes the scope of the organisation.
    pub accounts: Accounts,
    /// Makes the scope of the site.
    pub sites: Sites,
    /// Looks whether domains are proved.
    pub domains: Domains,
    /// Sources and pages.
    pub pages: Pages,
    /// Editions.
    pub publishing: Publishing,
    /// Webhooks.
    pub webhooks: Arc<Webhooks>,
    /// Exports and deletions.
    pub departures: Departures,
    /// Backups.
    pub backups: Backups,
    /// The cache in front of the sites, where there is one.
    pub cdn: Option<Cdn>,
    /// What the operator has switched off.
    pub flags: Flags,
}

/// Attempts at webhooks and caches that one process makes at once. Each waits for somebody else's server and costs next to
/// nothing.
const WEBHOOK_SLOTS: u32 = 32;

/// The work of this process. Dropped without [`Work::drain`] it stops at once, as if it were killed.
pub struct Work {
    usual: Worker,
    webhooks: Worker,
    /// Hands out events to webhooks; ends when dropped.
    _followers: JoinSet<()>,
}

/// Starts working off jobs in this process: `slots` at once, and webhooks beside them.
pub fn start(queue: Queue, rooms: Rooms, slots: u32, keep: Duration) -> Work {
    let mut followers = JoinSet::new();
    followers.spawn(rooms.webhooks.clone().follow());
    let handlers = handlers(rooms);
    let config = |slots, queues| WorkerConfig { slots, queues, keep, ..WorkerConfig::default() };
    Work {
        usual: Worker::start(queue.clone(), handlers.clone(), config(slots, vec![DEFAULT_QUEUE])),
        webhooks: Worker::start(queue, handlers, config(WEBHOOK_SLOTS, vec![webhooks::QUEUE, cdn::QUEUE])),
        _followers: followers,
    }
}

impl Work {
    /// Takes no more jobs and waits for those at work, as [`Worker::drain`] does.
    pub async fn drain(self, within: Duration) {
        tokio::join!(self.usual.drain(within), self.webhooks.drain(within));
    }

    /// Waits until nothing is running and nothing is due, in any process and of any kind.
    pub async fn idle(&self) {
        self.usual.idle().await;
    }
}
