//! Remembering what hosts' robots.txt say, for as long as it counts.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::error::FetchError;
use super::fetched::Fetched;
use super::robots::Rules;

/// Hosts that are remembered.
const HOSTS: u64 = 10_000;
/// A day at most, says RFC 9309.
const READ: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a host whose rules are broken is left alone.
const BROKEN: Duration = Duration::from_secs(5 * 60);

/// A host's rules, or why there are none, and until when that counts in milliseconds since the epoch.
pub(super) struct Known {
    rules: Result<Rules, FetchError>,
    until: i64,
}

impl Known {
    /// Judges what came for `/robots.txt`.
    pub(super) fn new(answer: Result<Fetched, FetchError>, now: i64) -> Known {
        let rules = answer.and_then(|document| {
            let unknown = |why| FetchError::RobotsUnavailable { robots: document.url.to_string(), why };
            Rules::read(document.status, &document.body).map_err(unknown)
        });
        let (rules, valid) = match rules {
            Ok(rules) => (Ok(rules), READ),
            // To be redirected for ever is to have none, as with 4xx: RFC 9309, 2.3.1.2.
            Err(FetchError::TooManyRedirects { .. } | FetchError::RedirectLoop { .. }) => {
                (Ok(Rules::Open), READ)
            }
            Err(error @ FetchError::RobotsUnavailable { .. }) => (Err(error), BROKEN),
            // No host to leave alone was reached: it may be asked again at once.
            Err(error) => (Err(error), Duration::ZERO),
        };
        Known { rules, until: now.saturating_add(i64::try_from(valid.as_millis()).unwrap_or_default()) }
    }

    pub(super) fn rules(&self) -> Result<&Rules, &FetchError> {
        self.rules.as_ref()
    }
}

/// What is known of many hosts.
pub(super) struct Memory(Cache<String, Arc<Known>>);

impl Default for Memory {
    fn default() -> Memory {
        Memory(Cache::new(HOSTS))
    }
}

impl Memory {
    /// What is known of a host; read anew, by one asker for all, when it no longer counts.
    pub(super) async fn get(
        &self,
        host: String,
        now: i64,
        read: impl Future<Output = Arc<Known>>,
    ) -> Arc<Known> {
        self.0.entry(host).or_insert_with_if(read, |known| known.until <= now).await.into_value()
    }
}
