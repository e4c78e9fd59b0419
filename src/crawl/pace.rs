//! The pause between two requests to one host, whoever makes them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Hosts remembered before those whose pause is over are forgotten.
const MANY: usize = 4096;

/// When each host may be asked next.
#[derive(Debug, Default)]
pub(super) struct Pace {
    next: Mutex<HashMap<String, Instant>>,
}

impl Pace {
    /// Waits for this host's turn, and takes it.
    pub(super) async fn turn(&self, host: &str, pause: Duration) {
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            if next.len() >= MANY {
                next.retain(|_, at| *at > now);
            }
            let turn = next.get(host).copied().unwrap_or(now).max(now);
            next.insert(host.to_owned(), turn + pause);
            turn
        };
        sleep_until(turn).await;
    }

    /// Leaves a host alone for a while, because it said so.
    pub(super) fn rest(&self, host: &str, pause: Duration) {
        let until = Instant::now() + pause;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.entry(host.to_owned()).or_insert(until);
        *at = (*at).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn requests_to_one_host_keep_their_distance_and_others_do_not_wait() {
        let pace = Pace::default();
        let pause = Duration::from_millis(60);
        let start = Instant::now();
        tokio::join!(pace.turn("a", pause), pace.turn("a", pause), pace.turn("a", pause));
        assert!(start.elapsed() >= pause * 2, "{:?}", start.elapsed());
        // Whoever waited with "a" would wait for a minute.
        pace.rest("a", Duration::from_secs(60));
        let start = Instant::now();
        pace.turn("b", pause).await;
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }

    #[tokio::test]
    async fn a_host_that_asks_for_rest_gets_it() {
        let pace = Pace::default();
        pace.rest("a", Duration::from_millis(50));
        let start = Instant::now();
        pace.turn("a", Duration::ZERO).await;
        assert!(start.elapsed() >= Duration::from_millis(50));
    }
}
