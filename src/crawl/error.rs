//! Why a document could not be had, and what can be done about it.

use std::time::Duration;

/// Why a fetch failed. Each one names the cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    #[error("\"{url}\" is no web address ({why}): write it as https://host/path")]
    BadUrl { url: String, why: String },
    #[error(
        "{host} is at {address}, which is not a public address: if it is yours, allow it in the settings (crawl.allow = [\"{host}:{port}\"])"
    )]
    AddressRefused { host: String, address: String, port: u16 },
    #[error(
        "port {port} of {host} is not a web port: use 80 or 443, or allow it in the settings (crawl.allow or crawl.ports)"
    )]
    PortRefused { host: String, port: u16 },
    #[error("the name {host} has no address ({why}): check its spelling and its DNS records")]
    NoAddress { host: String, why: String },
    #[error("no connection to {url} ({why}): check that the server runs and its certificate is valid")]
    Connect { url: String, why: String },
    #[error("{url} gave no {what} within {} s: try later, or raise crawl.{setting}", limit.as_secs_f32())]
    TooSlow { url: String, what: &'static str, setting: &'static str, limit: Duration },
    #[error(
        "{url} redirects in a circle ({path}): mend the redirects or give the address of the page itself"
    )]
    RedirectLoop { url: String, path: String },
    #[error("{url} redirects more than {limit} times: give the address it should end at")]
    TooManyRedirects { url: String, limit: usize },
    #[error("{url} redirects to nowhere ({why}): its Location header has to name an address")]
    BadRedirect { url: String, why: String },
    #[error(
        "{url} is closed to {agent} by robots.txt: ask its owner to allow it, or give the document as a file"
    )]
    Disallowed { url: String, agent: &'static str },
    #[error(
        "{robots} could not be read ({why}), and until it can be nothing there may be fetched: try later, or ask its owner"
    )]
    RobotsUnavailable { robots: String, why: String },
    #[error(
        "{url} is larger than {limit} bytes on the wire: give a smaller document, or raise crawl.wire_bytes"
    )]
    TooLarge { url: String, limit: u64 },
    #[error(
        "{url} inflates to more than {limit} bytes: give a smaller document, or raise crawl.inflated_bytes"
    )]
    TooLargeInflated { url: String, limit: u64 },
    #[error(
        "{url} inflates to more than {ratio} times its size on the wire, as a decompression bomb does: give the document as a file"
    )]
    Bomb { url: String, ratio: u64 },
    #[error("{url} is encoded as \"{encoding}\": only gzip, br and deflate, one at a time, are read")]
    UnknownEncoding { url: String, encoding: String },
    #[error("{url} broke off or is damaged ({why}): try again")]
    Broken { url: String, why: String },
    #[error("the fetcher could not be set up ({0}): check that TLS root certificates are installed")]
    Setup(String),
}

impl FetchError {
    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            FetchError::Connect { .. }
                | FetchError::TooSlow { .. }
                | FetchError::RobotsUnavailable { .. }
                | FetchError::Broken { .. }
                | FetchError::NoAddress { .. }
        )
    }
}
