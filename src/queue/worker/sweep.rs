//! What any worker does for all: take lost jobs back, queue what the clock asks for, clear old jobs away.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::marks;
use crate::queue::schedule::Schedule;
use crate::queue::store;

/// After the database was away, workers come back to their jobs before anybody takes these for lost: a job whose end
/// is about to be written must not be begun again.
const GRACE: Duration = Duration::from_secs(3);
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Ticks are looked for at least this often: a machine that slept, or a clock that was set.
const SCHEDULES_AT_LEAST: Duration = Duration::from_secs(30);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// Takes back jobs whose lease has run out.
pub(super) async fn lost(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(shared.config.sweep).await;
        if shared.calm_for() < GRACE {
            continue;
        }
        match shared.ask(store::reap(shared.queue.db())).await {
            Ok(store::Reaped::None) => {}
            Ok(store::Reaped::Jobs(jobs)) => {
                marks::jobs_lost(jobs);
                shared.queue.signals().wake();
            }
            Ok(store::Reaped::TooSlow) => shared.note_trouble("taking lost jobs back", &"it took too long"),
            Err(error) => shared.note_trouble("taking lost jobs back", &error),
        }
    }
}

/// Queues scheduled jobs.
pub(super) async fn schedules(shared: Arc<Shared>, schedules: Vec<Schedule>) {
    loop {
        let wait = match shared.ask(shared.queue.run_schedules(&schedules)).await {
            Ok((now, Some(next))) => Duration::from_millis(next.abs_diff(now)).min(SCHEDULES_AT_LEAST),
            Ok((_, None)) => SCHEDULES_AT_LEAST,
            Err(error) => {
                shared.note_trouble("queueing scheduled jobs", &error);
                AFTER_TROUBLE
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// Deletes jobs that ended long ago.
pub(super) async fn old(shared: Arc<Shared>) {
    loop {
        tokio::time::sleep(PURGE_EVERY).await;
        if let Err(error) = shared.queue.purge(shared.config.keep).await {
            shared.note_trouble("deleting old jobs", &error);
        }
    }
}
