//! A limit that holds for all processes together, counted by the server's own clock.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids, Secret};
use citepress::cache::{Cache, CacheConfig, Limit};

use super::server::Server;

const PATIENCE: Duration = Duration::from_secs(60);

async fn open(server: &Server, key: [u8; 32]) -> Cache {
    let config = CacheConfig { url: Secret::new(server.url()), prefix: "test".to_owned(), key };
    Cache::open(&config, &Ids::system(Clock::system())).await.unwrap()
}

fn limit(count: u32, window: Duration) -> Limit {
    Limit { count: NonZeroU32::new(count).unwrap(), window }
}

/// Tells a story of a key until the server was there all the time, each time of a key that is new: to a busy machine it may seem
/// away for a moment, and may have counted all the same.
async fn told(story: impl AsyncFn(String) -> Option<()>) {
    let began = Instant::now();
    for n in 0.. {
        if story(format!("key-{n}")).await.is_some() {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the server seems away");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_is_left_is_counted_down_and_then_each_waits_for_his_part_of_the_window() {
    let server = Server::start();
    let (one, other) = (open(&server, [1; 32]).await, open(&server, [1; 32]).await);
    let four = limit(4, Duration::from_secs(600));
    let strangers = open(&server, [2; 32]).await;
    told(async |key: String| {
        for (cache, left) in [(&one, 3), (&other, 2), (&one, 1), (&other, 0)] {
            assert_eq!(cache.take("test", &key, four).await?, Ok(left));
        }
        for cache in [&one, &other] {
            let wait = cache.take("test", &key, four).await?.unwrap_err();
            let (least, most) = (Duration::from_secs(100), Duration::from_secs(150));
            assert!((least..=most).contains(&wait), "one is free every 150 s, not in {wait:?}");
        }
        let others = one.take("test", &format!("{key} of another"), four).await?;
        assert_eq!(others, Ok(3), "another key has a cell of its own");
        assert_eq!(strangers.take("test", &key, four).await?, Ok(3), "another installation as well");
        Some(())
    })
    .await;
}

#[tokio::test]
async fn a_cell_fills_again_and_leaves_nothing_behind() {
    let server = Server::start();
    let cache = open(&server, [1; 32]).await;
    let two = limit(2, Duration::from_secs(1));
    told(async |key: String| {
        let mut refused = 0;
        for _ in 0..6 {
            refused += u32::from(cache.take("test", &key, two).await?.is_err());
        }
        assert!(refused > 0, "six at once are more than two a second");
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(cache.take("test", &key, two).await?, Ok(1), "it is full again");
        Some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let names = server.command(&["KEYS", "*"]);
    assert!(names.lines().all(|name| name == "test:probe"), "a full cell is no cell: {names}");
}

#[tokio::test]
async fn names_in_the_server_tell_nothing_of_who_is_counted() {
    let server = Server::start();
    let cache = open(&server, [1; 32]).await;
    let four = limit(4, Duration::from_secs(600));
    // The name is the same, however often it is counted.
    told(async |_| {
        cache.take("test", "ada@example.com", four).await?.unwrap();
        Some(())
    })
    .await;
    let names = server.command(&["KEYS", "*"]);
    assert!(names.lines().count() == 2 && !names.contains("ada"), "{names}");
    assert!(names.lines().all(|name| name.starts_with("test:")), "{names}");
}

#[tokio::test]
async fn a_cell_that_somebody_has_set_far_into_the_future_holds_nobody_up_for_longer_than_a_window() {
    let server = Server::start();
    let cache = open(&server, [1; 32]).await;
    let two = limit(2, Duration::from_secs(60));
    told(async |key: String| {
        cache.take("test", &key, two).await?.unwrap();
        let names = server.command(&["KEYS", "*"]);
        for cell in names.lines().filter(|name| *name != "test:probe") {
            server.command(&["SET", cell, "9000000000000000"]);
        }
        let wait = cache.take("test", &key, two).await?.unwrap_err();
        assert!(wait <= Duration::from_secs(31), "{wait:?}");
        Some(())
    })
    .await;
}
