//! A cache in front of the sites is told what has changed: that, and nothing else.

mod changes;
pub mod domains;
mod faults;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use citepress::base::Secret;
use citepress::config::Settings;
use serde_json::Value;

use crate::crawl::server::{Reply, Seen, Server};

pub const TOKEN: &str = "a-token-of-the-cache";

/// A cache that keeps a journal and says yes.
pub async fn cache() -> Server {
    Server::start(|_| answer("204 No Content")).await
}

pub fn answer(status: &str) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes())
}

/// Settings with a cache that takes so many addresses at once.
pub fn told(cache: &Server, batch: usize) -> impl FnOnce(&mut Settings) + use<> {
    let url = cache.url("/purge");
    move |settings| {
        settings.cdn.purge_url = url;
        settings.cdn.token = Secret::new(TOKEN);
        settings.cdn.batch = NonZeroUsize::new(batch).unwrap();
    }
}

/// What a request said; whoever sent it could prove himself.
pub fn said(seen: &Seen) -> Value {
    assert!(seen.raw_head.starts_with("POST /purge HTTP/1.1\r\n"), "{}", seen.raw_head);
    assert!(seen.raw_head.contains(&format!("Bearer {TOKEN}\r\n")), "{}", seen.raw_head);
    assert!(seen.head.contains("content-type: application/json\r\n"), "{}", seen.head);
    serde_json::from_str(&seen.body).unwrap()
}

/// Waits until the journal has something behind the first `skip` requests and nothing more has come for a while: it is told
/// in several requests, one after the other.
pub async fn when_told(cache: &Server, skip: usize) -> Vec<Value> {
    let (began, mut last) = (Instant::now(), (0, Instant::now()));
    loop {
        let journal = cache.journal();
        if journal.len() != last.0 {
            last = (journal.len(), Instant::now());
        }
        if journal.len() > skip && last.1.elapsed() > Duration::from_millis(700) {
            return journal[skip..].iter().map(said).collect();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "the cache was told nothing");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The addresses of several purges.
pub fn urls(purges: &[Value]) -> BTreeSet<String> {
    let texts = purges.iter().flat_map(|purge| purge["urls"].as_array().unwrap());
    texts.map(|url| url.as_str().unwrap().to_owned()).collect()
}
