//! Keeps the leases of the jobs at work alive, also while the worker drains.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Shared;
use crate::queue::context::Stop;
use crate::queue::store;

/// Beats in a lease: two may fail before a job is in danger.
const BEATS: u32 = 3;

pub(super) async fn run(shared: Arc<Shared>) {
    let shortest = shared.kinds.values().map(|known| known.policy.lease).min();
    let every = shortest.unwrap_or(Duration::from_secs(30)) / BEATS;
    loop {
        tokio::time::sleep(every).await;
        while !beat(&shared).await {
            tokio::time::sleep(every / 4).await;
        }
    }
}

/// False when the database did not answer.
async fn beat(shared: &Shared) -> bool {
    let held = shared.held_now();
    if held.is_empty() {
        return true;
    }
    let ids: Vec<_> = held.iter().map(|held| held.claimed.id).collect();
    // The new leases are counted from before they were asked for: never longer here than in the database.
    let began = Instant::now();
    let kept = match shared.ask(store::renew(shared.queue.db(), shared.owner, &ids)).await {
        Ok(kept) => kept,
        Err(error) => {
            shared.note_trouble("extending leases", &error);
            return false;
        }
    };
    for held in held {
        let job = &held.claimed;
        if kept.get(&job.id) == Some(&job.attempt) {
            let lease = shared.kinds.get(job.lane.kind.as_str()).map(|known| known.policy.lease);
            held.safe_until.send_replace(began + lease.unwrap_or_default());
        } else {
            // Another worker's by now, or settled a moment ago: then nobody listens.
            held.ask_to_stop(Stop::Lost);
        }
    }
    true
}
