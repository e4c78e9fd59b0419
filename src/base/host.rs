//! Names of hosts, as they may stand in a Host header, a certificate and a folder's name.

use std::fmt;
use std::str::FromStr;

/// A host name in its one folded form: lower case, no port, no trailing dot, punycode for other scripts,
/// and nothing but `[a-z0-9-]+(.[a-z0-9-]+)*`: it can be joined to a path without leaving it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct HostName(String);

/// A text that names no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no host name: labels of letters, digits and hyphens, joined by dots, 253 characters at most"
)]
pub struct BadHost(String);

impl HostName {
    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a Host header: a name, with or without a port.
    ///
    /// # Errors
    /// When it is not a plain host name (IPv6 literals included: no site has one).
    pub fn from_header(header: &str) -> Result<HostName, BadHost> {
        let name = match header.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => header,
        };
        name.parse()
    }

    /// The host `label.domain`: a slug is a label by its own rule, so no check is left to make.
    pub fn below(label: &super::Slug, domain: &HostName) -> HostName {
        HostName(format!("{label}.{domain}"))
    }

    /// Whether this host is `domain` or stands below it.
    pub fn is_within(&self, domain: &HostName) -> bool {
        self.0.strip_suffix(&domain.0).is_some_and(|head| head.is_empty() || head.ends_with('.'))
    }
}

impl FromStr for HostName {
    type Err = BadHost;

    fn from_str(text: &str) -> Result<HostName, BadHost> {
        let bad = || BadHost(text.chars().take(80).collect());
        let text = text.strip_suffix('.').unwrap_or(text);
        if is_plain(text) {
            return Ok(HostName(text.to_owned()));
        }
        // Upper case and other scripts take the long way: the URL standard's own folding.
        match url::Host::parse(text) {
            Ok(url::Host::Domain(folded)) if is_plain(&folded) => Ok(HostName(folded)),
            _ => Err(bad()),
        }
    }
}

fn is_plain(name: &str) -> bool {
    name.len() <= 253
        && name.as_bytes().split(|b| *b == b'.').all(|label| {
            (1..=63).contains(&label.len())
                && label.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        })
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_host_is_the_same_host() {
        for spelling in ["demo.localhost", "DEMO.localhost", "demo.localhost.", "Demo.Localhost:8080"] {
            assert_eq!(HostName::from_header(spelling).unwrap().as_str(), "demo.localhost", "{spelling}");
        }
        assert_eq!(HostName::from_header("bücher.example").unwrap().as_str(), "xn--bcher-kva.example");
    }

    #[test]
    fn what_could_leave_a_folder_is_no_host() {
        for text in ["..", ".", "", "a..b", "../x", "a/b", "a\\b", "[::1]", "a b", "a\0b", "%2e%2e", ".demo"]
        {
            assert!(HostName::from_header(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_host_is_within_its_domain_and_no_other() {
        let host: HostName = "a.sites.example".parse().unwrap();
        assert!(host.is_within(&"sites.example".parse().unwrap()));
        assert!(!host.is_within(&"ites.example".parse().unwrap()));
    }
}
