//! Jobs: work that is done later, by any process, once or again until it is done or given up.
//!
//! A room declares a [`Job`], queues it with [`Queue::enqueue`] in the transaction that makes it necessary, and
//! registers what does it with [`Handlers::on`]. A [`Worker`] runs handlers; any number of workers, in this process and
//! others, share one database. The `jobs` table is the queue and the record that people see.
//!
//! A job is leased to one worker at a time (id, owner and attempt fence every later write). The worker's heartbeat
//! extends the lease; when the worker dies the lease runs out and the job is begun again, up to its last attempt. So
//! work may be done twice after a crash, never while its owner lives: handlers are idempotent.

mod context;
mod depart;
mod depth;
mod dialect;
mod enqueue;
mod error;
mod follow;
mod handlers;
mod job;
mod lane;
mod model;
mod once;
mod people;
mod rows;
mod schedule;
mod signals;
mod store;
mod worker;

pub use context::Context;
pub use depth::Depth;
pub use enqueue::Enqueued;
pub use error::QueueError;
pub use handlers::{Handlers, Outcome};
pub use job::{Backoff, DEFAULT_QUEUE, Job, NewJob, Policy};
pub use model::{Count, Filter, JobId, Progress, Reach, Record, Said, State, Tick};
pub use once::Once;
pub use schedule::{BadPattern, BadSchedule, Pattern};
pub use worker::{Worker, WorkerConfig};

use lane::Lane;

use tokio::sync::broadcast;

use crate::base::Ids;
use crate::db::Db;

/// The queue. Cheap to clone; make one per process and clone it, so that its parts hear of each other at once.
#[derive(Clone)]
pub struct Queue {
    db: Db,
    ids: Ids,
    signals: signals::Signals,
}

impl Queue {
    /// The queue in `db`, whose schema must be up to date.
    pub fn new(db: Db, ids: Ids) -> Queue {
        Queue { db, ids, signals: signals::Signals::new() }
    }

    /// What moves from now on, in this process and in those that it hears of: jobs begun, getting on, settled. A slow
    /// listener misses some.
    pub fn progress(&self) -> broadcast::Receiver<Tick> {
        self.signals.ticks()
    }

    /// What this process has to say to others from now on. A slow listener misses some: they look by themselves as well.
    pub fn said(&self) -> broadcast::Receiver<Said> {
        self.signals.said()
    }

    /// Takes up what another process has said.
    pub fn hear(&self, said: Said) {
        self.signals.hear(said);
    }

    fn db(&self) -> &Db {
        &self.db
    }

    fn ids(&self) -> &Ids {
        &self.ids
    }

    fn signals(&self) -> &signals::Signals {
        &self.signals
    }
}
