//! Fetching, walking and reading pages, over real sockets.

pub(crate) mod book;
mod extract;
mod fetch;
mod guard;
mod robots;
pub(crate) mod server;
mod walk;

use std::sync::Once;

use citepress::base::Clock;
use citepress::crawl::{CrawlConfig, Fetcher};

/// The TLS provider that main installs.
pub(crate) fn tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A fetcher that may reach these servers.
fn fetcher(config: CrawlConfig, servers: &[&server::Server]) -> Fetcher {
    fetcher_at(Clock::system(), config, servers)
}

fn fetcher_at(clock: Clock, config: CrawlConfig, servers: &[&server::Server]) -> Fetcher {
    tls();
    let allow = servers.iter().map(|server| server.address().parse().unwrap()).collect();
    Fetcher::new(CrawlConfig { allow, ..config }, clock).unwrap()
}
