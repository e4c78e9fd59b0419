//! Fetching one document politely and safely.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, LOCATION, RETRY_AFTER};
use url::Url;

use super::clients::{Clients, Manner};
use super::config::{AGENT, Caps, CrawlConfig};
use super::error::FetchError;
use super::fetched::Fetched;
use super::guard::Guard;
use super::judge::{judge, literal, not_connected};
use super::known::{Known, Memory};
use super::pace::Pace;
use super::read::{self, Body};
use super::resolve::{Lookup, SystemLookup};
use super::robots::{self, Rules};
use super::stopwatch::Stopwatch;
use super::trail::{Trail, target};
use crate::base::Clock;

/// The longest rest that a server's Retry-After is given; a job may come back later.
const LONGEST_REST: Duration = Duration::from_secs(120);

/// Fetches documents. Cheap to clone; clones share their connections, pauses and robots.txt cache.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    config: CrawlConfig,
    guard: Arc<Guard>,
    clients: Clients,
    pace: Pace,
    robots: Memory,
    clock: Clock,
}

/// One answer: the document, or where it is instead.
enum Reply {
    Document(Box<Fetched>),
    Elsewhere { to: Url, status: u16 },
}

impl Fetcher {
    /// A fetcher that looks names up as the system does. A TLS provider has to be installed before.
    ///
    /// # Errors
    /// When the TLS root certificates can't be read.
    pub fn new(config: CrawlConfig, clock: Clock) -> Result<Fetcher, FetchError> {
        let lookup: Arc<dyn Lookup> = Arc::new(SystemLookup);
        Fetcher::with_lookup(config, clock, &lookup)
    }

    /// The same with another way to look names up.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with_lookup(
        config: CrawlConfig,
        clock: Clock,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Fetcher, FetchError> {
        let guard = Arc::new(Guard::new(config.allow.clone(), &config.ports));
        let clients = Clients::new(&Manner::reading(&config), &guard, lookup)?;
        Ok(Fetcher(Arc::new(Inner {
            config,
            guard,
            clients,
            pace: Pace::default(),
            robots: Memory::default(),
            clock,
        })))
    }

    /// Fetches one document: obeys robots.txt, keeps the pause, follows redirects and judges each of them.
    ///
    /// # Errors
    /// Whatever [`FetchError`] names. A response with an error status is no error but a document with that status.
    pub async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
        self.fetch_url(parse(url)?).await
    }

    /// The same for a parsed URL.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`].
    pub async fn fetch_url(&self, url: Url) -> Result<Fetched, FetchError> {
        let caps = self.0.config.caps;
        let mut watch = Stopwatch::new(caps);
        let mut trail = Trail::new(url, caps.redirects);
        loop {
            let url = trail.here.clone();
            judge(&self.0.guard, &url)?;
            let known = self.rules(&url).await;
            let rules = known.rules().map_err(Clone::clone)?;
            if !rules.allow(&url) {
                return Err(FetchError::Disallowed { url: url.into(), agent: AGENT });
            }
            self.0.pace.turn(&host_key(&url), self.pause(&url, rules)).await;
            match self.ask(&url, caps, Body::Whole, &mut watch).await? {
                Reply::Document(mut document) => {
                    document.hops = trail.hops;
                    return Ok(*document);
                }
                Reply::Elsewhere { to, status } => trail.follow(to, status)?,
            }
        }
    }

    /// The sitemaps that a host's robots.txt names.
    ///
    /// # Errors
    /// When the host may not be reached.
    pub async fn sitemaps(&self, url: &Url) -> Result<Vec<Url>, FetchError> {
        judge(&self.0.guard, url)?;
        self.rules(url).await.rules().map(Rules::sitemaps).map_err(Clone::clone)
    }

    fn pause(&self, url: &Url, rules: &Rules) -> Duration {
        let config = &self.0.config;
        let port = url.port_or_known_default().unwrap_or_default();
        let own = self.0.guard.allows(url.host_str().unwrap_or_default(), literal(url), port);
        let least = if own { config.pause_allowed } else { config.pause };
        rules.crawl_delay().map_or(least, |asked| asked.min(config.longest_pause).max(least))
    }

    /// A host's rules, from the cache while they count.
    async fn rules(&self, url: &Url) -> Arc<Known> {
        let read = async {
            let answer = self.fetch_robots(robots_url(url)).await;
            Arc::new(Known::new(answer, self.0.clock.millis()))
        };
        self.0.robots.get(host_key(url), self.0.clock.millis(), read).await
    }

    async fn fetch_robots(&self, url: Url) -> Result<Fetched, FetchError> {
        let caps = self.0.config.caps;
        let mut watch = Stopwatch::new(caps);
        let mut trail = Trail::new(url, robots::HOPS);
        loop {
            judge(&self.0.guard, &trail.here)?;
            match self.ask(&trail.here, caps, Body::First(robots::READ), &mut watch).await? {
                Reply::Document(document) => return Ok(*document),
                Reply::Elsewhere { to, status } => trail.follow(to, status)?,
            }
        }
    }

    /// One request and its answer.
    async fn ask(
        &self,
        url: &Url,
        caps: Caps,
        body: Body,
        watch: &mut Stopwatch,
    ) -> Result<Reply, FetchError> {
        let port = url.port_or_known_default().unwrap_or_default();
        let request = self.0.clients.of(port).get(url.clone()).send();
        let (response, first_byte) = watch.head(url.as_str(), request).await?;
        let response = response.map_err(|error| not_connected(url, &error))?;
        let status = response.status().as_u16();
        if let (301 | 302 | 303 | 307 | 308, Some(to)) = (status, response.headers().get(LOCATION)) {
            return Ok(Reply::Elsewhere { to: target(url, to.as_bytes())?, status });
        }
        if matches!(status, 429 | 503) {
            self.0.pace.rest(&host_key(url), retry_after(response.headers()));
        }
        let headers = response.headers().clone();
        let inflated = self.body(url, response, caps, body, watch).await?;
        Ok(Reply::Document(Box::new(Fetched {
            url: url.clone(),
            status,
            headers,
            body: inflated.bytes.into(),
            wire_bytes: inflated.wire,
            hops: Vec::new(),
            first_byte,
            at: self.0.clock.now(),
        })))
    }

    async fn body(
        &self,
        url: &Url,
        response: Response,
        caps: Caps,
        body: Body,
        watch: &mut Stopwatch,
    ) -> Result<read::Inflated, FetchError> {
        let encoding = response.headers().get(CONTENT_ENCODING).map_or(Ok(""), |value| value.to_str());
        let encoding = encoding.unwrap_or("?").to_owned();
        read::body(url.as_str(), &encoding, response, caps, body, watch).await
    }
}

fn parse(url: &str) -> Result<Url, FetchError> {
    Url::parse(url.trim())
        .map_err(|error| FetchError::BadUrl { url: url.chars().take(200).collect(), why: error.to_string() })
}

/// Rules and pauses belong to scheme, host and port together, as RFC 9309 says.
fn host_key(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn robots_url(url: &Url) -> Url {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    robots.set_fragment(None);
    robots
}

fn retry_after(headers: &HeaderMap) -> Duration {
    let text = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).unwrap_or("10");
    Duration::from_secs(text.trim().parse().unwrap_or(10)).min(LONGEST_REST)
}
