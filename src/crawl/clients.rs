//! The HTTP clients, each with the guard in its resolver.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, redirect, retry};

use super::config::CrawlConfig;
use super::error::FetchError;
use super::guard::Guard;
use super::resolve::{GuardedResolver, Lookup};

/// How clients introduce themselves, and how long they wait for a connection.
pub(super) struct Manner {
    pub(super) user_agent: String,
    /// Sent with each request.
    pub(super) headers: HeaderMap,
    pub(super) connect: Duration,
}

impl Manner {
    /// Of one who reads documents.
    pub(super) fn reading(config: &CrawlConfig) -> Manner {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            HeaderValue::from_static(
                "text/html,application/xhtml+xml;q=0.9,text/markdown;q=0.8,text/plain;q=0.7,*/*;q=0.1",
            ),
        );
        // Inflated by ourselves, with bounds; the client's own decompression is not compiled in.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
        Manner { user_agent: config.user_agent(), headers, connect: config.caps.connect }
    }
}

/// One client per port that a rule names and one for all others: a resolver is not told the port, and
/// "this address at this port" must not open the address at another.
pub(super) struct Clients {
    by_port: HashMap<u16, Client>,
    other: Client,
}

impl Clients {
    pub(super) fn new(
        manner: &Manner,
        guard: &Arc<Guard>,
        lookup: &Arc<dyn Lookup>,
    ) -> Result<Clients, FetchError> {
        let make = |port: Option<u16>| {
            let resolver = GuardedResolver { guard: Arc::clone(guard), lookup: Arc::clone(lookup), port };
            build(manner, resolver).map_err(|error| FetchError::Setup(error.to_string()))
        };
        let by_port = guard
            .named_ports()
            .into_iter()
            .map(|port| Ok((port, make(Some(port))?)))
            .collect::<Result<_, _>>()?;
        Ok(Clients { by_port, other: make(None)? })
    }

    pub(super) fn of(&self, port: u16) -> &Client {
        self.by_port.get(&port).unwrap_or(&self.other)
    }
}

fn build(manner: &Manner, resolver: GuardedResolver) -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(&manner.user_agent)
        .default_headers(manner.headers.clone())
        .dns_resolver(resolver)
        // A proxy would connect in our place, past the guard.
        .no_proxy()
        // Each redirect is judged before it is followed, by the fetcher; others follow none.
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(manner.connect)
        .pool_max_idle_per_host(2)
        .build()
}
