use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use crate::tenancy::SiteId;

/// How often what is live has changed, anywhere, and which sites the last changes were of. A cache keeps the number at
/// which it was filled: one atomic read a request tells whether anything has changed since, and a look at the last
/// changes whether it was this site.
#[derive(Clone, Debug, Default)]
pub struct Flips(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    now: AtomicI64,
    /// Numbers and sites, in no order. A number that is not here may be any site's.
    last: RwLock<VecDeque<(i64, SiteId)>>,
    /// The number of the last flip that this process itself has made.
    own: watch::Sender<i64>,
}

/// How many changes are remembered.
const LAST: usize = 512;

impl Flips {
    /// The number of flips that this process knows of.
    pub fn now(&self) -> i64 {
        self.0.now.load(Ordering::Acquire)
    }

    /// Whether a site may have flipped after number `since`, up to number `now`.
    pub fn may_have_flipped(&self, site: SiteId, since: i64, now: i64) -> bool {
        if now - since > LAST as i64 {
            return true;
        }
        let last = self.0.last.read().unwrap_or_else(PoisonError::into_inner);
        let others =
            last.iter().filter(|(number, other)| (since + 1..=now).contains(number) && *other != site);
        // Each number is one flip: if all of them were of others, none was of this site.
        (others.count() as i64) < now - since
    }

    /// Notes that the flip with this number was of this site.
    pub(super) fn learn(&self, number: i64, site: SiteId) {
        let mut last = self.0.last.write().unwrap_or_else(PoisonError::into_inner);
        if !last.contains(&(number, site)) {
            last.truncate(LAST - 1);
            last.push_front((number, site));
        }
    }

    /// The number of this process's own last flip, for others to hear of.
    pub fn said(&self) -> watch::Receiver<i64> {
        self.0.own.subscribe()
    }

    /// Moves the number on to a flip of this process, after what is known of the flips up to it was learned.
    pub(super) fn flipped(&self, to: i64) {
        self.advance(to);
        self.0.own.send_if_modified(|own| std::mem::replace(own, to.max(*own)) < to);
    }

    /// Moves the number on, after what is known of the flips up to it was learned.
    pub(super) fn advance(&self, to: i64) {
        self.0.now.fetch_max(to, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};

    #[test]
    fn a_flip_of_one_site_is_no_flip_of_another_and_an_unknown_flip_may_be_anybodys() {
        let ids = Ids::system(Clock::system());
        let (a, b): (SiteId, SiteId) = (ids.new_id(), ids.new_id());
        let flips = Flips::default();
        flips.learn(1, a);
        flips.learn(2, a);
        flips.learn(2, a);
        flips.advance(2);
        assert!(flips.may_have_flipped(a, 0, 2) && flips.may_have_flipped(a, 1, 2));
        assert!(!flips.may_have_flipped(b, 0, 2) && !flips.may_have_flipped(a, 2, 2));
        flips.learn(4, a);
        flips.advance(4);
        assert!(flips.may_have_flipped(b, 2, 4), "nobody knows whose the third was");
        assert!(!flips.may_have_flipped(b, 3, 4));
        for number in 5..600 {
            flips.learn(number, a);
        }
        flips.advance(599);
        assert!(flips.may_have_flipped(b, 2, 599), "longer ago than is remembered");
        assert!(!flips.may_have_flipped(b, 598, 599));
    }
}
