//! How long to wait before asking again.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::base::{Clock, Ids};

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(20);

/// What a server asks for: seconds or a date (RFC 9110, 10.2.3).
pub(super) fn asked(headers: &HeaderMap, clock: &Clock) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    let millis = at.as_millisecond().saturating_sub(clock.millis());
    Some(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}

/// Twice as long after each failure, between half of it and all of it by chance, so that many who failed together
/// don't come back together.
pub(super) fn backoff(failures: u32, ids: &Ids) -> Duration {
    let longest = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST);
    longest.mul_f64(0.5 + ids.fraction() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())])
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        let clock = Clock::fixed("2026-11-06T08:49:00Z".parse().unwrap());
        let of = |value| asked(&headers(value), &clock);
        assert_eq!(of("7"), Some(Duration::from_secs(7)));
        assert_eq!(of(" 0.5"), Some(Duration::from_millis(500)));
        assert_eq!(of("Fri, 06 Nov 2026 08:49:37 GMT"), Some(Duration::from_secs(37)));
        assert_eq!(of("Thu, 05 Nov 2026 08:49:37 GMT"), Some(Duration::ZERO), "in the past");
        assert_eq!((of("soon"), of("-1"), of("NaN")), (None, None, None));
    }

    #[test]
    fn waits_grow_and_differ_by_chance() {
        let ids = Ids::seeded(Clock::system(), "jitter");
        let waits: Vec<Duration> = (1..9).map(|failures| backoff(failures, &ids)).collect();
        assert!(waits[0] >= FIRST / 2 && waits[0] <= FIRST, "{waits:?}");
        assert!(waits[3] >= FIRST * 4 && waits.iter().all(|wait| *wait <= LONGEST), "{waits:?}");
        assert_ne!(backoff(5, &ids), backoff(5, &ids));
    }
}
