//! How often (cells that fill and run dry: GCRA) and how many at once (places), by key. Kept in this process: several
//! processes allow as many times as much.

mod client;
mod places;

pub use client::{BadProxies, Proxies, client};
pub use places::{Place, Places};

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

/// Full cells are cleared away after so many questions: memory follows those who ask now.
const CLEAR_AFTER: u32 = 10_000;

/// A limit for each key.
pub struct Cells<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, DashMapStateStore<K>, MonotonicClock, StateInformationMiddleware>,
    asked: AtomicU32,
}

impl<K: Clone + Eq + Hash> Cells<K> {
    /// So many in a minute, all at once where somebody likes.
    pub fn per_minute(count: NonZeroU32) -> Cells<K> {
        Cells::of(Quota::per_minute(count))
    }

    /// So many in an hour, all at once where somebody likes.
    pub fn per_hour(count: NonZeroU32) -> Cells<K> {
        Cells::of(Quota::per_hour(count))
    }

    fn of(quota: Quota) -> Cells<K> {
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), MonotonicClock);
        Cells { limiter, asked: AtomicU32::new(0) }
    }

    /// Counts one. Returns how many are left.
    ///
    /// # Errors
    /// How long to wait until there is another.
    pub fn take(&self, key: &K) -> Result<u32, Duration> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % CLEAR_AFTER == CLEAR_AFTER - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(key) {
            Ok(snapshot) => Ok(snapshot.remaining_burst_capacity()),
            Err(until) => Err(until.wait_time_from(MonotonicClock.now())),
        }
    }
}

/// The address that is counted: whoever has one IPv6 address has 2^64 of them.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        },
    }
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

    #[test]
    fn what_is_used_up_says_how_long_to_wait() {
        let cells = Cells::per_minute(NonZeroU32::new(2).unwrap());
        assert_eq!((cells.take(&"a"), cells.take(&"a")), (Ok(1), Ok(0)));
        let wait = cells.take(&"a").unwrap_err();
        assert!(wait > Duration::from_secs(25) && wait <= Duration::from_secs(30), "{wait:?}");
        assert_eq!(cells.take(&"b"), Ok(1), "another key has a cell of its own");
    }
}
