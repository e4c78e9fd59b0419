//! A cache in front of the sites is told what has changed: that, and nothing else.

mod changes;
pub mod domains;
mod faults;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use citepress::base::Secret;
use citepress::config::Settings;
use citepress::queue::{Filter, Reach, Record};
use serde_json::Value;

use crate::crawl::server::{Reply, Seen, Server};
use crate::publishing::rig::Rig;

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

/// Waits until the journal has something behind the first `skip` requests and nothing more is to be told: a change is told in
/// several requests, one after the other, and by jobs of the very transaction that makes it.
pub async fn when_told(rig: &Rig, cache: &Server, skip: usize) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let rests = !has_more_to_tell(rig).await;
        let journal = cache.journal();
        if rests && journal.len() > skip {
            return journal[skip..].iter().map(said).collect();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "it was told {} times in all", journal.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether a purge waits or is on its way.
async fn has_more_to_tell(rig: &Rig) -> bool {
    let jobs = rig.app.queue.list(Reach::All, &Filter::default(), 200).await.unwrap();
    let is_purge = |job: &Record| ["publishing.purge", "cdn.purge_host"].contains(&job.kind.as_str());
    jobs.iter().any(|job| is_purge(job) && !job.state.is_final())
}

/// The addresses of several purges.
pub fn urls(purges: &[Value]) -> BTreeSet<String> {
    let texts = purges.iter().flat_map(|purge| purge["urls"].as_array().unwrap());
    texts.map(|url| url.as_str().unwrap().to_owned()).collect()
}
