//! Runs the checks and puts the report together.

use std::cmp::Ordering;

use crate::check::{Check, Judge, Seen, Severity, Verdict};
use crate::report::{Finding, Outcome, Report, Veto};
use crate::site::Site;
use crate::{Scope, Subject, registry, score};

/// One look of a page check at one page.
pub(crate) struct Look {
    pub(crate) page: usize,
    pub(crate) seen: Seen,
}

/// All looks of one check.
pub(crate) struct Judged {
    pub(crate) check: &'static Check,
    /// One per page, or exactly one (of page 0) for a check of the site.
    pub(crate) looks: Vec<Look>,
}

/// Judges what was observed. Bounded in time and stack whatever the documents hold.
pub fn judge(subject: &Subject, scope: Scope) -> Report {
    let site = Site::read(subject);
    let barred: Vec<bool> = site.pages.iter().map(|page| page.noindex().is_some()).collect();
    let judged: Vec<Judged> = registry::CHECKS
        .iter()
        .copied()
        .filter(|check| scope == Scope::Site || check.page_controls)
        .map(|check| Judged { check, looks: looks(check, &site) })
        .collect();
    let tally = score::tally(&judged, &barred);
    let mut findings = findings(&judged, &site, &tally);
    findings.sort_by(by_points_per_effort);
    Report {
        scope,
        pages: site.pages.len(),
        score: tally.score(),
        categories: tally.categories(&judged),
        checks: judged.iter().zip(&tally.earned).map(|(one, earned)| outcome(one, *earned)).collect(),
        findings,
        vetoes: vetoes(&site, &barred, &judged),
    }
}

fn looks(check: &'static Check, site: &Site<'_>) -> Vec<Look> {
    match check.judge {
        Judge::Site(look) => vec![Look { page: 0, seen: look(site) }],
        Judge::Page(look) => {
            let pages = site.pages.iter().enumerate();
            pages.map(|(page, read)| Look { page, seen: look(read, site) }).collect()
        }
    }
}

fn outcome(judged: &Judged, earned: Option<f64>) -> Outcome {
    let check = judged.check;
    let measured = || judged.looks.iter().filter(|look| look.seen.verdict != Verdict::NotMeasured);
    let rank = |verdict: Verdict| match verdict {
        Verdict::Fail => 3,
        Verdict::Warn => 2,
        Verdict::Reported => 1,
        Verdict::Pass | Verdict::NotMeasured => 0,
    };
    let worst = measured().map(|look| look.seen.verdict).max_by_key(|verdict| rank(*verdict));
    let telling =
        judged.looks.iter().find(|look| Some(look.seen.verdict) == worst.or(Some(Verdict::NotMeasured)));
    Outcome {
        check: check.id.to_owned(),
        category: check.category,
        weight: check.weight,
        earned: score::points(earned.unwrap_or(0.0)),
        // A check that no page let itself be judged by still counts where noindex pages pull it down.
        verdict: worst.unwrap_or(if earned.is_some() { Verdict::Fail } else { Verdict::NotMeasured }),
        pages: if matches!(check.judge, Judge::Page(_)) { measured().count() } else { 0 },
        note: match telling {
            Some(look) => look.seen.evidence.first().cloned(),
            None => Some("no page to judge".to_owned()),
        },
    }
}

fn findings(judged: &[Judged], site: &Site<'_>, tally: &score::Tally) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, one) in judged.iter().enumerate() {
        for look in &one.looks {
            if matches!(look.seen.verdict, Verdict::Pass | Verdict::NotMeasured) {
                continue;
            }
            findings.push(Finding {
                check: one.check.id.to_owned(),
                verdict: look.seen.verdict,
                severity: severity(one.check, look.seen.verdict),
                url: address(one.check, look, site),
                evidence: look.seen.evidence.clone(),
                why: one.check.why.to_owned(),
                fix: look.seen.fix.clone(),
                effort: one.check.effort,
                points_to_win: tally.points_to_win(judged, at, look),
            });
        }
    }
    findings
}

fn address(check: &Check, look: &Look, site: &Site<'_>) -> String {
    let page = match check.judge {
        Judge::Page(_) => site.pages.get(look.page),
        Judge::Site(_) => None,
    };
    match page {
        Some(page) => page.url().to_string(),
        None => site.origin(),
    }
}

fn severity(check: &Check, verdict: Verdict) -> Severity {
    match verdict {
        Verdict::Fail if registry::VETOING.contains(&check.id) => Severity::Critical,
        Verdict::Fail if check.weight >= 4.0 => Severity::High,
        Verdict::Fail if check.weight > 0.0 => Severity::Medium,
        _ => Severity::Low,
    }
}

/// Points per effort first; what wins the same is told in the order of severity, check and address, so that the same
/// subject always gives the same report.
fn by_points_per_effort(a: &Finding, b: &Finding) -> Ordering {
    let gain = |finding: &Finding| finding.points_to_win / finding.effort.cost();
    gain(b)
        .total_cmp(&gain(a))
        .then_with(|| a.severity.cmp(&b.severity))
        .then_with(|| a.check.cmp(&b.check))
        .then_with(|| a.url.cmp(&b.url))
}

fn vetoes(site: &Site<'_>, barred: &[bool], judged: &[Judged]) -> Vec<Veto> {
    let url = |page: usize| site.pages.get(page).map(|page| page.url().to_string()).unwrap_or_default();
    let veto =
        |check: &str, page: usize, effect: String| Veto { check: check.to_owned(), url: url(page), effect };
    let noindex = barred.iter().enumerate().filter(|(_, barred)| **barred);
    let noindex = noindex.map(|(page, _)| {
        veto("indexable", page, "the page cannot be cited: it counts 0 in all page checks".to_owned())
    });
    let tricks = judged.iter().filter(|one| one.check.id == "no-tricks").flat_map(|one| &one.looks);
    let tricks = tricks.filter(|look| look.seen.verdict == Verdict::Fail).map(|look| {
        veto("no-tricks", look.page, format!("the score is capped at {}", score::CAP_FOR_TRICKS))
    });
    noindex.chain(tricks).collect()
}
