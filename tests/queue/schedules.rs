//! Jobs that the clock asks for.

use std::time::Duration;

use citepress::queue::Worker;
use sea_orm::ConnectionTrait;

use super::child::Child;
use super::kinds::{Clockwork, handlers};
use super::rig::{Rig, brisk};

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_with_one_schedule_make_one_job_per_tick() {
    let rig = Rig::new().await;
    let _workers = [Child::clockwork(&rig, "*/3 * * * * *"), Child::clockwork(&rig, "*/3 * * * * *")];
    rig.written("effect", 4).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    // Two jobs at once may have their effects in any order.
    let mut ticks: Vec<i64> = rig.journal.work("effect").iter().map(|tick| time(tick).as_second()).collect();
    ticks.sort_unstable();
    let gaps: Vec<i64> = ticks.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| *gap == 3), "not one job per tick: {ticks:?}");
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
