//! How far jobs are, and what they cost.

use std::time::Duration;

use citepress::queue::{NewJob, State, Tick};

use super::kinds::Chatty;
use super::rig::Rig;

#[tokio::test]
async fn progress_is_told_four_times_a_second_at_most_and_costs_of_all_attempts_add_up() {
    let rig = Rig::new().await;
    let mut heard = rig.queue.progress();
    let _worker = rig.worker(1);
    let id = rig.add(NewJob::new(Chatty {})).await;
    let seen = rig.when(id, |job| job.progress.done > 0 && job.state == State::Running).await;
    assert_eq!((seen.progress.of, seen.progress.stage.as_str()), (300, "talking"));
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.progress.done, done.cost_micros), (State::Done, 300, 4_500));
    // The last tick is told after the commit that `ended` saw: it may be a moment later.
    let mut ticks = Vec::new();
    while ticks.last().map(|tick: &Tick| tick.state) != Some(State::Done) {
        let tick = tokio::time::timeout(Duration::from_secs(10), heard.recv()).await;
        ticks.push(tick.expect("the end is told").unwrap());
    }
    // Per attempt: begun, ended, and at most one tick per quarter of a second of what it took.
    let took = done.finished_at.unwrap().duration_since(done.created_at).as_millis();
    assert!((ticks.len() as i128) <= 6 + took / 250 + 1, "{} ticks in {took} ms", ticks.len());
}
