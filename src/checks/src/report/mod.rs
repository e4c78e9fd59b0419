//! What a judgement says. The JSON of these types is stable: fields may be added, none renamed or removed.

mod text;

pub use text::{TextStyle, text};

use serde::{Deserialize, Serialize};

use crate::Scope;
use crate::check::{Category, Effort, Severity, Verdict};

/// The judgement of a subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which checks were wanted.
    pub scope: Scope,
    /// Pages that were judged; other documents (errors, files) count for a few site checks alone.
    pub pages: usize,
    /// `None` when nothing could be measured.
    pub score: Option<Score>,
    /// The sums of each group, in order; a group of which nothing was measured is left out.
    pub categories: Vec<CategoryScore>,
    /// Every wanted check, in the order of the catalogue.
    pub checks: Vec<Outcome>,
    /// What did not pass, by points to win per effort.
    pub findings: Vec<Finding>,
    /// What overrules the sums.
    pub vetoes: Vec<Veto>,
}

/// Points earned of points measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// 0 to 100, one decimal, rounded down so that 100 means that nothing is left to win.
    pub value: f64,
    /// Weights earned.
    pub earned: f64,
    /// Weights measured.
    pub measured: f64,
    /// What the value was before a veto capped it.
    pub uncapped: f64,
}

/// The sums of one group of checks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CategoryScore {
    /// The group.
    pub category: Category,
    /// Weights earned.
    pub earned: f64,
    /// Weights measured.
    pub measured: f64,
    /// Weights there are in this scope.
    pub weight: f64,
}

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The check's id, the same everywhere.
    pub check: String,
    /// Its group.
    pub category: Category,
    /// Points at stake.
    pub weight: f64,
    /// Points earned; 0 where not measured.
    pub earned: f64,
    /// The worst verdict over its pages, pass when all pass.
    pub verdict: Verdict,
    /// Pages it could judge (0 for a check of the site).
    pub pages: usize,
    /// What was seen, where there is no finding to say it; for "not measured", the reason.
    pub note: Option<String>,
}

/// One check that did not pass, at one address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The check's id.
    pub check: String,
    /// Warn, fail or reported.
    pub verdict: Verdict,
    /// How bad it is.
    pub severity: Severity,
    /// The page, or the site's address for a check of the site.
    pub url: String,
    /// The very snippets, headers or values seen.
    pub evidence: Vec<String>,
    /// Why it matters.
    pub why: String,
    /// How to mend it.
    pub fix: String,
    /// Work to mend it.
    pub effort: Effort,
    /// Points of the score (0 to 100) that mending it alone would win.
    pub points_to_win: f64,
}

/// What overrules the sums.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Veto {
    /// The check that vetoes.
    pub check: String,
    /// The page.
    pub url: String,
    /// What follows.
    pub effect: String,
}
