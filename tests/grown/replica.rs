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
    drop(replica);
    rig.write(&[("help.md", "Some help.")]).await;
    assert_eq!(pages(&rig).await, 3, "gone in the middle: the primary answers the same question");
    assert_eq!(rig.app.db.replica_follows().await, Some(false));
    rig.stop().await;
}
