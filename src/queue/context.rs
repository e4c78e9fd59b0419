//! What a handler can ask and say while it works.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::store::Claimed;
use super::{JobId, Progress};
use crate::tenancy::OrgId;

/// Why a job is to stop before it has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A person called it off: it is given time to end by itself.
    Cancelled,
    /// Its time is up.
    TimedOut,
    /// It belongs to somebody else, or may by now.
    Lost,
    /// Its worker goes.
    Draining,
}

/// A job in this worker's hands: shared by its handler, its runner, the heartbeat and the progress writer.
pub(super) struct Held {
    pub claimed: Claimed,
    pub deadline: Instant,
    pub stop: watch::Sender<Option<Stop>>,
    /// Until when nobody else can have it, by this process's steady clock.
    pub safe_until: watch::Sender<Instant>,
    /// Blocking functions of this job that have not come back.
    pub blocking: watch::Sender<usize>,
    progress: Mutex<Progress>,
    changed: AtomicBool,
    cost: AtomicI64,
    /// Wakes the progress writer.
    news: Arc<Notify>,
}

impl Held {
    pub fn new(claimed: Claimed, deadline: Instant, safe_until: Instant, news: Arc<Notify>) -> Held {
        Held {
            claimed,
            deadline,
            stop: watch::Sender::new(None),
            safe_until: watch::Sender::new(safe_until),
            blocking: watch::Sender::new(0),
            progress: Mutex::default(),
            changed: AtomicBool::new(false),
            cost: AtomicI64::new(0),
            news,
        }
    }

    /// Asks for its end; the first reason stays.
    pub fn ask_to_stop(&self, why: Stop) {
        self.stop.send_if_modified(|stop| stop.is_none() && stop.replace(why).is_none());
    }

    pub fn progress(&self) -> Progress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What all attempts have cost, this one included. Set, not added, so that writing it twice counts it once.
    pub fn cost_in_all(&self) -> i64 {
        self.claimed.cost_micros.saturating_add(self.cost.load(Ordering::SeqCst))
    }

    /// Whether there is something to write since the last question.
    pub fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::SeqCst)
    }

    pub fn set_changed(&self) {
        self.changed.store(true, Ordering::SeqCst);
        self.news.notify_one();
    }
}

/// A handler's side of its job. Cheap to clone.
#[derive(Clone)]
pub struct Context(pub(super) Arc<Held>);

impl Context {
    /// The job.
    pub fn id(&self) -> JobId {
        self.0.claimed.id
    }

    /// Whose work it is.
    pub fn org(&self) -> Option<OrgId> {
        self.0.claimed.lane.org
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.0.claimed.attempt
    }

    /// Whether there is no further attempt if this one fails.
    pub fn is_last_attempt(&self) -> bool {
        self.0.claimed.attempt >= self.0.claimed.attempt_limit
    }

    /// When this attempt is ended, on the steady clock.
    pub fn deadline(&self) -> std::time::Instant {
        self.0.deadline.into_std()
    }

    /// How long this attempt may still take.
    pub fn remaining(&self) -> Duration {
        self.0.deadline.saturating_duration_since(Instant::now())
    }

    /// Whether the work should stop: it was called off, or its result would not count any more.
    pub fn is_cancelled(&self) -> bool {
        self.0.stop.borrow().is_some()
    }

    /// Whether a person has called it off; what is stopped for any other reason is to be done again.
    pub fn is_called_off(&self) -> bool {
        *self.0.stop.borrow() == Some(Stop::Cancelled)
    }

    /// Waits until the work should stop.
    pub async fn cancelled(&self) {
        // The sender lives in `self`: waiting can't fail.
        let _ = self.0.stop.subscribe().wait_for(Option::is_some).await;
    }

    /// Tells people how far the work is. As often as you like: it is written every 250 ms at most. `of` is 0 while the
    /// whole isn't known.
    pub fn progress(&self, done: u64, of: u64, stage: &str) {
        let mut progress = self.0.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if progress.done == done && progress.of == of && progress.stage == stage {
            return;
        }
        *progress = Progress { done, of, stage: stage.to_owned() };
        drop(progress);
        self.0.set_changed();
    }

    /// Adds to what the job has cost, in millionths of a US dollar.
    pub fn cost(&self, micros: i64) {
        self.0.cost.fetch_add(micros, Ordering::SeqCst);
        self.0.set_changed();
    }

    /// Runs work that would block on the pool of threads meant for it. The job keeps its lease until `work` has come
    /// back, even if the handler is ended before; long work asks [`Context::is_cancelled`] now and then.
    ///
    /// # Errors
    /// When `work` panicked. Hand it on: a panic of the handler is a failed attempt.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Context) -> T + Send + 'static,
    ) -> Result<T, tokio::task::JoinError> {
        let context = self.clone();
        let inside = Inside::enter(self.0.clone());
        tokio::task::spawn_blocking(move || {
            let _inside = inside;
            work(&context)
        })
        .await
    }
}

/// Counts a blocking function while it runs, also when it panics.
struct Inside(Arc<Held>);

impl Inside {
    fn enter(held: Arc<Held>) -> Inside {
        held.blocking.send_modify(|count| *count += 1);
        Inside(held)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.blocking.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};
    use crate::queue::Lane;

    #[test]
    fn what_is_stopped_for_another_reason_than_a_persons_wish_was_not_called_off() {
        let ids = Ids::seeded(Clock::system(), "context");
        for why in [Stop::Cancelled, Stop::TimedOut, Stop::Lost, Stop::Draining] {
            let lane = Lane { kind: "a.b".into(), org: None, priority: 0, version: 1 };
            let (id, owner, payload) = (ids.new_id(), ids.new_id(), String::new());
            let claimed = Claimed { id, owner, lane, attempt: 1, attempt_limit: 3, payload, cost_micros: 0 };
            let now = Instant::now();
            let context = Context(Arc::new(Held::new(claimed, now, now, Arc::default())));
            assert!(!context.is_cancelled() && !context.is_called_off());
            context.0.ask_to_stop(why);
            assert_eq!((context.is_cancelled(), context.is_called_off()), (true, why == Stop::Cancelled));
        }
    }
}
