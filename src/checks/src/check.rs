//! What a check is, and what one look at a page or a site says.

use serde::Serialize;

use crate::page::Page;
use crate::site::Site;

/// The groups of audit-checks, in the order of a visit: may the page be reached, found, read, understood, believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// May agents fetch it.
    Access,
    /// May it be indexed and quoted.
    Index,
    /// Is the text there without scripts, and soon.
    Render,
    /// Can a passage be lifted out of it.
    Structure,
    /// Does it say checkable things.
    Evidence,
    /// Who says so, and when.
    Trust,
    /// Do machines read the same as people.
    Schema,
    /// Shown beside the score: no engine has shown that it uses them.
    Beside,
}

/// What a check says. `Warn` earns half the weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Earns the weight.
    Pass,
    /// Earns half of it, or a share.
    Warn,
    /// Earns nothing.
    Fail,
    /// Seen and told, without weight.
    Reported,
    /// Could not be seen: left out of both sums.
    NotMeasured,
}

/// How bad a finding is for being cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The page cannot be cited, or the site is distrusted as a whole.
    Critical,
    /// A check of weight 4 or more failed.
    High,
    /// Another check failed.
    Medium,
    /// A warning, or a check without weight.
    Low,
}

/// Work to mend a finding, roughly: minutes, an hour or so, more than a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// A setting or a line.
    Small,
    /// A template or a page.
    Medium,
    /// New content, or a change of how the site is made.
    Large,
}

impl Effort {
    /// Relative cost, by which points to win are divided when findings are sorted.
    pub(crate) fn cost(self) -> f64 {
        match self {
            Effort::Small => 1.0,
            Effort::Medium => 3.0,
            Effort::Large => 8.0,
        }
    }
}

/// One check: a file of its own, and one line in the registry.
pub(crate) struct Check {
    pub(crate) id: &'static str,
    pub(crate) category: Category,
    /// Points at stake; 0 is reported beside the score.
    pub(crate) weight: f64,
    pub(crate) effort: Effort,
    /// Whether a page decides it alone, so that it counts for the page's health.
    pub(crate) page_controls: bool,
    /// Why it matters for being cited; a sentence for the finding.
    pub(crate) why: &'static str,
    pub(crate) judge: Judge,
}

/// How a check looks.
pub(crate) enum Judge {
    /// At each page; it earns the mean.
    Page(fn(&Page<'_>, &Site<'_>) -> Seen),
    /// Once, at everything observed.
    Site(fn(&Site<'_>) -> Seen),
}

/// What one look said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) verdict: Verdict,
    /// Share of the weight earned, 0 to 1.
    pub(crate) credit: f64,
    /// The very snippets, headers or values seen; for "not measured", the reason.
    pub(crate) evidence: Vec<String>,
    /// How to mend it; empty for a pass.
    pub(crate) fix: String,
}

impl Seen {
    fn new(verdict: Verdict, credit: f64, fix: String) -> Seen {
        Seen { verdict, credit, evidence: Vec::new(), fix }
    }

    pub(crate) fn pass() -> Seen {
        Seen::new(Verdict::Pass, 1.0, String::new())
    }

    pub(crate) fn warn(fix: impl Into<String>) -> Seen {
        Seen::new(Verdict::Warn, 0.5, fix.into())
    }

    pub(crate) fn fail(fix: impl Into<String>) -> Seen {
        Seen::new(Verdict::Fail, 0.0, fix.into())
    }

    /// Told, without weight.
    pub(crate) fn reported(fix: impl Into<String>) -> Seen {
        Seen::new(Verdict::Reported, 0.0, fix.into())
    }

    /// Could not be seen, and why.
    pub(crate) fn unmeasured(reason: impl Into<String>) -> Seen {
        Seen::new(Verdict::NotMeasured, 0.0, String::new()).seen(reason)
    }

    /// Earns the share itself: all is a pass, none a failure.
    pub(crate) fn share(part: usize, whole: usize, fix: impl Into<String>) -> Seen {
        if part >= whole {
            return Seen::pass();
        }
        let credit = part as f64 / whole as f64;
        Seen::new(if part == 0 { Verdict::Fail } else { Verdict::Warn }, credit, fix.into())
    }

    /// Earns a mean of credits.
    pub(crate) fn of_credit(credit: f64, fix: impl Into<String>) -> Seen {
        match credit {
            1.0.. => Seen::pass(),
            0.5.. => Seen::new(Verdict::Warn, credit, fix.into()),
            _ => Seen::new(Verdict::Fail, credit.max(0.0), fix.into()),
        }
    }

    /// The verdict of a two-step scale: what passes, else what warns, else failure.
    pub(crate) fn scale(passes: bool, warns: bool, fix: impl Into<String>) -> Seen {
        match (passes, warns) {
            (true, _) => Seen::pass(),
            (false, true) => Seen::warn(fix),
            (false, false) => Seen::fail(fix),
        }
    }

    /// Adds what was seen, cut to a length that a report can show.
    pub(crate) fn seen(mut self, evidence: impl Into<String>) -> Seen {
        self.evidence.push(clip(&evidence.into()));
        self
    }

    /// Adds several things seen; a report shows a handful and the number of the others.
    pub(crate) fn seen_all<S: Into<String>>(mut self, evidence: impl IntoIterator<Item = S>) -> Seen {
        const SHOWN: usize = 5;
        let all: Vec<String> = evidence.into_iter().map(Into::into).collect();
        let more = all.len().saturating_sub(SHOWN);
        self.evidence.extend(all.into_iter().take(SHOWN).map(|one| clip(&one)));
        if more > 0 {
            self.evidence.push(format!("and {more} more"));
        }
        self
    }
}

/// The first 200 characters, with an ellipsis where something was cut. Control characters become spaces: evidence is
/// shown in terminals, and its author is a stranger.
pub(crate) fn clip(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut clipped: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        clipped.push('…');
    }
    clipped
}
