//! Calling jobs off.

use std::time::{Duration, Instant};

use citepress::queue::{JobId, NewJob, QueueError, Reach, State};

use super::child::Child;
use super::kinds::{Endless, Work};
use super::rig::Rig;

async fn cancel(rig: &Rig, id: JobId) -> Result<(), QueueError> {
    let mut tx = rig.db.write_system().await.unwrap();
    rig.queue.cancel(&mut tx, Reach::All, id).await?;
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn a_job_of_this_process_hears_at_once_that_it_was_called_off() {
    let rig = Rig::new().await;
    let _worker = rig.listener(1);
    let id = rig.add(NewJob::new(Endless { deaf: false })).await;
    rig.written("begin", 1).await;
    let asked = Instant::now();
    cancel(&rig, id).await.unwrap();
    rig.written("wound-up", 1).await;
    assert!(asked.elapsed() < Duration::from_millis(90), "{:?}", asked.elapsed());
    assert_eq!(rig.ended(id).await.state, State::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_another_process_is_told_and_one_that_does_not_listen_is_ended() {
    let rig = Rig::new().await;
    let _worker = Child::worker(&rig, 2);
    let listens = rig.add(NewJob::new(Endless { deaf: false })).await;
    let deaf = rig.add(NewJob::new(Endless { deaf: true })).await;
    rig.written("begin", 2).await;
    cancel(&rig, listens).await.unwrap();
    cancel(&rig, deaf).await.unwrap();
    assert!(rig.get(deaf).await.cancelling);
    assert_eq!(rig.ended(listens).await.state, State::Cancelled);
    assert_eq!(rig.ended(deaf).await.state, State::Cancelled);
    assert_eq!(rig.journal.work("wound-up").len(), 1);
}

#[tokio::test]
async fn a_queued_job_called_off_is_never_begun() {
    let rig = Rig::new().await;
    let id = rig.add(NewJob::new(Work { name: "never".to_owned(), millis: 0 })).await;
    cancel(&rig, id).await.unwrap();
    assert_eq!(rig.get(id).await.state, State::Cancelled);
    let worker = rig.worker(1);
    worker.idle().await;
    assert_eq!(rig.journal.lines(), []);
    let refused = cancel(&rig, id).await.unwrap_err().to_string();
    assert!(refused.contains("the job is cancelled"), "{refused}");
}
