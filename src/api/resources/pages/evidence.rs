//! What stands behind a page, as it goes over the wire: its claims and its health.

use poem_openapi::{Enum, Object};

use crate::pages::{self, ClaimState};
use crate::publishing;

/// A sentence of a page and what it points at.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Claim {
    /// Its position among the page's claims, from 0
    position: u64,
    /// The sentence, as the page has it
    sentence: String,
    /// Whether it is backed
    state: ClaimStateWord,
    /// Where its evidence stands
    evidence: Option<Evidence>,
}

/// Whether a sentence is backed by its source
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "ClaimState", rename_all = "lowercase")]
pub(in crate::api) enum ClaimStateWord {
    /// The quote stands in the source
    Supported,
    /// It does not; the page can't be published like this
    Unsupported,
    /// A person lets it stand
    Waived,
}

/// A stretch of a source's text.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Evidence {
    /// The source, `src_…`
    source: String,
    /// The hash of the source's text that the offsets count in
    hash: String,
    /// First byte
    start: u64,
    /// One past the last byte
    end: u64,
    /// The text there
    quote: String,
}

/// Why an unsupported sentence may stand.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Waiver {
    /// Why; it is kept as an event
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// The revision whose claim it is: refused if there is a newer one
    pub revision: i64,
}

/// What the checks say of a page.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Health {
    /// The score, 0 to 100, rounded down; absent when nothing could be measured
    score: Option<i64>,
    /// What did not pass
    findings: Vec<Finding>,
}

/// A check that did not pass.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Finding {
    /// The check's name
    check: String,
    /// The page's address
    url: String,
    /// What was seen: snippets, headers, values
    evidence: Vec<String>,
    /// Why it matters
    why: String,
    /// How to mend it
    fix: String,
}

impl Claim {
    pub(super) fn of(position: usize, claim: pages::Claim) -> Claim {
        let evidence = claim.span.map(|span| Evidence {
            source: span.source.to_string(),
            hash: span.hash,
            start: span.start as u64,
            end: span.end as u64,
            quote: span.quote,
        });
        let state = match claim.state {
            ClaimState::Supported => ClaimStateWord::Supported,
            ClaimState::Unsupported => ClaimStateWord::Unsupported,
            ClaimState::Waived => ClaimStateWord::Waived,
        };
        Claim { position: position as u64, sentence: claim.sentence, state, evidence }
    }
}

impl Health {
    pub(super) fn of(health: &publishing::Health) -> Health {
        let finding = |finding: &checks::Finding| Finding {
            check: finding.check.clone(),
            url: finding.url.clone(),
            evidence: finding.evidence.clone(),
            why: finding.why.clone(),
            fix: finding.fix.clone(),
        };
        Health { score: health.score, findings: health.report.findings.iter().map(finding).collect() }
    }
}
