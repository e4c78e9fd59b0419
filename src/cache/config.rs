use redis::{Client, ConnectionAddr};

use crate::base::Secret;

/// The longest prefix, in characters.
const LONGEST_PREFIX: usize = 40;

/// Which server, and how this installation is told from others there.
#[derive(Clone)]
pub struct CacheConfig {
    /// Its address: `redis://`, `rediss://` for TLS, or `redis+unix://`.
    pub url: Secret,
    /// What all names there begin with.
    pub prefix: String,
    /// A key that all processes of the installation have and nobody else: it hides names and seals what is kept.
    pub key: [u8; 32],
}

/// Settings that can't be meant.
#[derive(Debug, thiserror::Error)]
pub enum BadRedis {
    /// The address.
    #[error(
        "setting redis.url: {0}. Write redis://:PASSWORD@HOST:6379/0, rediss://… for TLS, or redis+unix:///PATH"
    )]
    Url(String),
    /// The prefix.
    #[error(
        "setting redis.prefix: write up to {LONGEST_PREFIX} of the letters a to z, digits, dots, hyphens and underscores"
    )]
    Prefix,
}

impl CacheConfig {
    pub(super) fn client(&self) -> Result<Client, BadRedis> {
        // The library's error tells what is wrong with the address, and never the address: there is a password in it.
        let client = Client::open(self.url.reveal()).map_err(|error| BadRedis::Url(error.to_string()))?;
        match client.get_connection_info().addr() {
            ConnectionAddr::Tcp(host, _) | ConnectionAddr::TcpTls { host, .. } if host.is_empty() => {
                Err(BadRedis::Url("it names no host".to_owned()))
            }
            _ => Ok(client),
        }
    }

    pub(super) fn prefix(&self) -> Result<String, BadRedis> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let is_good = (1..=LONGEST_PREFIX).contains(&self.prefix.len()) && self.prefix.chars().all(is_plain);
        is_good.then(|| self.prefix.clone()).ok_or(BadRedis::Prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(url: &str, prefix: &str) -> CacheConfig {
        CacheConfig { url: Secret::new(url), prefix: prefix.to_owned(), key: [0; 32] }
    }

    #[test]
    fn an_address_that_can_not_be_meant_is_refused_without_its_password() {
        for url in ["redis://", "http://:hidden@example.com", "hidden", "redis://:hidden@example.com/hidden"]
        {
            let refused = config(url, "citepress").client().map(drop).unwrap_err().to_string();
            assert!(refused.starts_with("setting redis.url: "), "{refused}");
            assert!(!refused.contains("hidden"), "{refused}");
        }
        for url in
            ["redis://127.0.0.1", "rediss://:hidden@cache.example:6380/1", "redis+unix:///run/redis.sock"]
        {
            assert!(config(url, "citepress").client().is_ok(), "{url}");
        }
    }

    #[test]
    fn a_prefix_is_short_and_plain() {
        for prefix in ["", "a b", "a:b", "\u{e4}", &"a".repeat(41)] {
            assert!(config("redis://127.0.0.1", prefix).prefix().is_err(), "{prefix:?}");
        }
        assert_eq!(config("redis://127.0.0.1", "citepress-2").prefix().unwrap(), "citepress-2");
    }
}
