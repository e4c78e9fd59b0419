//! Which function does which kind of job.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::schedule::{BadSchedule, Schedule};
use super::{Backoff, Context, Job, NewJob, Policy};

/// What a handler has to say about its attempt. Causes are shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done.
    Done,
    /// It did not work this time: again after the policy's backoff, if attempts are left.
    Retry(String),
    /// Again after this time (what a `Retry-After` said), if attempts are left.
    RetryIn(Duration, String),
    /// It may not be done now: again after this time, and the attempt doesn't count.
    NotNow(Duration, String),
    /// Nor for a while, nobody knows how long: again after a wait that grows each time, and the attempt doesn't count.
    NotYet(Backoff, String),
    /// It will never work.
    Fail(String),
    /// It has stopped because it was called off.
    Cancelled,
    /// What it was for is gone, and with it the reason to keep a record: the job itself is removed.
    Gone,
}

type Answer = Pin<Box<dyn Future<Output = Outcome> + Send>>;
type Run = dyn Fn(u32, &str, Context) -> Result<Answer, serde_json::Error> + Send + Sync;

/// What a worker knows of one kind.
#[derive(Clone)]
pub(super) struct Handler {
    pub version: u32,
    pub policy: Policy,
    /// Reads the payload and begins the work.
    pub run: Arc<Run>,
}

/// The handlers of all kinds, and the schedules. Cheap to clone.
#[derive(Clone, Default)]
pub struct Handlers {
    pub(super) kinds: HashMap<&'static str, Handler>,
    pub(super) schedules: Vec<Schedule>,
}

impl Handlers {
    /// None yet.
    pub fn new() -> Handlers {
        Handlers::default()
    }

    /// Has jobs of kind `J` done by `handler`. A kind has one handler: the last one given.
    pub fn on<J, F, A>(mut self, handler: F) -> Handlers
    where
        J: Job,
        F: Fn(J, Context) -> A + Send + Sync + 'static,
        A: Future<Output = Outcome> + Send + 'static,
    {
        let run = move |version: u32, payload: &str, context: Context| {
            let job = J::read(version, payload)?;
            Ok(Box::pin(handler(job, context)) as Answer)
        };
        let known = Handler { version: J::VERSION, policy: J::policy(), run: Arc::new(run) };
        if self.kinds.insert(J::NAME, known).is_some() {
            tracing::warn!(target: "queue", kind = J::NAME, "registered twice: the later handler is used");
        }
        self
    }

    /// Queues a job of kind `J` at each tick of `pattern` (five fields of cron, UTC: `0 3 * * *` is each night at three;
    /// six with seconds first). Any number of processes makes one job per tick; ticks missed while none ran are made up
    /// for by one job.
    ///
    /// # Errors
    /// When the pattern can't be read.
    pub fn every<J: Job>(
        mut self,
        pattern: &str,
        payload: impl Fn(Timestamp) -> J + Send + Sync + 'static,
    ) -> Result<Handlers, BadSchedule> {
        let job = move |tick| NewJob::new(payload(tick)).into_raw();
        self.schedules.push(Schedule::new(J::NAME, pattern, Arc::new(job))?);
        Ok(self)
    }
}
