//! Who gets which job, and when.

use std::collections::HashSet;
use std::time::Duration;

use citepress::base::{Clock, Ids};
use citepress::queue::{Job, NewJob, State, Worker, WorkerConfig};
use citepress::tenancy::OrgId;
use serde::{Deserialize, Serialize};

use super::child::Child;
use super::kinds::{Aside, Single, Work, handlers};
use super::rig::{Rig, brisk};

#[tokio::test(flavor = "multi_thread")]
async fn two_live_workers_share_the_work_and_do_each_piece_once() {
    let rig = Rig::new().await;
    let workers = [Child::worker(&rig, 4), Child::worker(&rig, 4)];
    rig.written("started", 2).await;
    rig.add_work(200, 30).await;
    rig.done(200).await;
    let begun = rig.journal.doers("begin");
    assert!(begun.len() == 200 && begun.values().all(|doers| doers.len() == 1), "{begun:?}");
    let doers: HashSet<u32> = begun.into_values().flatten().collect();
    assert_eq!(doers, workers.iter().map(Child::pid).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_longer_than_its_lease_stays_its_workers_as_long_as_that_lives() {
    let rig = Rig::new().await;
    let _workers = [Child::worker(&rig, 1), Child::worker(&rig, 1)];
    rig.written("started", 2).await;
    let id = rig.add(NewJob::new(Work { name: "long".to_owned(), millis: 7_000 })).await;
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.attempt, rig.journal.work("begin").len()), (State::Done, 1, 1));
}

#[tokio::test]
async fn an_organisation_with_a_thousand_jobs_does_not_hold_up_anothers_first() {
    let rig = Rig::new().await;
    let ids = Ids::system(Clock::system());
    let (greedy, newcomer): (OrgId, OrgId) = (ids.new_id(), ids.new_id());
    let work = |name: &str| NewJob::new(Work { name: name.to_owned(), millis: 2 });
    let mut tx = rig.db.write_system().await.unwrap();
    for n in 0..1_000 {
        rig.queue.enqueue(&mut tx, work(&n.to_string()).org(greedy).priority(5)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let _worker = rig.worker(1);
    rig.written("effect", 10).await;
    rig.add(work("newcomer").org(newcomer)).await;
    let before = rig.journal.work("begin").len();
    rig.when_journal(|journal| journal.work("effect").iter().any(|name| name == "newcomer")).await;
    let begun = rig.journal.work("begin");
    let turn = begun.iter().position(|name| name == "newcomer").unwrap();
    assert!(turn <= before + 1, "{} others went first", turn - before);
}

#[tokio::test]
async fn within_an_organisation_priority_goes_first_then_age() {
    let rig = Rig::new().await;
    let work = |name: &str| NewJob::new(Work { name: name.to_owned(), millis: 0 });
    rig.add(work("older")).await;
    // Age is told in milliseconds.
    tokio::time::sleep(Duration::from_millis(2)).await;
    rig.add(work("newer")).await;
    rig.add(work("urgent").priority(9)).await;
    rig.add(work("someday").priority(-1)).await;
    let worker = rig.worker(1);
    worker.idle().await;
    assert_eq!(rig.journal.work("effect"), ["urgent", "older", "newer", "someday"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_runs_alone_runs_alone_over_all_workers() {
    let rig = Rig::new().await;
    let _workers = [Child::worker(&rig, 4), Child::worker(&rig, 4)];
    rig.written("started", 2).await;
    for n in 0..20 {
        rig.add(NewJob::new(Single { name: n.to_string() })).await;
    }
    rig.done(20).await;
    let lines = rig.journal.lines();
    let order: Vec<&str> = lines.iter().map(|line| line.what.as_str()).skip(2).collect();
    assert!(order.chunks(2).all(|pair| pair == ["enter", "leave"]), "{order:?}");
}

#[tokio::test]
async fn a_worker_for_one_queue_leaves_the_others_alone() {
    let rig = Rig::new().await;
    let usual = rig.add(NewJob::new(Work { name: "usual".to_owned(), millis: 0 })).await;
    let aside = rig.add(NewJob::new(Aside {})).await;
    let config = WorkerConfig { queues: vec!["aside"], ..brisk(2) };
    let _worker = Worker::start(rig.queue.clone(), handlers(&rig.journal), config);
    assert_eq!(rig.ended(aside).await.state, State::Done);
    assert_eq!(rig.get(usual).await.state, State::Queued);
}

/// `Work` as a later release has it.
#[derive(Serialize, Deserialize)]
struct LaterWork {
    title: String,
}

impl Job for LaterWork {
    const NAME: &'static str = Work::NAME;
    const VERSION: u32 = 2;
}

#[tokio::test]
async fn a_job_of_a_later_release_is_left_to_its_workers() {
    let rig = Rig::new().await;
    let later = rig.add(NewJob::new(LaterWork { title: "later".to_owned() })).await;
    let now = rig.add(NewJob::new(Work { name: "now".to_owned(), millis: 0 })).await;
    let old = rig.worker(2);
    assert_eq!(rig.ended(now).await.state, State::Done);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(rig.get(later).await.state, State::Queued);
    old.drain(Duration::from_secs(1)).await;
    let handlers =
        citepress::queue::Handlers::new().on(|_: LaterWork, _| async { citepress::queue::Outcome::Done });
    let _new = Worker::start(rig.queue.clone(), handlers, brisk(1));
    assert_eq!(rig.ended(later).await.state, State::Done);
}
