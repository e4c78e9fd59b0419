//! What the operator decides about fetching.

use std::time::Duration;

use super::guard::Allow;

/// The product token by which robots.txt addresses this crawler (RFC 9309).
pub const AGENT: &str = "CitepressBot";

/// Settings of a [`super::Fetcher`]. The defaults are meant for strangers' sites on the public internet.
#[derive(Debug, Clone)]
pub struct CrawlConfig {
    /// Addresses and hosts besides the public internet that may be reached.
    pub allow: Vec<Allow>,
    /// Ports besides 80 and 443 that may be reached at public addresses.
    pub ports: Vec<u16>,
    /// A page or address about this crawler for those who are crawled; part of the User-Agent.
    pub contact: Option<String>,
    /// Least pause between two requests to one host.
    pub pause: Duration,
    /// The same for hosts that the operator allowed by name or address: his own.
    pub pause_allowed: Duration,
    /// A Crawl-delay beyond this counts as this.
    pub longest_pause: Duration,
    pub caps: Caps,
}

/// How much one document may take.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Bytes as they come over the network.
    pub wire_bytes: u64,
    /// Bytes after decompression.
    pub inflated_bytes: u64,
    /// Inflated bytes per byte on the wire, once more than a mebibyte came out.
    pub ratio: u64,
    pub redirects: usize,
    /// Name lookup, TCP and TLS together.
    pub connect: Duration,
    /// From the request to the response's head.
    pub first_byte: Duration,
    /// All requests that one document takes, pauses between them aside.
    pub total: Duration,
}

impl Default for CrawlConfig {
    fn default() -> CrawlConfig {
        CrawlConfig {
            allow: Vec::new(),
            ports: Vec::new(),
            contact: None,
            pause: Duration::from_secs(1),
            pause_allowed: Duration::ZERO,
            longest_pause: Duration::from_secs(30),
            caps: Caps::default(),
        }
    }
}

impl Default for Caps {
    fn default() -> Caps {
        Caps {
            wire_bytes: 10 << 20,
            inflated_bytes: 20 << 20,
            ratio: 200,
            redirects: 10,
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            total: Duration::from_secs(30),
        }
    }
}

impl CrawlConfig {
    /// The User-Agent header.
    pub(super) fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match &self.contact {
            Some(contact) => format!("{AGENT}/{version} (+{contact})"),
            None => format!("{AGENT}/{version}"),
        }
    }
}
