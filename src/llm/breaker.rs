//! A provider that keeps failing is left alone for a while: asking costs the asker time and the provider strength.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::base::Clock;

/// Failures in a row after which it rests.
const PATIENCE: u32 = 5;
const FIRST_REST: Duration = Duration::from_secs(30);
const LONGEST_REST: Duration = Duration::from_secs(300);

/// One per provider.
#[derive(Debug)]
pub(super) struct Breaker {
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Milliseconds since the epoch.
    until: i64,
}

impl Breaker {
    pub(super) fn new(clock: Clock) -> Breaker {
        Breaker { clock, state: Mutex::default() }
    }

    /// Lets a request through, or says how long to wait. After a rest one request goes ahead and the others wait
    /// for what becomes of it.
    pub(super) fn pass(&self) -> Result<(), Duration> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failures < PATIENCE {
            return Ok(());
        }
        let now = self.clock.millis();
        if now < state.until {
            return Err(Duration::from_millis((state.until - now).unsigned_abs()));
        }
        state.until = now.saturating_add(millis(FIRST_REST));
        Ok(())
    }

    pub(super) fn succeeded(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).failures = 0;
    }

    pub(super) fn failed(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= PATIENCE {
            let rest =
                FIRST_REST.saturating_mul(2_u32.saturating_pow(state.failures - PATIENCE)).min(LONGEST_REST);
            state.until = self.clock.millis().saturating_add(millis(rest));
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_failures_in_a_row_it_rests_and_tries_with_one() {
        let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
        let breaker = Breaker::new(clock.clone());
        (0..4).for_each(|_| breaker.failed());
        assert_eq!(breaker.pass(), Ok(()));
        breaker.failed();
        assert_eq!(breaker.pass(), Err(FIRST_REST));
        clock.advance(FIRST_REST);
        assert_eq!(breaker.pass(), Ok(()), "one goes ahead");
        assert!(breaker.pass().is_err(), "and the others wait");
        breaker.failed();
        assert_eq!(breaker.pass(), Err(FIRST_REST * 2), "it rests longer");
        clock.advance(FIRST_REST * 2);
        assert_eq!(breaker.pass(), Ok(()));
        breaker.succeeded();
        assert_eq!(breaker.pass(), Ok(()));
    }

    #[test]
    fn a_success_in_between_begins_the_count_anew() {
        let breaker = Breaker::new(Clock::system());
        for _ in 0..20 {
            (0..4).for_each(|_| breaker.failed());
            breaker.succeeded();
        }
        assert_eq!(breaker.pass(), Ok(()));
    }
}
