//! How often (cells that fill and run dry: GCRA) and how many at once (places), by key. Places are kept in this process; cells
//! as well, and where there is a shared cache they hold for all processes together.

mod client;
mod places;

pub use client::{BadProxies, Proxies, client};
pub use places::{Place, Places};

use std::fmt::Display;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::cache::{Cache, Limit};

/// Full cells are cleared away after so many questions: memory follows those who ask now.
const CLEAR_AFTER: u32 = 10_000;
const MINUTE: Duration = Duration::from_secs(60);

/// Where cells are counted.
#[derive(Clone)]
pub struct Counting(Cache);

impl Counting {
    /// In this process alone.
    pub fn here() -> Counting {
        Counting(Cache::alone())
    }

    /// With all processes that share a cache, while they do.
    pub fn with(cache: Cache) -> Counting {
        Counting(cache)
    }
}

/// A limit for each key.
pub struct Cells<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, DashMapStateStore<K>, MonotonicClock, StateInformationMiddleware>,
    asked: AtomicU32,
    name: &'static str,
    limit: Limit,
    counting: Counting,
}

impl<K: Clone + Eq + Hash + Display> Cells<K> {
    /// So many in a minute, all at once where somebody likes. The name tells these cells from all others, in every process.
    pub fn per_minute(name: &'static str, count: NonZeroU32, counting: &Counting) -> Cells<K> {
        Cells::of(name, Quota::per_minute(count), Limit { count, window: MINUTE }, counting)
    }

    /// So many in an hour, all at once where somebody likes.
    pub fn per_hour(name: &'static str, count: NonZeroU32, counting: &Counting) -> Cells<K> {
        Cells::of(name, Quota::per_hour(count), Limit { count, window: 60 * MINUTE }, counting)
    }

    fn of(name: &'static str, quota: Quota, limit: Limit, counting: &Counting) -> Cells<K> {
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), MonotonicClock);
        Cells { limiter, asked: AtomicU32::new(0), name, limit, counting: counting.clone() }
    }

    /// Counts one. Returns how many are left.
    ///
    /// # Errors
    /// How long to wait until there is another.
    pub async fn take(&self, key: &K) -> Result<u32, Duration> {
        // This process's own count comes first and is always kept: it has all that this process let through, so that a
        // limit holds from the very moment at which the others can't be asked; and who is refused here costs them nothing.
        let left = self.take_here(key)?;
        match self.counting.0.take(self.name, &key.to_string(), self.limit).await {
            Some(taken) => taken.map(|of_all| of_all.min(left)),
            None => Ok(left),
        }
    }

    fn take_here(&self, key: &K) -> Result<u32, Duration> {
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

    #[tokio::test]
    async fn what_is_used_up_says_how_long_to_wait() {
        let cells = Cells::per_minute("test", NonZeroU32::new(2).unwrap(), &Counting::here());
        assert_eq!((cells.take(&"a").await, cells.take(&"a").await), (Ok(1), Ok(0)));
        let wait = cells.take(&"a").await.unwrap_err();
        assert!(wait > Duration::from_secs(25) && wait <= Duration::from_secs(30), "{wait:?}");
        assert_eq!(cells.take(&"b").await, Ok(1), "another key has a cell of its own");
    }
}
