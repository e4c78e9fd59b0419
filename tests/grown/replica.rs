//! A read replica: figures and old lines of the log come from it while it follows, and from the primary while it does not.

use std::time::{Duration, Instant};

use citepress::base::Secret;
use citepress::db::{Db, DbConfig};
use sea_orm::ConnectionTrait;

use super::company::Postgres;
use crate::publishing::rig::Rig;

const PATIENCE: Duration = Duration::from_secs(30);

async fn tell(server: &Postgres, sql: &str) {
    let db = Db::open(&DbConfig { url: server.url.clone(), ..DbConfig::default() }).await.unwrap();
    db.system().execute_unprepared(sql).await.unwrap();
    db.close().await;
}

async fn until(rig: &Rig, follows: bool) {
    let began = Instant::now();
    while rig.app.db.replica_follows().await != Some(follows) {
        assert!(began.elapsed() < PATIENCE, "it never becomes {follows}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn pages(rig: &Rig) -> u64 {
    rig.app.pages.used(&rig.org).await.unwrap().iter().map(|used| used.pages).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_is_asked_while_it_follows_and_the_primary_while_it_is_behind_or_gone() {
    let primary = Postgres::start();
    let replica = Postgres::following(&primary);
    let rig = Rig::with(|settings| {
        settings.database.url = Secret::new(primary.url.clone());
        settings.database.replica_url = Secret::new(replica.url.clone());
    })
    .await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    until(&rig, true).await;
    assert_eq!(pages(&rig).await, 1);

    // It stands still: figures are those of before, and the log has no gap for all that.
    tell(&replica, "SELECT pg_wal_replay_pause()").await;
    until(&rig, true).await;
    rig.write(&[("guide.md", "A guide.")]).await;
    until(&rig, true).await;
    assert_eq!(pages(&rig).await, 1, "it is the replica that is asked");
    let newest = rig.app.events.latest(&rig.org, None, 1).await.unwrap()[0].seq;
    let older = rig.app.events.latest(&rig.org, Some(newest), 100).await.unwrap();
    let numbers: Vec<i64> = older.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..newest).rev().collect::<Vec<_>>());
    until(&rig, false).await;
    assert_eq!(pages(&rig).await, 2, "it is too far behind to be asked");

    tell(&replica, "SELECT pg_wal_replay_resume()").await;
    until(&rig, true).await;
    assert_eq!(pages(&rig).await, 2);
    rig.write(&[("terms.md", "Terms.")]).await;
    let frozen = replica.freeze();
    let began = Instant::now();
    assert_eq!(pages(&rig).await, 3, "it says nothing: the primary answers the same question");
    assert!(began.elapsed() < Duration::from_secs(4), "after {:?}", began.elapsed());
    assert_eq!(rig.app.db.replica_follows().await, Some(false));
    let began = Instant::now();
    assert_eq!(pages(&rig).await, 3);
    assert!(began.elapsed() < Duration::from_secs(1), "nobody else waits for it: {:?}", began.elapsed());
    drop(frozen);

    until(&rig, true).await;
    drop(replica);
    rig.write(&[("help.md", "Some help.")]).await;
    assert_eq!(pages(&rig).await, 4, "gone in the middle: the primary answers the same question");
    assert_eq!(rig.app.db.replica_follows().await, Some(false));
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_seldom_is_told_that_it_follows_however_busy_the_primary_is() {
    let primary = Postgres::start();
    let replica = Postgres::following(&primary);
    let writer = Db::open(&DbConfig { url: primary.url.clone(), ..DbConfig::default() }).await.unwrap();
    writer.migrate().await.unwrap();
    let config = DbConfig { url: primary.url.clone(), replica: replica.url.clone(), ..DbConfig::default() };
    // As at a scrape each minute: nothing is known of some seconds ago.
    let asked = async || {
        let seldom = Db::open(&config).await.unwrap();
        let follows = seldom.replica_follows().await;
        seldom.close().await;
        follows
    };
    let began = Instant::now();
    while asked().await != Some(true) {
        assert!(began.elapsed() < PATIENCE, "it has nothing of what was migrated");
    }
    let busy = tokio::spawn(async move {
        loop {
            let write = "SELECT pg_logical_emit_message(true, 'a test', repeat('busy', 1000))";
            writer.system().execute_unprepared(write).await.unwrap();
        }
    });
    for _ in 0..10 {
        assert_eq!(asked().await, Some(true));
    }
    busy.abort();
}
