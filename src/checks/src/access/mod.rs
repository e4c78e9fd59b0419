//! May agents fetch it.

pub(crate) mod answer_bots_allowed;
pub(crate) mod bot_parity;
pub(crate) mod https;
pub(crate) mod real_404;
pub(crate) mod robots_reachable;
pub(crate) mod search_bots_allowed;
pub(crate) mod training_policy;
pub(crate) mod user_fetchers_allowed;

use crate::robots::Robots;
use crate::robots::agents::{self, Purpose};
use crate::site::Site;

/// An agent that robots.txt keeps from one of the sampled addresses, and the line that does.
struct Barred {
    agent: &'static str,
    evidence: String,
}

/// Of the agents with this purpose: how many there are, and those barred from any sampled address. `None` when
/// robots.txt was not asked for or there is nothing to fetch.
fn barred(site: &Site<'_>, purpose: Purpose) -> Option<(usize, Vec<Barred>)> {
    let robots = site.subject.robots.as_ref()?;
    if site.subject.documents.is_empty() {
        return None;
    }
    let all = agents::with(purpose).count();
    let unreachable = robots.status.is_none_or(|status| status >= 500);
    let parsed = match robots.status {
        Some(200..=299) => Robots::parse(&robots.body),
        // 4xx: there is no robots.txt, everything may be fetched.
        _ => Robots::default(),
    };
    let barred = agents::with(purpose).filter_map(|agent| {
        if unreachable {
            let evidence =
                format!("{}: robots.txt does not answer, which means no to everything", agent.token);
            return Some(Barred { agent: agent.token, evidence });
        }
        site.subject.documents.iter().find_map(|document| {
            let decision = parsed.decide(agent.token, &document.url);
            let line = decision.line.unwrap_or_default();
            (!decision.allowed).then(|| Barred {
                agent: agent.token,
                evidence: format!("{}: \"{line}\" bars {}", agent.token, document.url),
            })
        })
    });
    Some((all, barred.collect()))
}
