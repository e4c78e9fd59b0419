//! Putting jobs in.

use std::time::Duration;

use citepress::base::{Clock, Ids};
use citepress::queue::{Enqueued, NewJob, State};
use citepress::tenancy::OrgId;

use super::kinds::Work;
use super::rig::Rig;

fn work(name: &str) -> NewJob<Work> {
    NewJob::new(Work { name: name.to_owned(), millis: 0 })
}

#[tokio::test]
async fn a_job_lives_and_dies_with_the_transaction_that_asked_for_it() {
    let rig = Rig::new().await;
    let worker = rig.worker(1);
    let mut tx = rig.db.write_system().await.unwrap();
    rig.queue.enqueue(&mut tx, work("given-up")).await.unwrap();
    tx.rollback().await.unwrap();
    rig.add(work("kept")).await;
    worker.idle().await;
    assert_eq!(rig.journal.work("effect"), ["kept"]);
}

#[tokio::test]
async fn one_job_per_key_while_it_lives_and_per_organisation() {
    let rig = Rig::new().await;
    let ids = Ids::system(Clock::system());
    let (one, other): (OrgId, OrgId) = (ids.new_id(), ids.new_id());
    let first = rig.enqueue(work("a").dedup("site@1").org(one)).await;
    assert_eq!(rig.enqueue(work("a").dedup("site@1").org(one)).await, Enqueued::Existing(first.id()));
    let others = rig.enqueue(work("b").dedup("site@1").org(other)).await;
    assert!(matches!(others, Enqueued::New(_)), "another organisation's key is its own");
    let worker = rig.worker(2);
    worker.idle().await;
    assert_eq!(rig.get(first.id()).await.state, State::Done);
    let later = rig.enqueue(work("a").dedup("site@1").org(one)).await;
    assert!(matches!(later, Enqueued::New(_)), "a key is free when its job has ended");
}

#[tokio::test]
async fn sixteen_that_ask_at_once_for_one_key_get_one_job() {
    let rig = Rig::new().await;
    let asked = futures_util::future::join_all((0..16).map(|_| rig.enqueue(work("a").dedup("same")))).await;
    let new = asked.iter().filter(|enqueued| matches!(enqueued, Enqueued::New(_))).count();
    assert_eq!((new, rig.count(State::Queued).await), (1, 1));
    assert!(asked.iter().all(|enqueued| enqueued.id() == asked[0].id()));
}

#[tokio::test]
async fn a_job_that_stands_for_another_does_not_begin_before_what_asks_for_that_is_committed() {
    let rig = Rig::new().await;
    let first = rig.add(work("a").dedup("key")).await;
    let mut tx = rig.db.write_system().await.unwrap();
    assert_eq!(rig.queue.enqueue(&mut tx, work("a").dedup("key")).await.unwrap(), Enqueued::Existing(first));
    let _worker = rig.worker(1);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(rig.get(first).await.state, State::Queued);
    tx.commit().await.unwrap();
    assert_eq!(rig.ended(first).await.state, State::Done);
}
