//! One attempt of one job: begun, watched, ended, settled.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tracing::Instrument;

use super::Shared;
use super::verdict::{Ended, verdict};
use crate::db::DbError;
use crate::marks;
use crate::queue::context::{Context, Held, Stop};
use crate::queue::handlers::{Handler, Outcome};
use crate::queue::store::{self, Settlement, Standing};
use crate::queue::{QueueError, State};

pub(super) async fn run(shared: &Shared, handler: &Handler, held: &Arc<Held>) {
    shared.tick(held, State::Running);
    let begun = Instant::now();
    let ended = attempt(shared, handler, held).await;
    let took = begun.elapsed();
    let fraction = shared.queue.ids().fraction();
    if let Some(settlement) = verdict(ended, &held.claimed, &handler.policy, fraction) {
        settle(shared, held, &settlement, took).await;
    }
    shared.lock_held().remove(&held.claimed.id);
}

async fn attempt(shared: &Shared, handler: &Handler, held: &Arc<Held>) -> Ended {
    let job = &held.claimed;
    let span = marks::job_span(&job.lane.kind, &job.id, job.attempt);
    let work = match (handler.run)(job.lane.version, &job.payload, Context(held.clone())) {
        Ok(work) => work,
        Err(error) => return Ended::Unreadable(error.to_string()),
    };
    // In a set, because a set ends its task when this future is dropped.
    let mut task = JoinSet::new();
    task.spawn(work.instrument(span));
    let why = match watch(shared, held, &mut task).await {
        Ok(answered) => {
            return wait_for_blocking(held, handler)
                .await
                .map_or(Ended::Stuck(Stop::TimedOut), |()| answered);
        }
        Err(why) => why,
    };
    held.ask_to_stop(why);
    task.abort_all();
    let stopped = tokio::time::timeout(handler.policy.lease, task.join_next()).await;
    match stopped {
        // It had answered just before it was stopped.
        Ok(Some(Ok(outcome))) => Ended::Answered(outcome),
        Ok(_) if wait_for_blocking(held, handler).await.is_some() => Ended::Stopped(why),
        _ => Ended::Stuck(why),
    }
}

/// Waits for the answer, or a reason not to wait for it.
async fn watch(shared: &Shared, held: &Held, task: &mut JoinSet<Outcome>) -> Result<Ended, Stop> {
    let mut stop = held.stop.subscribe();
    let mut safe_until = held.safe_until.subscribe();
    let mut wound_up: Option<Instant> = None;
    loop {
        let safe = *safe_until.borrow_and_update();
        match *stop.borrow_and_update() {
            Some(Stop::Cancelled) => {
                wound_up.get_or_insert(Instant::now() + shared.config.wind_up);
            }
            Some(why) => return Err(why),
            None => {}
        }
        tokio::select! {
            biased;
            answer = task.join_next() => return Ok(answered(answer)),
            () = sleep_until(held.deadline) => return Err(Stop::TimedOut),
            () = sleep_until(safe) => return Err(Stop::Lost),
            () = sleep_until(wound_up.unwrap_or(held.deadline)) => return Err(Stop::Cancelled),
            _ = stop.changed() => {}
            _ = safe_until.changed() => {}
        }
    }
}

fn answered(answer: Option<Result<Outcome, JoinError>>) -> Ended {
    match answer {
        Some(Ok(outcome)) => Ended::Answered(outcome),
        Some(Err(error)) => Ended::Panicked(said(error)),
        None => Ended::Panicked("its task is gone".to_owned()),
    }
}

/// What a panic said.
fn said(error: JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else { return "its task was ended".to_owned() };
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "(no message)".to_owned())
}

/// A thread can't be stopped from outside: the job stays this worker's until the thread has come back, for one lease.
async fn wait_for_blocking(held: &Held, handler: &Handler) -> Option<()> {
    let mut blocking = held.blocking.subscribe();
    let back = blocking.wait_for(|count| *count == 0);
    tokio::time::timeout(handler.policy.lease, back).await.ok().map(|_| ())
}

/// Writes the end of an attempt down, however long the database is away: what is done stays done, unless somebody else
/// has taken the job meanwhile.
async fn settle(shared: &Shared, held: &Held, how: &Settlement, took: Duration) {
    const LONGEST: Duration = Duration::from_secs(1);
    let mut wait = Duration::from_millis(50);
    loop {
        let standing =
            Standing { job: &held.claimed, progress: held.progress(), cost_micros: held.cost_in_all() };
        match shared.ask(store::settle(shared.queue.db(), &standing, how)).await {
            Ok(true) => {
                marks::job_ended(&held.claimed.lane.kind, how.word(), took);
                return shared.tick(held, state_after(how));
            }
            Ok(false) => {
                tracing::warn!(target: "queue", id = %held.claimed.id, "taken by another worker before its end was written");
                return;
            }
            Err(QueueError::Db(DbError::Unavailable(error))) => {
                shared.note_trouble("ending a job", &error);
            }
            Err(error) => {
                tracing::error!(target: "queue", id = %held.claimed.id, %error, "the end of a job can't be written");
                return;
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST);
    }
}

fn state_after(how: &Settlement) -> State {
    match how {
        Settlement::Done | Settlement::Gone => State::Done,
        Settlement::Failed(_) => State::Failed,
        Settlement::Cancelled => State::Cancelled,
        Settlement::Again(..) | Settlement::PutOff(..) | Settlement::Handed => State::Queued,
    }
}
