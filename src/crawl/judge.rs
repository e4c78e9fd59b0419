//! What is refused by looking at a URL, and why no connection came about.

use std::net::IpAddr;

use url::{Host, Url};

use super::error::FetchError;
use super::guard::Guard;
use super::resolve::Unresolved;

/// Refuses what can be refused by looking at the URL. Names are judged when they are resolved.
pub(super) fn judge(guard: &Guard, url: &Url) -> Result<(), FetchError> {
    let bad = |why: &str| FetchError::BadUrl { url: url.to_string(), why: why.to_owned() };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("only http and https are fetched"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::BadUrl {
            url: url.host_str().unwrap_or_default().to_owned(),
            why: "it holds a user name or password".to_owned(),
        });
    }
    let host = url.host_str().ok_or_else(|| bad("it names no host"))?;
    let port = port(url);
    if !guard.could_permit(host, port) {
        return Err(FetchError::PortRefused { host: host.to_owned(), port });
    }
    match literal(url) {
        Some(ip) if !guard.permits(host, ip, port) => {
            Err(FetchError::AddressRefused { host: host.to_owned(), address: ip.to_string(), port })
        }
        _ => Ok(()),
    }
}

/// The address that a URL itself names, in whichever spelling.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

pub(super) fn port(url: &Url) -> u16 {
    url.port_or_known_default().unwrap_or_default()
}

/// Why a request got no answer.
pub(super) fn not_connected(url: &Url, error: &reqwest::Error) -> FetchError {
    let (host, port) = (url.host_str().unwrap_or_default().to_owned(), port(url));
    let mut source = std::error::Error::source(error);
    let mut why = error.to_string();
    while let Some(cause) = source {
        match cause.downcast_ref::<Unresolved>() {
            Some(Unresolved::Refused(ip)) => {
                return FetchError::AddressRefused { host, address: ip.to_string(), port };
            }
            Some(Unresolved::Unknown(why)) => return FetchError::NoAddress { host, why: why.clone() },
            None => why = cause.to_string(),
        }
        source = cause.source();
    }
    FetchError::Connect { url: url.to_string(), why }
}
