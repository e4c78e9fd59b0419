//! A cache that can't be told, now.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use citepress::queue::{Filter, Reach, State};

use super::{answer, told, when_told};
use crate::crawl::server::Server;
use crate::publishing::rig::Rig;

#[tokio::test]
async fn a_cache_that_fails_is_told_again_until_it_has_understood() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let cache = Server::start(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => answer("503 Service Unavailable"),
        1 => answer("401 Unauthorized"),
        _ => answer("200 OK"),
    })
    .await;
    let rig = Rig::working(told(&cache, 100)).await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    // Readers have it, whatever the cache does.
    assert_eq!(rig.read("/").await.0, 200);
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while asked.load(Ordering::SeqCst) < 3 {
        assert!(std::time::Instant::now() < until, "it was told {} times", asked.load(Ordering::SeqCst));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let purges = when_told(&rig, &cache, 0).await;
    assert!(purges.len() == 3 && purges.iter().all(|purge| *purge == purges[0]), "{purges:?}");
    rig.rest().await;
    let purging = Filter { kind: Some("publishing.purge".into()), ..Filter::default() };
    let jobs = rig.app.queue.list(Reach::All, &purging, 10).await.unwrap();
    assert_eq!((jobs.len(), jobs[0].state, jobs[0].attempt), (1, State::Done, 3));
    rig.stop().await;
}
