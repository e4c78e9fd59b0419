//! What is decided without asking anybody.

use std::time::Duration;

use url::Url;

use super::{Delivery, Endpoint, EventType, Refusal};
use crate::crawl::{PostError, Posted, Poster};
use crate::tenancy::Role;

/// How many endpoints an organisation may have.
pub(super) const MOST: usize = 20;
/// After this time without one success an endpoint is switched off.
pub(super) const FAILING: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// How long the secret before signs beside the new one.
pub(super) const OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// The waits between attempts, in seconds.
const WAITS: [u64; 7] = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
/// A tenth more or less, so that what failed together does not come back together.
const JITTER: f64 = 0.1;
const LONGEST_URL: usize = 2000;

/// The wait after so many failed attempts; `None` when that was the last one. `fraction` is a random number in 0..1.
pub(super) fn wait_after(attempts: u32, fraction: f64) -> Option<Duration> {
    let wait = WAITS.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    let factor = 1.0 + JITTER * (2.0 * fraction.clamp(0.0, 1.0) - 1.0);
    Some(Duration::from_secs(*wait).mul_f64(factor))
}

/// An endpoint as somebody in this role may see it. The path of an address is often what opens it, so it is for those alone
/// who could set it.
pub(super) fn endpoint_for(role: Role, mut endpoint: Endpoint) -> Endpoint {
    if role < Role::Admin {
        endpoint.url =
            Url::parse(&endpoint.url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    }
    endpoint
}

/// A delivery as somebody in this role may see it: what a receiver answers may hold as much.
pub(super) fn delivery_for(role: Role, mut delivery: Delivery) -> Delivery {
    if role < Role::Admin
        && let Some(last) = &mut delivery.last
    {
        last.answer = None;
    }
    delivery
}

/// How an attempt is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It got through.
    Delivered,
    /// It did not.
    Failed(String),
    /// The receiver wants no more.
    Gone,
}

impl Verdict {
    /// One word for it.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Verdict::Delivered => "delivered",
            Verdict::Failed(_) => "failed",
            Verdict::Gone => "gone",
        }
    }
}

pub(super) fn verdict(answered: &Result<Posted, PostError>) -> Verdict {
    match answered {
        Ok(posted) => match posted.status {
            200..300 => Verdict::Delivered,
            410 => Verdict::Gone,
            300..400 => Verdict::Failed(format!(
                "it answered {}, and redirects are not followed: give the address that it leads to",
                posted.status
            )),
            status => Verdict::Failed(format!("it answered {status}")),
        },
        Err(error) => Verdict::Failed(error.to_string()),
    }
}

/// The address of an endpoint as it is kept.
pub(super) fn url(poster: &Poster, text: &str) -> Result<String, Refusal> {
    let bad = |why: String| Refusal::Url(why);
    let url =
        Url::parse(text.trim()).map_err(|error| bad(format!("\"{}\" is no address ({error})", cut(text))))?;
    if url.as_str().len() > LONGEST_URL {
        return Err(bad(format!("an address has at most {LONGEST_URL} characters")));
    }
    if url.fragment().is_some() {
        return Err(bad("an address that is sent to has no part after #".to_owned()));
    }
    poster.judge(&url).map_err(|error| match url.scheme() {
        "http" => {
            bad("use https: http is for addresses that the operator has allowed (crawl.allow)".to_owned())
        }
        _ => bad(error.to_string()),
    })?;
    Ok(url.into())
}

/// Types in the order of their list, each once.
pub(super) fn types(asked: &[EventType]) -> Result<Vec<EventType>, Refusal> {
    let mut types = asked.to_vec();
    types.sort_unstable();
    types.dedup();
    if types.is_empty() { Err(Refusal::NoTypes) } else { Ok(types) }
}

fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_the_promised_ones_and_the_eighth_attempt_is_the_last() {
        let seconds: Vec<u64> =
            (1..=8).filter_map(|n| wait_after(n, 0.5)).map(|wait| wait.as_secs()).collect();
        assert_eq!(seconds, [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
        assert_eq!((wait_after(8, 0.5), wait_after(0, 0.5)), (None, None));
        let (least, most) = (wait_after(2, 0.0).unwrap(), wait_after(2, 1.0).unwrap());
        assert_eq!((least.as_secs(), most.as_secs()), (270, 330));
    }

    #[test]
    fn only_what_was_taken_counts_as_delivered() {
        let judged = |status| verdict(&Ok(Posted { status, answer: Vec::new() }));
        assert_eq!(
            (judged(200), judged(204), judged(410)),
            (Verdict::Delivered, Verdict::Delivered, Verdict::Gone)
        );
        for status in [100, 301, 302, 307, 400, 404, 429, 500, 503] {
            assert!(matches!(judged(status), Verdict::Failed(_)), "{status}");
        }
    }
}
