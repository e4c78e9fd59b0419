//! Sending something to an address that somebody else chose: through the guard, followed nowhere, within bounds.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::clients::{Clients, Manner};
use super::config::CrawlConfig;
use super::error::FetchError;
use super::guard::Guard;
use super::judge::{judge, not_connected, port};
use super::resolve::{Lookup, SystemLookup};

/// Sends. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Poster(Arc<Inner>);

struct Inner {
    /// Of https: the public internet, and what the operator allowed.
    open: Way,
    /// Of http, which anybody on the way can read and change: what the operator allowed alone.
    closed: Way,
}

struct Way {
    guard: Arc<Guard>,
    clients: Clients,
}

/// One POST.
#[derive(Debug)]
pub struct Post {
    /// Where to.
    pub url: Url,
    /// Header lines, the type of the body among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long connection, request and answer may take together.
    pub within: Duration,
    /// How many bytes of the answer are wanted; no more are waited for.
    pub keep: usize,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The HTTP status: a redirect is an answer like any other.
    pub status: u16,
    /// The beginning of the answer; what had come when the time was up.
    pub answer: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The address may not be reached, or could not be.
    #[error(transparent)]
    Unreached(#[from] FetchError),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs_f32())]
    TooSlow(Duration),
}

impl Poster {
    /// Sends under this name. What may be reached is what the settings say of fetching.
    ///
    /// # Errors
    /// When the TLS root certificates can't be read.
    pub fn new(config: &CrawlConfig, name: &str) -> Result<Poster, FetchError> {
        let lookup: Arc<dyn Lookup> = Arc::new(SystemLookup);
        Poster::with_lookup(config, name, &lookup)
    }

    /// The same with another way to look names up.
    ///
    /// # Errors
    /// As [`Poster::new`].
    pub fn with_lookup(
        config: &CrawlConfig,
        name: &str,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Poster, FetchError> {
        let user_agent = format!("{name}/{}", env!("CARGO_PKG_VERSION"));
        let manner = Manner { user_agent, headers: HeaderMap::new(), connect: config.caps.connect };
        let way = |guard: Guard| {
            let guard = Arc::new(guard);
            Ok::<_, FetchError>(Way { clients: Clients::new(&manner, &guard, lookup)?, guard })
        };
        let open = way(Guard::new(config.allow.clone(), &config.ports))?;
        Ok(Poster(Arc::new(Inner { open, closed: way(Guard::of_allowed(config.allow.clone()))? })))
    }

    /// Refuses an address that can be refused by looking at it: one that is not public, http where the operator has not
    /// allowed it, a port that is none of the web, a password in it.
    ///
    /// # Errors
    /// [`FetchError`] names the reason.
    pub fn judge(&self, url: &Url) -> Result<(), FetchError> {
        judge(&self.way(url).guard, url)
    }

    /// Sends one request and reads the beginning of its answer.
    ///
    /// # Errors
    /// [`PostError`]. An answer with an error status is no error.
    pub async fn post(&self, post: Post) -> Result<Posted, PostError> {
        self.judge(&post.url)?;
        let until = Instant::now() + post.within;
        let client = self.way(&post.url).clients.of(port(&post.url));
        let request = client.post(post.url.clone()).headers(post.headers).body(post.body).send();
        let answered = timeout_at(until, request).await.map_err(|_| PostError::TooSlow(post.within))?;
        let response = answered.map_err(|error| not_connected(&post.url, &error))?;
        let status = response.status().as_u16();
        Ok(Posted { status, answer: beginning(response, post.keep, until).await })
    }

    fn way(&self, url: &Url) -> &Way {
        if url.scheme() == "http" { &self.0.closed } else { &self.0.open }
    }
}

/// As much of a body as is wanted and comes in time. Dropped unread, the rest ends with its connection.
async fn beginning(mut response: Response, keep: usize, until: Instant) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < keep {
        match timeout_at(until, response.chunk()).await {
            Ok(Ok(Some(piece))) => bytes.extend_from_slice(&piece[..piece.len().min(keep - bytes.len())]),
            _ => break,
        }
    }
    bytes
}
