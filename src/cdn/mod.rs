//! A cache in front of the published sites (a CDN, or a proxy of the operator's), told what it must not go on giving out.
//!
//! It is told by a POST of JSON to one address of the operator's: `{"host": …, "urls": […]}` for some addresses of a host, in
//! batches, and `{"host": …, "everything": true}` for all of them. Any answer of 2xx will do. What a provider's own interface
//! wants is made from that by a few lines of the operator's.

mod error;
mod host;
#[cfg(test)]
mod tests;

pub use error::{BadCdn, PurgeError};
pub use host::{PurgeHost, QUEUE, patient};

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use crate::base::{HostName, Secret};
use crate::crawl::{Allow, CrawlConfig, Post, Poster};
use crate::queue::Queue;

/// The name under which this room sends.
const SENDER: &str = "Citepress-Purge";
/// How long one request may take.
const WITHIN: Duration = Duration::from_secs(20);
/// How much of an answer is read: enough for a reason.
const KEPT: usize = 300;
/// How long after a change the cache is told: by then every node knows what is live, and what the cache asks for anew is new.
pub const SETTLED: Duration = Duration::from_secs(2);

/// What the settings say.
#[derive(Debug, Clone)]
pub struct CdnConfig {
    /// Where purges are sent to; empty: nowhere.
    pub purge_url: String,
    /// Sent along as a bearer token, where there is one.
    pub token: Secret,
    /// How many addresses one request names at most.
    pub batch: NonZeroUsize,
}

/// The cache. Cheap to clone.
#[derive(Clone)]
pub struct Cdn(Arc<Inner>);

struct Inner {
    url: Url,
    headers: HeaderMap,
    batch: usize,
    poster: Poster,
    queue: Queue,
}

/// What a cache is to forget of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purge {
    /// These addresses, whole ones.
    Urls(Vec<String>),
    /// All that it has.
    Everything,
}

impl Cdn {
    /// The cache of the settings, if they name one.
    ///
    /// # Errors
    /// [`BadCdn`] names the setting that can't be meant.
    pub fn new(config: &CdnConfig, queue: Queue) -> Result<Option<Cdn>, BadCdn> {
        if config.purge_url.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(&config.purge_url).map_err(|error| BadCdn::Url(error.to_string()))?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(BadCdn::Url("it names no host".to_owned()));
        };
        // The operator has named it, so it may be a private one, and http: this address, and none besides.
        let allow = format!("{host}:{port}")
            .parse::<Allow>()
            .map_err(|_| BadCdn::Url("its host can't be read".into()))?;
        let poster = Poster::new(&CrawlConfig { allow: vec![allow], ..CrawlConfig::default() }, SENDER)?;
        poster.judge(&url).map_err(|error| BadCdn::Url(error.to_string()))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if !config.token.is_empty() {
            let mut bearer = HeaderValue::try_from(format!("Bearer {}", config.token.reveal()))
                .map_err(|_| BadCdn::Token)?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        Ok(Some(Cdn(Arc::new(Inner { url, headers, batch: config.batch.get(), poster, queue }))))
    }

    /// Tells the cache, in as many requests as it takes. Done again it does no harm.
    ///
    /// # Errors
    /// [`PurgeError`] of the first request that was not answered with success; further ones were not made then.
    pub async fn send(&self, host: &HostName, purge: &Purge) -> Result<(), PurgeError> {
        match purge {
            Purge::Everything => self.post(&json!({ "host": host, "everything": true })).await,
            Purge::Urls(urls) => {
                for some in urls.chunks(self.0.batch) {
                    self.post(&json!({ "host": host, "urls": some })).await?;
                }
                Ok(())
            }
        }
    }

    async fn post(&self, body: &Value) -> Result<(), PurgeError> {
        let (url, headers) = (self.0.url.clone(), self.0.headers.clone());
        let body = Bytes::from(body.to_string());
        let posted = self.0.poster.post(Post { url, headers, body, within: WITHIN, keep: KEPT }).await?;
        if (200..300).contains(&posted.status) {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&posted.answer).chars().filter(|c| !c.is_control()).collect();
        Err(PurgeError::Refused { status: posted.status, said })
    }
}
