//! The database is away, or locked by another process.

use std::time::Duration;

use citepress::queue::{NewJob, State};

use super::child::Child;
use super::kinds::{Fragile, Patient, Work};
use super::rig::Rig;

const LOCKED: u64 = 8_000;

#[tokio::test(flavor = "multi_thread")]
async fn locked_for_eight_seconds_jobs_wait_and_are_done_once() {
    const JOBS: usize = 60;
    let rig = Rig::new().await;
    for n in 0..JOBS {
        rig.add(NewJob::new(Patient { name: n.to_string(), millis: 200 })).await;
    }
    let _worker = Child::worker(&rig, 2);
    rig.written("effect", 4).await;
    let _locker = Child::locker(&rig, LOCKED).await;
    let before = rig.journal.work("effect").len();
    assert!(before + 10 < JOBS, "{before} were done before it was locked");
    rig.done(JOBS as u64).await;
    rig.written("unlocked", 1).await;
    let begun = rig.journal.doers("begin");
    assert!(begun.values().all(|doers| doers.len() == 1), "{begun:?}");
    assert_eq!(rig.journal.work("effect").len(), JOBS);
    let lines = rig.journal.lines();
    let last = |what: &str| lines.iter().rposition(|line| line.what == what);
    assert!(last("effect") > last("unlocked"), "the lock was held all the time");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_done_while_the_database_was_away_for_longer_than_its_lease_stays_done() {
    let rig = Rig::new().await;
    let _owner = Child::worker(&rig, 1);
    rig.written("started", 1).await;
    let id = rig.add(NewJob::new(Work { name: "done".to_owned(), millis: 300 })).await;
    rig.written("begin", 1).await;
    // Another worker, which must not take the job for lost as soon as it can write again.
    let _other = Child::worker(&rig, 1);
    let _locker = Child::locker(&rig, LOCKED).await;
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.attempt), (State::Done, 1));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(rig.journal.work("begin").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_could_not_keep_its_lease_is_given_up_and_done_again() {
    let rig = Rig::new().await;
    let id = rig.add(NewJob::new(Fragile { name: "long".to_owned(), millis: 6_000 })).await;
    let _worker = Child::worker(&rig, 1);
    rig.written("begin", 1).await;
    let _locker = Child::locker(&rig, LOCKED).await;
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.attempt), (State::Done, 2));
    // The first attempt was ended at its lease's end, before its effect.
    assert_eq!(rig.journal.work("effect").len(), 1);
}
