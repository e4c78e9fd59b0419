//! The report for a terminal.

use std::fmt::Write as _;

use super::{Finding, Report};
use crate::check::{Category, Severity, Verdict};
use crate::words::columns;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextStyle {
    /// Columns to fill, at least 40.
    pub width: usize,
    /// ANSI colours.
    pub color: bool,
    /// Addresses shown for one and the same finding; the rest is a number.
    pub addresses: usize,
}

impl Default for TextStyle {
    fn default() -> TextStyle {
        TextStyle { width: 80, color: false, addresses: 3 }
    }
}

/// The report as text for people: score, groups, vetoes, findings with evidence and mending, what was not measured.
///
/// Nothing that a page's author wrote can move the cursor: evidence holds no control characters.
pub fn text(report: &Report, style: TextStyle) -> String {
    let paper = Paper { width: style.width.max(40), color: style.color };
    let mut out = String::new();
    head(report, &paper, &mut out);
    categories(report, &paper, &mut out);
    for veto in &report.vetoes {
        paper.wrapped(
            &mut out,
            0,
            &format!("VETO {}: {} ({})", veto.check, veto.effect, veto.url),
            Some(Ink::Red),
        );
    }
    findings(report, &paper, style.addresses.max(1), &mut out);
    unmeasured(report, &paper, &mut out);
    out
}

#[derive(Clone, Copy)]
enum Ink {
    Red,
    Yellow,
    Green,
    Dim,
    Bold,
}

struct Paper {
    width: usize,
    color: bool,
}

impl Paper {
    fn inked(&self, text: &str, ink: Ink) -> String {
        let code = match ink {
            Ink::Red => "31",
            Ink::Yellow => "33",
            Ink::Green => "32",
            Ink::Dim => "2",
            Ink::Bold => "1",
        };
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Writes lines of whole words within the width; a word that is longer stands alone and is not cut.
    fn wrapped(&self, out: &mut String, indent: usize, text: &str, ink: Option<Ink>) {
        let room = self.width.saturating_sub(indent).max(20);
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && columns(&line) + 1 + columns(word) > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for line in lines {
            let line = ink.map_or(line.clone(), |ink| self.inked(&line, ink));
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
}

fn head(report: &Report, paper: &Paper, out: &mut String) {
    let pages = if report.pages == 1 { "1 page".to_owned() } else { format!("{} pages", report.pages) };
    let Some(score) = report.score else {
        let _ = writeln!(out, "Nothing could be measured ({pages}).\n");
        return;
    };
    let ink = match score.value {
        90.0.. => Ink::Green,
        60.0.. => Ink::Yellow,
        _ => Ink::Red,
    };
    let value = paper.inked(&format!("{} of 100", figure(score.value)), ink);
    let _ = write!(
        out,
        "Score {value}  ({} of {} points measured, {pages}",
        figure(score.earned),
        figure(score.measured)
    );
    let capped = if score.uncapped > score.value {
        format!("; {} before the veto", figure(score.uncapped))
    } else {
        String::new()
    };
    let _ = writeln!(out, "{capped})\n");
}

/// One decimal, left out where it is zero.
fn figure(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn categories(report: &Report, paper: &Paper, out: &mut String) {
    const BAR: usize = 20;
    for sums in &report.categories {
        let share = if sums.measured > 0.0 { sums.earned / sums.measured } else { 0.0 };
        let filled = (share * BAR as f64).floor() as usize;
        let ink = if share >= 0.9 {
            Ink::Green
        } else if share >= 0.6 {
            Ink::Yellow
        } else {
            Ink::Red
        };
        let bar = paper.inked(&"#".repeat(filled), ink) + &paper.inked(&".".repeat(BAR - filled), Ink::Dim);
        let of = format!("{} of {}", figure(sums.earned), figure(sums.measured));
        let _ = writeln!(out, "  {:<10} {bar}  {of}", name(sums.category));
    }
    out.push('\n');
}

fn name(category: Category) -> &'static str {
    match category {
        Category::Access => "access",
        Category::Index => "index",
        Category::Render => "render",
        Category::Structure => "structure",
        Category::Evidence => "evidence",
        Category::Trust => "trust",
        Category::Schema => "schema",
        Category::Beside => "beside",
    }
}

/// The same finding on many pages is told once, with the first addresses.
fn findings(report: &Report, paper: &Paper, addresses: usize, out: &mut String) {
    let mut told: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
    for finding in &report.findings {
        let same = told
            .iter_mut()
            .find(|(first, _)| first.check == finding.check && first.verdict == finding.verdict);
        match same {
            Some((_, others)) => others.push(finding),
            None => told.push((finding, Vec::new())),
        }
    }
    if told.is_empty() {
        let _ = writeln!(out, "Nothing to mend.\n");
    }
    for (first, others) in told {
        let points: f64 = first.points_to_win + others.iter().map(|other| other.points_to_win).sum::<f64>();
        let (mark, ink) = match (first.severity, first.verdict) {
            (Severity::Critical, _) => ("CRITICAL", Ink::Red),
            (_, Verdict::Fail) => ("FAIL", Ink::Red),
            (_, Verdict::Warn) => ("WARN", Ink::Yellow),
            _ => ("NOTE", Ink::Dim),
        };
        let pages = if others.is_empty() { String::new() } else { format!(", {} pages", others.len() + 1) };
        let effort = format!("{:?}", first.effort).to_lowercase();
        let gain = if points > 0.0 { format!("{} points to win, ", gained(points)) } else { String::new() };
        let title = paper.inked(&first.check, Ink::Bold);
        let _ = writeln!(out, "{} {title}  ({gain}{effort} effort{pages})", paper.inked(mark, ink));
        paper.wrapped(out, 4, &first.why, Some(Ink::Dim));
        for finding in std::iter::once(first).chain(others.iter().copied()).take(addresses) {
            paper.wrapped(out, 4, &finding.url, None);
            for evidence in &finding.evidence {
                paper.wrapped(out, 8, evidence, None);
            }
        }
        if others.len() + 1 > addresses {
            paper.wrapped(out, 4, &format!("and {} more pages", others.len() + 1 - addresses), None);
        }
        paper.wrapped(out, 4, &format!("-> {}", first.fix), None);
        out.push('\n');
    }
}

fn gained(points: f64) -> String {
    if points < 0.05 { "under 0.1".to_owned() } else { figure(points) }
}

fn unmeasured(report: &Report, paper: &Paper, out: &mut String) {
    let reasons = report.checks.iter().filter(|outcome| outcome.verdict == Verdict::NotMeasured);
    let reasons: Vec<String> = reasons
        .map(|outcome| match &outcome.note {
            Some(note) => format!("{} ({note})", outcome.check),
            None => outcome.check.clone(),
        })
        .collect();
    if !reasons.is_empty() {
        paper.wrapped(out, 0, &format!("Not measured: {}.", reasons.join(", ")), Some(Ink::Dim));
    }
}
