//! How often an organisation may call, and how often an address may fail to prove who it is. Cells are kept in this
//! process: several processes allow as many times as much.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use poem::http::StatusCode;

use super::problem::Problem;
use crate::tenancy::OrgId;

type Cells<K> = RateLimiter<K, DashMapStateStore<K>, MonotonicClock, StateInformationMiddleware>;

/// Full cells are cleared away after so many questions: memory follows those who ask now.
const CLEAR_AFTER: u32 = 10_000;
const WINDOW: u64 = 60;

/// The limits of this process.
pub struct Limits {
    per_minute: NonZeroU32,
    orgs: Cells<OrgId>,
    addresses: Cells<IpAddr>,
    asked: AtomicU32,
    streams: Arc<Mutex<HashMap<OrgId, usize>>>,
}

/// Streams open at once: each takes a connection and looks into the database now and then.
const STREAMS_OF_ORG: usize = 10;
const STREAMS: usize = 500;

/// The place of an open stream, given back when it is dropped.
pub(super) struct StreamPlace {
    org: OrgId,
    streams: Arc<Mutex<HashMap<OrgId, usize>>>,
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = streams.get_mut(&self.org) {
            *open -= 1;
            if *open == 0 {
                streams.remove(&self.org);
            }
        }
    }
}

/// What is left to an organisation, for the headers of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    limit: u32,
    left: u32,
}

impl Limits {
    /// Requests of one organisation in a minute, and failures of one address.
    pub fn new(per_minute: NonZeroU32, wrong_keys: NonZeroU32) -> Limits {
        Limits {
            per_minute,
            orgs: cells(per_minute),
            addresses: cells(wrong_keys),
            asked: AtomicU32::new(0),
            streams: Arc::default(),
        }
    }

    /// Takes a place for a stream.
    pub(super) fn open_stream(&self, org: OrgId) -> Result<StreamPlace, Problem> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = streams.values().sum();
        let own = streams.get(&org).copied().unwrap_or_default();
        if own >= STREAMS_OF_ORG || all >= STREAMS {
            let detail =
                format!("An organisation has at most {STREAMS_OF_ORG} streams open. Close one, or wait.");
            return Err(refused("too_many_streams", detail, Duration::from_secs(15)));
        }
        streams.insert(org, own + 1);
        Ok(StreamPlace { org, streams: Arc::clone(&self.streams) })
    }

    /// Counts a request of an organisation.
    pub(super) fn take(&self, org: OrgId) -> (Left, Result<(), Problem>) {
        self.clear_sometimes();
        let limit = self.per_minute.get();
        match self.orgs.check_key(&org) {
            Ok(snapshot) => (Left { limit, left: snapshot.remaining_burst_capacity() }, Ok(())),
            Err(until) => {
                let detail =
                    format!("Your organisation may call {limit} times a minute. Wait as Retry-After says.");
                let wait = until.wait_time_from(MonotonicClock.now());
                (Left { limit, left: 0 }, Err(refused("rate_limited", detail, wait)))
            }
        }
    }

    /// Counts a failure of an address to prove who it is.
    pub(super) fn take_failure(&self, address: IpAddr) -> Result<(), Problem> {
        self.clear_sometimes();
        self.addresses.check_key(&network(address)).map(drop).map_err(|until| {
            let detail =
                "Too many requests without a good key come from your address. Check the key, and wait.";
            refused("too_many_failures", detail, until.wait_time_from(MonotonicClock.now()))
        })
    }

    fn clear_sometimes(&self) {
        if self.asked.fetch_add(1, Ordering::Relaxed) % CLEAR_AFTER == CLEAR_AFTER - 1 {
            self.orgs.retain_recent();
            self.addresses.retain_recent();
        }
    }
}

impl Left {
    /// `RateLimit-Policy` and `RateLimit` as the IETF's draft writes them.
    pub(super) fn headers(self) -> [(&'static str, String); 2] {
        let Left { limit, left } = self;
        let until_full = u64::from(limit.saturating_sub(left)) * WINDOW / u64::from(limit.max(1));
        [
            ("ratelimit-policy", format!("\"org\";q={limit};w={WINDOW}")),
            ("ratelimit", format!("\"org\";r={left};t={until_full}")),
        ]
    }
}

fn cells<K: Clone + Eq + std::hash::Hash>(per_minute: NonZeroU32) -> Cells<K> {
    RateLimiter::new(Quota::per_minute(per_minute), DashMapStateStore::default(), MonotonicClock)
}

/// Whoever has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

fn refused(code: &str, detail: impl Into<String>, wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code, detail).again_in(seconds.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_address_and_a_mapped_one_is_the_ipv4_address_that_it_is() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:aaaa::1"), of("2001:db8:1:2:bbbb::2"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!((of("::ffff:192.0.2.7"), of("192.0.2.7")), ("192.0.2.7".into(), "192.0.2.7".into()));
    }
}
