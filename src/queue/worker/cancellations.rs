//! Tells jobs at work that they were called off: at once from this process, at the next look from another.

use std::sync::Arc;

use super::Shared;
use crate::queue::context::Stop;
use crate::queue::store;

pub(super) async fn run(shared: Arc<Shared>) {
    let mut called = shared.queue.signals().cancelled();
    loop {
        tokio::select! {
            _ = called.changed() => {}
            () = tokio::time::sleep(shared.config.poll) => {}
        }
        if shared.lock_held().is_empty() {
            continue;
        }
        match shared.ask(store::cancelled(shared.queue.db().system(), shared.owner)).await {
            Ok(jobs) => {
                let held = shared.lock_held();
                jobs.iter().filter_map(|id| held.get(id)).for_each(|held| held.ask_to_stop(Stop::Cancelled));
            }
            Err(error) => shared.note_trouble("looking for cancelled jobs", &error),
        }
    }
}
