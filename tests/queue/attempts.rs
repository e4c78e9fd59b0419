//! How attempts end, and what is made of it.

use std::time::{Duration, Instant};

use citepress::queue::{NewJob, State};

use super::kinds::{Blocks, Flaky, Limited, Oversleeps, Panics, Work};
use super::rig::Rig;

#[tokio::test]
async fn a_job_is_begun_at_its_commit_and_not_only_at_the_next_look() {
    let rig = Rig::new().await;
    let _worker = rig.listener(2);
    let mut waits = Vec::new();
    for n in 0..9 {
        // By then the worker has looked, and looks by itself in an hour.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let begun = Instant::now();
        rig.add(NewJob::new(Work { name: n.to_string(), millis: 0 })).await;
        rig.written("effect", n + 1).await;
        waits.push(begun.elapsed());
    }
    waits.sort();
    assert!(waits[4] < Duration::from_millis(50), "{waits:?}");
}

#[tokio::test]
async fn a_panic_is_a_failed_attempt_and_its_words_are_kept() {
    let rig = Rig::new().await;
    let _worker = rig.worker(2);
    let mended = rig.add(NewJob::new(Panics { times: 1 })).await;
    let hopeless = rig.add(NewJob::new(Panics { times: 9 })).await;
    let mended = rig.ended(mended).await;
    assert_eq!((mended.state, mended.attempt), (State::Done, 2));
    let hopeless = rig.ended(hopeless).await;
    assert_eq!((hopeless.state, hopeless.attempt), (State::Failed, 2));
    let cause = hopeless.cause.unwrap();
    assert!(cause.contains("panicked") && cause.contains("attempt 2 was not to be"), "{cause}");
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_ended_and_made_again() {
    let rig = Rig::new().await;
    let _worker = rig.worker(1);
    let id = rig.add(NewJob::new(Oversleeps {})).await;
    let again = rig.when(id, |job| job.cause.is_some()).await;
    assert!(again.cause.unwrap().contains("longer than 2 s"));
    let done = rig.ended(id).await;
    assert_eq!((done.state, done.attempt, done.cause), (State::Done, 2, None));
    assert_eq!(rig.journal.work("effect"), ["oversleeps"]);
}

#[tokio::test]
async fn a_thread_that_overstays_is_waited_for_before_it_is_begun_again() {
    let rig = Rig::new().await;
    let _worker = rig.worker(4);
    rig.add(NewJob::new(Blocks { millis: 1_500 })).await;
    rig.written("begin", 2).await;
    let lines = rig.journal.lines();
    let order: Vec<&str> = lines.iter().map(|line| line.what.as_str()).take(3).collect();
    assert_eq!(order, ["begin", "effect", "begin"]);
}

#[tokio::test]
async fn a_thread_that_never_comes_back_fails_its_job_and_runs_once() {
    let rig = Rig::new().await;
    let _worker = rig.worker(4);
    let id = rig.add(NewJob::new(Blocks { millis: 8_000 })).await;
    let failed = rig.ended(id).await;
    assert_eq!((failed.state, failed.attempt), (State::Failed, 1));
    assert!(failed.cause.unwrap().contains("a thread of it runs on"));
}

#[tokio::test]
async fn a_failed_attempt_waits_in_the_database_and_the_last_one_keeps_its_cause() {
    let rig = Rig::new().await;
    let _worker = rig.worker(1);
    let good = rig.add(NewJob::new(Flaky { good: 3 })).await;
    let done = rig.ended(good).await;
    assert_eq!((done.state, done.attempt, rig.journal.work("try").len()), (State::Done, 3, 3));
    // 50 and 100 ms, of which half may be taken off.
    let waited = done.started_at.unwrap().duration_since(done.created_at);
    assert!(waited.as_millis() >= 75, "{waited:?}");
    let bad = rig.add(NewJob::new(Flaky { good: 4 })).await;
    let failed = rig.ended(bad).await;
    assert_eq!((failed.state, failed.attempt, failed.cause.as_deref()), (State::Failed, 3, Some("not yet")));
}

#[tokio::test]
async fn a_wait_that_a_service_asks_for_is_kept() {
    let rig = Rig::new().await;
    let _worker = rig.worker(1);
    let id = rig.add(NewJob::new(Limited { millis: 700 })).await;
    let done = rig.ended(id).await;
    let waited = done.started_at.unwrap().duration_since(done.created_at).as_millis();
    assert!((700..1_500).contains(&waited), "{waited} ms");
}

#[tokio::test]
async fn a_delayed_job_is_begun_at_its_time_and_not_before() {
    let rig = Rig::new().await;
    let _worker = rig.worker(1);
    let at = citepress::base::Clock::system().now() + Duration::from_millis(600);
    let id = rig.add(NewJob::new(Work { name: "later".to_owned(), millis: 0 }).at(at)).await;
    let begun = rig.ended(id).await.started_at.unwrap();
    let late = begun.duration_since(at).as_millis();
    assert!((0..200).contains(&late), "{late} ms");
}

#[tokio::test]
async fn a_payload_that_can_not_be_read_fails_that_job_for_good_and_only_that_one() {
    let rig = Rig::new().await;
    let broken = rig.add(NewJob::new(Work { name: "broken".to_owned(), millis: 0 })).await;
    let whole = rig.add(NewJob::new(Work { name: "whole".to_owned(), millis: 0 })).await;
    let tx = rig.db.write_system().await.unwrap();
    let spoil = format!("UPDATE jobs SET payload = '{{\"name\": 7' WHERE id = '{broken}'");
    sea_orm::ConnectionTrait::execute_unprepared(tx.conn(), &spoil).await.unwrap();
    tx.commit().await.unwrap();
    let _worker = rig.worker(1);
    let failed = rig.ended(broken).await;
    assert_eq!((failed.state, failed.attempt), (State::Failed, 1));
    assert!(failed.cause.unwrap().contains("payload can't be read"));
    assert_eq!(rig.ended(whole).await.state, State::Done);
}
