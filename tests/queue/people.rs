//! What people see and do.

use std::time::Duration;

use citepress::base::{Clock, Ids, Window};
use citepress::queue::{Filter, JobId, NewJob, QueueError, Reach, State};
use citepress::tenancy::{Actor, OrgId, OrgScope, Role};

use super::kinds::{Flaky, Work};
use super::rig::Rig;

fn work(name: &str) -> NewJob<Work> {
    NewJob::new(Work { name: name.to_owned(), millis: 0 })
}

async fn retry(rig: &Rig, id: JobId) -> Result<(), QueueError> {
    let mut tx = rig.db.write_system().await.unwrap();
    rig.queue.retry(&mut tx, Reach::All, id).await?;
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn another_organisations_job_is_as_good_as_none() {
    let rig = Rig::new().await;
    let ids = Ids::system(Clock::system());
    let (mine, theirs): (OrgId, OrgId) = (ids.new_id(), ids.new_id());
    let scope = OrgScope::grant(mine, Role::Owner, Actor::Operator);
    let my_job = rig.add(work("a").org(mine)).await;
    let their_job = rig.add(work("a").org(theirs)).await;
    let own = rig.add(work("a")).await;
    assert_eq!(rig.queue.get(&scope, my_job).await.unwrap().org, Some(mine));
    for id in [their_job, own] {
        let nothing = rig.queue.get(&scope, ids.new_id()).await.unwrap_err().to_string();
        assert_eq!(rig.queue.get(&scope, id).await.unwrap_err().to_string(), nothing);
        let mut tx = rig.db.write_system().await.unwrap();
        assert!(matches!(rig.queue.cancel(&mut tx, &scope, id).await, Err(QueueError::NotFound)));
        assert!(matches!(rig.queue.retry(&mut tx, &scope, id).await, Err(QueueError::NotFound)));
    }
    assert_eq!(rig.queue.list(&scope, &Filter::default(), 10).await.unwrap().len(), 1);
    assert_eq!(rig.queue.counts(&scope).await.unwrap()[0].jobs, 1);
}

#[tokio::test]
async fn dead_letters_are_listed_with_their_cause_and_can_be_tried_again() {
    let rig = Rig::new().await;
    let _worker = rig.worker(1);
    // Gets three attempts, needs four.
    let id = rig.add(NewJob::new(Flaky { good: 4 })).await;
    rig.ended(id).await;
    let failed = Filter { state: Some(State::Failed), ..Filter::default() };
    let dead = rig.queue.list(Reach::All, &failed, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].id, dead[0].cause.as_deref()), (1, id, Some("not yet")));
    retry(&rig, id).await.unwrap();
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.attempt), (State::Done, 4));
    assert!(matches!(retry(&rig, id).await, Err(QueueError::WrongState { state: State::Done, .. })));
}

#[tokio::test]
async fn a_dead_letter_is_not_tried_again_beside_its_live_twin() {
    let rig = Rig::new().await;
    let dead = rig.add(work("a").dedup("key")).await;
    let mut tx = rig.db.write_system().await.unwrap();
    rig.queue.cancel(&mut tx, Reach::All, dead).await.unwrap();
    tx.commit().await.unwrap();
    rig.add(work("a").dedup("key")).await;
    assert!(matches!(retry(&rig, dead).await, Err(QueueError::TwinIsLive)));
}

#[tokio::test]
async fn a_long_list_comes_in_pages_newest_first() {
    let rig = Rig::new().await;
    let parent = rig.add(work("parent")).await;
    let mut made = Vec::new();
    for n in 0..5 {
        made.push(rig.add(work(&n.to_string()).parent(parent)).await);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let children = Filter { parent: Some(parent), ..Filter::default() };
    let (first, more) = rig.queue.window(Reach::All, &children, &Window::newest(3)).await.unwrap();
    assert!(more);
    let older = Window { after: Some(first[2].id), ..Window::newest(3) };
    let (second, _) = rig.queue.window(Reach::All, &children, &older).await.unwrap();
    let listed: Vec<JobId> = first.iter().chain(&second).map(|job| job.id).collect();
    made.reverse();
    assert_eq!(listed, made);
}

#[tokio::test]
async fn what_has_ended_is_cleared_away_and_what_lives_stays() {
    let rig = Rig::new().await;
    let worker = rig.worker(2);
    rig.add_work(20, 0).await;
    worker.idle().await;
    worker.drain(Duration::from_secs(1)).await;
    rig.add(work("waits")).await;
    assert_eq!(rig.queue.purge(Duration::from_secs(60)).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(rig.queue.purge(Duration::ZERO).await.unwrap(), 20);
    assert_eq!((rig.count(State::Done).await, rig.count(State::Queued).await), (0, 1));
}
