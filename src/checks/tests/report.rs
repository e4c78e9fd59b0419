//! Score, findings and vetoes.

use checks::report::{TextStyle, text};
use checks::{Document, Report, Scope, Subject, Verdict, judge};

fn page(at: &str, html: &str) -> Document {
    Document::html(format!("https://acme.example/{at}").parse().unwrap(), html)
}

fn judged(documents: Vec<Document>) -> Report {
    judge(&Subject::new(documents, "2026-11-21T00:00:00Z".parse().unwrap()), Scope::Page)
}

#[test]
fn points_to_win_and_the_score_add_up_to_a_hundred() {
    let bare = page("bare", "<title>x</title><h1>One</h1><h1>Two</h1>");
    let barred = page(
        "barred",
        "<meta name=robots content=noindex><title>A title of thirty characters or more</title>",
    );
    let fine = page("fine", "<title>A title that is of thirty characters</title><h1>One</h1>");
    let report = judged(vec![bare, barred, fine]);
    let score = report.score.unwrap();
    let to_win: f64 = report.findings.iter().map(|finding| finding.points_to_win).sum();
    let exact = score.earned / score.measured * 100.0;
    assert!((exact + to_win - 100.0).abs() < 0.01, "{exact} + {to_win}");
}

#[test]
fn a_noindex_page_counts_nothing_in_every_page_check_and_is_a_veto() {
    let html = "<meta name=robots content='noindex, follow'><title>A title that is of thirty characters</title><h1>One</h1>";
    let report = judged(vec![page("", html)]);
    assert_eq!(report.score.unwrap().value, 0.0);
    assert_eq!(report.vetoes.len(), 1);
    let first = &report.findings[0];
    assert_eq!(first.check, "indexable", "what wins most is told first");
    assert!(first.evidence[0].contains("noindex, follow"), "the very tag is shown: {:?}", first.evidence);
}

#[test]
fn a_report_survives_json() {
    let report = judged(vec![page("", "<h1>One</h1>")]);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}

#[test]
fn without_any_page_there_is_no_score_and_nothing_is_zero() {
    let report = judged(vec![]);
    assert_eq!(report.score, None);
    assert!(report.checks.iter().all(|outcome| outcome.verdict == Verdict::NotMeasured));
    assert!(text(&report, TextStyle::default()).starts_with("Nothing could be measured (0 pages)."));
}

#[test]
fn the_text_names_the_check_the_evidence_and_the_mending_within_its_width() {
    let report = judged(vec![page("a", "<title>Short</title><h1>One</h1>"), page("b", "<h1>One</h1>")]);
    let shown = text(&report, TextStyle { width: 60, ..TextStyle::default() });
    assert!(shown.contains("FAIL title") && shown.contains("WARN title"), "{shown}");
    assert!(shown.contains("<title>Short</title>"), "{shown}");
    assert!(shown.contains("30 to 60 characters"), "{shown}");
    let long = shown.lines().filter(|line| line.chars().count() > 60 && line.starts_with(' '));
    assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new());
    assert!(!shown.contains('\u{1b}'));
    let colored = text(&report, TextStyle { color: true, ..TextStyle::default() });
    assert!(colored.contains("\u{1b}[31mFAIL\u{1b}[0m"));
}

#[test]
fn evidence_cannot_move_the_cursor_of_a_terminal() {
    let report = judged(vec![page("", "<title>\u{1b}[2J\u{1b}[31mgotcha</title>")]);
    assert!(!text(&report, TextStyle::default()).contains('\u{1b}'));
}
