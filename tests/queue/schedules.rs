//! Jobs that the clock asks for.

use std::collections::HashSet;
use std::time::Duration;

use citepress::queue::Worker;
use sea_orm::ConnectionTrait;

use super::child::Child;
use super::kinds::{Clockwork, handlers};
use super::rig::{Rig, brisk};

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_with_one_schedule_make_one_job_per_tick() {
    let rig = Rig::new().await;
    let _workers = [Child::clockwork(&rig, "* * * * * *"), Child::clockwork(&rig, "* * * * * *")];
    rig.written("effect", 4).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let ticks = rig.journal.work("effect");
    let distinct: HashSet<&String> = ticks.iter().collect();
    assert_eq!(distinct.len(), ticks.len(), "{ticks:?}");
    let (first, last) = (time(&ticks[0]), time(&ticks[ticks.len() - 1]));
    assert_eq!(last.duration_since(first).as_secs(), ticks.len() as i64 - 1, "a tick is missing: {ticks:?}");
}

#[tokio::test]
async fn ticks_missed_while_nobody_looked_are_made_up_for_once() {
    let rig = Rig::new().await;
    let start = || {
        let nightly = handlers(&rig.journal).every("0 3 * * *", |at| Clockwork { tick: at.to_string() });
        Worker::start(rig.queue.clone(), nightly.unwrap(), brisk(1))
    };
    let first = start();
    rig.when_sql("SELECT count(*) FROM job_schedules", 1).await;
    first.drain(Duration::from_secs(1)).await;
    assert_eq!(
        rig.journal.work("effect"),
        Vec::<String>::new(),
        "the past before its first day is not made up for"
    );

    let tx = rig.db.write_system().await.unwrap();
    let away = "UPDATE job_schedules SET tick = tick - 10 * 24 * 60 * 60 * 1000";
    tx.conn().execute_unprepared(away).await.unwrap();
    tx.commit().await.unwrap();
    let _second = start();
    let _third = start();
    rig.written("effect", 1).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let made_up = rig.journal.work("effect");
    assert!(made_up.len() == 1 && made_up[0].ends_with("T03:00:00Z"), "{made_up:?}");
}

fn time(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}
