//! What a look at a domain means. Pure.

use super::{Domain, DomainState};

const HOUR: i64 = 60 * 60 * 1_000;
/// How long a domain without its record goes on being served.
pub(super) const GRACE: i64 = 72 * HOUR;
/// How long a claim may wait for its record.
const WAIT: i64 = 7 * 24 * HOUR;

/// What the name servers said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub proof: Proof,
    /// Why readers would not arrive here; absent where they would.
    pub elsewhere: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
    Found,
    Missing,
    Unanswered(String),
}

/// What follows from a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing that anybody has to be told.
    Stays,
    /// It is proved: it may be served from now on.
    Verified,
    /// Its record is missing since now.
    Lost,
    /// Its record is missing for too long: it is served no more.
    Ended,
}

/// The domain after a look at time `now`.
pub(super) fn after(mut domain: Domain, seen: Seen, now: i64) -> (Domain, Turn) {
    domain.looked_at = now;
    let is_served = domain.state.is_served();
    match seen.proof {
        Proof::Found => {
            let turn = if is_served && domain.lost_at == 0 { Turn::Stays } else { Turn::Verified };
            domain.state = if seen.elsewhere.is_some() { DomainState::Verified } else { DomainState::Live };
            domain.reason = seen.elsewhere.unwrap_or_default();
            domain.lost_at = 0;
            if !is_served {
                domain.verified_at = now;
            }
            (domain, turn)
        }
        // Who does not answer has not said no.
        Proof::Unanswered(why) => {
            domain.reason = why;
            (domain, Turn::Stays)
        }
        Proof::Missing if is_served => {
            domain.reason = "its TXT record is gone: set it again".to_owned();
            if domain.lost_at == 0 {
                domain.lost_at = now;
                return (domain, Turn::Lost);
            }
            if now - domain.lost_at < GRACE {
                return (domain, Turn::Stays);
            }
            domain.state = DomainState::Failed;
            (domain, Turn::Ended)
        }
        Proof::Missing => {
            domain.reason =
                "its TXT record is not there yet; it can take an hour until a new one is seen".to_owned();
            if now - domain.created_at >= WAIT {
                domain.state = DomainState::Failed;
                domain.reason =
                    "its TXT record was not set within seven days: set it and verify again".to_owned();
            }
            (domain, Turn::Stays)
        }
    }
}

#[cfg(test)]
mod tests;
