//! A worker: claims jobs while it has free slots, runs each in a task of its own, keeps their leases alive, and takes
//! back what others have lost.

mod cancellations;
mod dispatch;
mod heartbeat;
mod listen;
mod outlook;
mod progress;
mod run;
mod sweep;
mod verdict;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sea_orm::DbBackend;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use super::context::{Held, Stop};
use super::handlers::Handler;
use super::store::{self, OwnerId};
use super::{Handlers, JobId, Queue, QueueError, Said, State, Tick};
use crate::db::DbError;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// How many jobs it runs at once.
    pub slots: u32,
    /// The queues it takes jobs of; empty: all. A second worker with slots of its own for one queue keeps that queue
    /// quick however long the others are.
    pub queues: Vec<&'static str>,
    /// How often it looks for jobs and cancellations that nobody has told it of. Those of its own process, and on
    /// PostgreSQL all new jobs, it hears of at once.
    pub poll: Duration,
    /// How often it looks for jobs whose worker is lost.
    pub sweep: Duration,
    /// How long a job that was called off has to end by itself.
    pub wind_up: Duration,
    /// How long ended jobs are kept.
    pub keep: Duration,
}

impl Default for WorkerConfig {
    fn default() -> WorkerConfig {
        WorkerConfig {
            slots: 4,
            queues: Vec::new(),
            poll: Duration::from_secs(1),
            sweep: Duration::from_secs(5),
            wind_up: Duration::from_secs(5),
            keep: Duration::from_secs(30 * 24 * 60 * 60),
        }
    }
}

/// Handing jobs back takes a transaction each; a worker that drains waits no longer for that.
const HAND_BACK: Duration = Duration::from_secs(3);

/// A running worker. Dropped without [`Worker::drain`] it stops at once, as if it were killed: its jobs are taken up
/// again when their leases have run out.
pub struct Worker {
    shared: Arc<Shared>,
    dispatcher: JoinHandle<()>,
    _others: JoinSet<()>,
}

/// What the tasks of one worker share.
struct Shared {
    queue: Queue,
    owner: OwnerId,
    config: WorkerConfig,
    kinds: HashMap<&'static str, Handler>,
    held: Mutex<HashMap<JobId, Arc<Held>>>,
    /// A held job has something to write down.
    news: Arc<Notify>,
    closing: watch::Sender<bool>,
    /// When the database last failed this worker.
    trouble: Mutex<Option<Instant>>,
}

impl Worker {
    /// Starts taking jobs.
    pub fn start(queue: Queue, handlers: Handlers, config: WorkerConfig) -> Worker {
        let Handlers { mut kinds, mut schedules } = handlers;
        kinds.retain(|_, handler| takes(&config, handler));
        schedules.retain(|schedule| kinds.contains_key(schedule.kind()));
        let shared = Arc::new(Shared {
            owner: queue.ids().new_id(),
            queue,
            config,
            kinds,
            held: Mutex::default(),
            news: Arc::default(),
            closing: watch::Sender::new(false),
            trouble: Mutex::default(),
        });
        tracing::info!(target: "queue", worker = %shared.owner, slots = shared.config.slots, "worker started");
        let mut others = JoinSet::new();
        others.spawn(heartbeat::run(shared.clone()));
        others.spawn(cancellations::run(shared.clone()));
        others.spawn(progress::run(shared.clone()));
        others.spawn(sweep::lost(shared.clone()));
        others.spawn(sweep::old(shared.clone()));
        if !schedules.is_empty() {
            others.spawn(sweep::schedules(shared.clone(), schedules));
        }
        if shared.queue.db().backend() == DbBackend::Postgres {
            others.spawn(listen::run(shared.queue.clone()));
        }
        let dispatcher = tokio::spawn(dispatch::run(shared.clone()));
        Worker { shared, dispatcher, _others: others }
    }

    /// Takes no more jobs and waits for those at work. What isn't done `within` this time is stopped and queued again
    /// at once, without using up an attempt. Leases are kept alive meanwhile. Takes three seconds longer at most.
    pub async fn drain(mut self, within: Duration) {
        self.shared.closing.send_replace(true);
        if tokio::time::timeout(within, &mut self.dispatcher).await.is_ok() {
            return;
        }
        for held in self.shared.held_now() {
            held.ask_to_stop(Stop::Draining);
        }
        if tokio::time::timeout(HAND_BACK, &mut self.dispatcher).await.is_err() {
            let jobs = self.shared.lock_held().len();
            tracing::warn!(target: "queue", jobs, "left without handing all jobs back; their leases run out");
        }
    }

    /// Waits until nothing is running and nothing is due, in any process and of any kind: for tests and for `demo`.
    pub async fn idle(&self) {
        const LOOK: Duration = Duration::from_millis(10);
        loop {
            let none_held = self.shared.lock_held().is_empty();
            if none_held && matches!(store::unfinished(self.shared.queue.db().system()).await, Ok(0)) {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.dispatcher.abort();
    }
}

fn takes(config: &WorkerConfig, handler: &Handler) -> bool {
    config.queues.is_empty() || config.queues.contains(&handler.policy.queue)
}

impl Shared {
    fn lock_held(&self) -> MutexGuard<'_, HashMap<JobId, Arc<Held>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held_now(&self) -> Vec<Arc<Held>> {
        self.lock_held().values().cloned().collect()
    }

    /// Waits for the database, but not for ever: an answer that is lost on its way must not stop a worker. Longer than
    /// SQLite waits for another process's write.
    async fn ask<T>(&self, question: impl Future<Output = Result<T, QueueError>>) -> Result<T, QueueError> {
        const PATIENCE: Duration = Duration::from_secs(15);
        let answer = tokio::time::timeout(PATIENCE, question).await;
        answer.unwrap_or_else(|_| Err(DbError::Unavailable("no answer for 15 s".to_owned()).into()))
    }

    /// Remembers and logs that the database failed.
    fn note_trouble(&self, doing: &'static str, error: &dyn std::fmt::Display) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        tracing::warn!(target: "queue", %error, "the database failed while {doing}");
    }

    /// How long the database has done what it was asked.
    fn calm_for(&self) -> Duration {
        let trouble = *self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.map_or(Duration::MAX, |at| at.elapsed())
    }

    fn tick(&self, held: &Held, state: State) {
        let (id, org) = (held.claimed.id, held.claimed.lane.org);
        self.queue.signals().say(Said::Moved(Tick { id, org, state, progress: held.progress() }));
    }
}
