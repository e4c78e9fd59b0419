//! Processes that die.

use std::collections::HashSet;
use std::time::Duration;

use citepress::queue::{NewJob, Reach, State};

use super::child::Child;
use super::kinds::{Poison, Work};
use super::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn killed_under_load_and_started_again_at_once_nothing_is_lost_or_doubled() {
    const JOBS: u32 = 200;
    let rig = Rig::new().await;
    rig.add_work(JOBS, 60).await;
    let mut killed = HashSet::new();
    for n in 0..5 {
        let child = Child::worker(&rig, 4);
        rig.written("started", n + 1).await;
        tokio::time::sleep(Duration::from_millis(90 + 37 * n as u64)).await;
        killed.insert(child.kill());
    }
    let _last = Child::worker(&rig, 4);
    rig.done(u64::from(JOBS)).await;

    let begun = rig.journal.doers("begin");
    let effects = rig.journal.doers("effect");
    assert_eq!(effects.len(), JOBS as usize);
    for (work, doers) in &begun {
        let (_, earlier) = doers.split_last().unwrap();
        assert!(
            earlier.iter().all(|pid| killed.contains(pid)),
            "{work} was begun by {doers:?}, killed {killed:?}"
        );
    }
    let again = begun.values().filter(|doers| doers.len() > 1).count();
    assert!(again >= 5, "the kills hit no job at work: {again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_worker_is_set_aside_and_the_queue_goes_on() {
    let rig = Rig::new().await;
    let poison = rig.add(NewJob::new(Poison {})).await;
    rig.add_work(10, 10).await;
    for _ in 0..2 {
        let mut child = Child::worker(&rig, 1);
        assert!(!child.ended(Duration::from_secs(10)).await.success(), "the poison did not kill");
    }
    let _last = Child::worker(&rig, 1);
    rig.done(10).await;
    let failed = rig.ended(poison).await;
    assert_eq!((failed.state, failed.attempt), (State::Failed, 2));
    assert!(failed.cause.unwrap().contains("worker lost"));
    assert_eq!(rig.journal.work("poison"), ["1", "2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_slept_through_its_lease_changes_nothing_of_its_successors() {
    let rig = Rig::new().await;
    let id = rig.add(NewJob::new(Work { name: "handed-on".to_owned(), millis: 5_000 })).await;
    let sleeper = Child::worker(&rig, 1);
    rig.written("begin", 1).await;
    sleeper.suspend();
    let _successor = Child::worker(&rig, 1);
    rig.written("begin", 2).await;
    // After its lease and this the sleeper's attempt would be over, and its successor's is not for long.
    tokio::time::sleep(Duration::from_secs(1)).await;
    sleeper.resume();
    tokio::time::sleep(Duration::from_millis(400)).await;
    let running = rig.get(id).await;
    assert_eq!((running.state, running.attempt), (State::Running, 2));
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.attempt, rig.journal.work("begin").len()), (State::Done, 2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_whose_worker_died_is_not_begun_again() {
    let rig = Rig::new().await;
    let id = rig.add(NewJob::new(Work { name: "doomed".to_owned(), millis: 60_000 })).await;
    let child = Child::worker(&rig, 1);
    rig.written("begin", 1).await;
    child.kill();
    let mut tx = rig.db.write_system().await.unwrap();
    rig.queue.cancel(&mut tx, Reach::All, id).await.unwrap();
    tx.commit().await.unwrap();
    let _next = Child::worker(&rig, 1);
    assert_eq!(rig.ended(id).await.state, State::Cancelled);
    assert_eq!(rig.journal.work("begin").len(), 1);
}
