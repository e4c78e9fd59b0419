//! All checks, in the order of audit-checks. Adding one is a file and a line here.

use serde::Serialize;

use crate::check::{Category, Check, Effort};
use crate::{access, beside, evidence, index, render, schema, structure, trust};

pub(crate) static CHECKS: &[&Check] = &[
    &access::robots_reachable::CHECK,
    &access::search_bots_allowed::CHECK,
    &access::answer_bots_allowed::CHECK,
    &access::user_fetchers_allowed::CHECK,
    &access::training_policy::CHECK,
    &access::bot_parity::CHECK,
    &access::https::CHECK,
    &access::real_404::CHECK,
    &index::status_and_hops::CHECK,
    &index::indexable::CHECK,
    &index::snippet_allowed::CHECK,
    &index::canonical::CHECK,
    &index::sitemap::CHECK,
    &index::language::CHECK,
    &index::reachable::CHECK,
    &render::raw_text::CHECK,
    &render::first_byte::CHECK,
    &render::vitals::CHECK,
    &render::content_early::CHECK,
    &structure::title::CHECK,
    &structure::description::CHECK,
    &structure::one_h1::CHECK,
    &structure::outline::CHECK,
    &structure::answer_first::CHECK,
    &structure::paragraphs::CHECK,
    &structure::lists_and_tables::CHECK,
    &structure::alt_text::CHECK,
    &evidence::figures::CHECK,
    &evidence::outside_citations::CHECK,
    &evidence::quotes::CHECK,
    &evidence::claims_supported::CHECK,
    &evidence::substance::CHECK,
    &evidence::stuffing::CHECK,
    &trust::author::CHECK,
    &trust::dates::CHECK,
    &trust::transparency::CHECK,
    &trust::entity::CHECK,
    &trust::consistent_facts::CHECK,
    &trust::no_tricks::CHECK,
    &schema::jsonld_parses::CHECK,
    &schema::jsonld_complete::CHECK,
    &schema::jsonld_visible::CHECK,
    &schema::jsonld_site::CHECK,
    &beside::page_size::CHECK,
    &beside::validators::CHECK,
];

/// Checks whose failure overrules the sums.
pub(crate) const VETOING: [&str; 2] = ["indexable", "no-tricks"];

/// A check as a screen or a document lists it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CheckInfo {
    /// The id, the same everywhere.
    pub id: &'static str,
    /// Its group.
    pub category: Category,
    /// Points at stake; 0 is reported beside the score.
    pub weight: f64,
    /// Whether it counts for a page's health.
    pub page_controls: bool,
    /// Usual work to mend it.
    pub effort: Effort,
    /// Why it matters.
    pub why: &'static str,
}

/// Every check there is.
pub fn catalogue() -> impl Iterator<Item = CheckInfo> {
    CHECKS.iter().map(|check| CheckInfo {
        id: check.id,
        category: check.category,
        weight: check.weight,
        page_controls: check.page_controls,
        effort: check.effort,
        why: check.why,
    })
}
