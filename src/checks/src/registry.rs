//! All checks, in the order of audit-checks. Adding one is a file and a line here.

use serde::Serialize;

use crate::check::{Category, Check, Effort};
use crate::{index, structure};

pub(crate) static CHECKS: &[&Check] = &[
    &index::indexable::CHECK,
    &structure::title::CHECK,
    &structure::description::CHECK,
    &structure::one_h1::CHECK,
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
