//! A limit that holds for all processes together, counted by the server's own clock.

use std::num::NonZeroU32;
use std::time::Duration;

use citepress::base::{Clock, Ids, Secret};
use citepress::cache::{Cache, CacheConfig, Limit};

use super::server::Server;

async fn open(server: &Server, key: [u8; 32]) -> Cache {
    let config = CacheConfig { url: Secret::new(server.url()), prefix: "test".to_owned(), key };
    Cache::open(&config, &Ids::system(Clock::system())).await.unwrap()
}

fn limit(count: u32, window: Duration) -> Limit {
    Limit { count: NonZeroU32::new(count).unwrap(), window }
}

/// What each of so many questions got; the server is looked for first, since a busy machine may seem away for a moment.
async fn take(cache: &Cache, key: &str, limit: Limit) -> Result<u32, Duration> {
    loop {
        if let Some(taken) = cache.take("test", key, limit).await {
            return taken;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn what_is_left_is_counted_down_and_then_each_waits_for_his_part_of_the_window() {
    let server = Server::start();
    let (one, other) = (open(&server, [1; 32]).await, open(&server, [1; 32]).await);
    let four = limit(4, Duration::from_secs(600));
    for (cache, left) in [(&one, 3), (&other, 2), (&one, 1), (&other, 0)] {
        assert_eq!(take(cache, "a", four).await, Ok(left));
    }
    for cache in [&one, &other] {
        let wait = take(cache, "a", four).await.unwrap_err();
        let (least, most) = (Duration::from_secs(100), Duration::from_secs(150));
        assert!((least..=most).contains(&wait), "one is free every 150 s, not in {wait:?}");
    }
    assert_eq!(take(&one, "b", four).await, Ok(3), "another key has a cell of its own");
    let strangers = open(&server, [2; 32]).await;
    assert_eq!(take(&strangers, "a", four).await, Ok(3), "another installation as well");
}

#[tokio::test]
async fn a_cell_fills_again_and_leaves_nothing_behind() {
    let server = Server::start();
    let cache = open(&server, [1; 32]).await;
    let two = limit(2, Duration::from_secs(1));
    let mut refused = 0;
    for _ in 0..6 {
        refused += u32::from(take(&cache, "a", two).await.is_err());
    }
    assert!(refused > 0, "six at once are more than two a second");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(take(&cache, "a", two).await, Ok(1), "it is full again");
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let names = server.command(&["KEYS", "*"]);
    assert!(names.lines().all(|name| name == "test:probe"), "a full cell is no cell: {names}");
}

#[tokio::test]
async fn names_in_the_server_tell_nothing_of_who_is_counted() {
    let server = Server::start();
    let cache = open(&server, [1; 32]).await;
    take(&cache, "ada@example.com", limit(4, Duration::from_secs(600))).await.unwrap();
    let names = server.command(&["KEYS", "*"]);
    assert!(names.lines().count() == 2 && !names.contains("ada"), "{names}");
    assert!(names.lines().all(|name| name.starts_with("test:")), "{names}");
}

#[tokio::test]
async fn a_cell_that_somebody_has_set_far_into_the_future_holds_nobody_up_for_longer_than_a_window() {
    let server = Server::start();
    let cache = open(&server, [1; 32]).await;
    let two = limit(2, Duration::from_secs(60));
    take(&cache, "a", two).await.unwrap();
    let names = server.command(&["KEYS", "*"]);
    let cell = names.lines().find(|name| *name != "test:probe").unwrap();
    server.command(&["SET", cell, "9000000000000000"]);
    let wait = take(&cache, "a", two).await.unwrap_err();
    assert!(wait <= Duration::from_secs(31), "{wait:?}");
}
