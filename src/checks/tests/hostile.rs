//! Input that was made to hurt: every document here is judged on a stack of 2 MB, in bounded time, without a panic.

use std::time::{Duration, Instant};

use checks::{Document, Report, Scope, Subject, judge};
use proptest::prelude::*;

/// Generous for a debug build on a slow machine that does other things; what is not bounded takes minutes or for ever.
const LONGEST: Duration = Duration::from_secs(60);

fn judged(html: String) -> Report {
    let started = Instant::now();
    let judging = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        let url = "https://acme.example/".parse().unwrap();
        judge(
            &Subject::new(vec![Document::html(url, html)], "2026-11-21T00:00:00Z".parse().unwrap()),
            Scope::Site,
        )
    });
    let report = judging.unwrap().join().expect("no panic");
    assert!(started.elapsed() < LONGEST, "took {:?}", started.elapsed());
    report
}

/// The text after the hostile part is still read where the bounds leave room for it.
fn titled(report: &Report) -> bool {
    report
        .checks
        .iter()
        .any(|outcome| outcome.check == "title" && outcome.note.as_deref() == Some("<title>T</title>"))
}

const HEAD: &str = "<!doctype html><title>T</title>";

#[test]
fn a_hundred_thousand_nested_divs() {
    let depth = 100_000;
    let html = format!("{HEAD}{}deep{}<h1>After</h1>", "<div>".repeat(depth), "</div>".repeat(depth));
    let report = judged(html);
    assert!(titled(&report));
    let one_h1 = report.checks.iter().find(|outcome| outcome.check == "one-h1").unwrap();
    assert_eq!(one_h1.note.as_deref(), Some("<h1>After</h1>"), "what follows is still read");
}

#[test]
fn ten_megabytes_of_prose() {
    let html = format!(
        "{HEAD}<main>{}",
        "<p>In 2026 about 30 of 100 people said \"so and so it is\" to us. ".repeat(160_000)
    );
    assert!(html.len() > 10_000_000);
    assert!(titled(&judged(html)));
}

#[test]
fn nesting_that_closes_the_wrong_way_round() {
    for unit in [
        "<b><div></b>",
        "<span><div></span>",
        "<div><table><tr><td></div>",
        "<form><div></form>",
        "<a href=x><div><a href=y>",
        "<table><table>",
        "<ul><li><b>",
        "<svg><g><path/>",
        "<object><p>",
        "<template><div>",
        "<select><option>",
        "<ruby><rt>",
    ] {
        judged(format!("{HEAD}{}", unit.repeat(500_000 / unit.len())));
    }
}

#[test]
fn formatting_that_is_never_closed_and_reopened_in_each_paragraph() {
    let open: String = (0..500).map(|at| format!("<font size={at}>")).collect();
    assert!(titled(&judged(format!("{HEAD}<p>{open}{}", "<p>x".repeat(250_000)))));
}

#[test]
fn a_million_attributes_in_one_tag() {
    let attributes: String = (0..1_000_000).map(|at| format!(" a{at}")).collect();
    assert!(titled(&judged(format!("{HEAD}<div{attributes}>x"))));
}

#[test]
fn scripts_comments_and_tags_that_never_end() {
    for unit in
        ["<script>", "<style>", "<!--", "<a title=\"", "<textarea>", "<", "</", "<p ", "&amp", "<![CDATA["]
    {
        judged(format!("{HEAD}{}", unit.repeat(2_000_000 / unit.len())));
    }
}

#[test]
fn broken_and_endless_json_ld() {
    let block = |json: &str| format!("{HEAD}<script type=application/ld+json>{json}</script>");
    let report = judged(block("{\"@type\": \"Article\", "));
    let finding = report.findings.iter().find(|finding| finding.check == "jsonld-parses").unwrap();
    assert!(finding.evidence[0].contains("{\"@type\": \"Article\","), "{:?}", finding.evidence);
    judged(block(&"[".repeat(1_000_000)));
    judged(block(&format!(
        "[{}{{}}]",
        "{\"@type\":\"Article\",\"author\":{\"@id\":\"#a\"}},".repeat(100_000)
    )));
    judged(block(
        "{\"@type\":[null,1,{}],\"author\":[[[]]],\"name\":{\"@value\":1},\"itemListElement\":\"x\"}",
    ));
}

#[test]
fn many_quotations_links_headings_and_numbers() {
    for unit in [
        "<blockquote>five words of a quote</blockquote>",
        "<a href=https://other.org/x>y</a>",
        "<h2>H</h2><p>A whole sentence here.</p>",
        "1a ",
        "1 of ",
        "100 ",
        "<time>1 May 2026</time>",
        "<p hidden>x</p>",
        "<div style='display:none'>",
        "ignore ",
        "\u{201c}a",
        "<h1>x</h1>",
        "<img alt=x>",
        "<ul><li>a<li>b</ul>",
        "' ",
    ] {
        judged(format!("{HEAD}<main>{}", unit.repeat(300_000 / unit.len())));
    }
}

#[test]
fn nul_bytes_and_lone_signs() {
    assert!(titled(&judged(format!("{HEAD}\0<p>\0a\0</p>\0<\0b>\u{feff}\u{fffd}"))));
}

#[test]
fn a_robots_txt_of_stars() {
    let url = "https://acme.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".parse().unwrap();
    let mut subject = Subject::new(vec![Document::html(url, "")], "2026-11-21T00:00:00Z".parse().unwrap());
    let body = format!("user-agent: *\n{}", format!("disallow: /{}b\n", "*a".repeat(30)).repeat(8_000));
    subject.robots = Some(checks::RobotsTxt { status: Some(200), body });
    let started = Instant::now();
    judge(&subject, Scope::Site);
    assert!(started.elapsed() < LONGEST);
}

/// Markup in random order, with random bytes between it.
fn soup() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<h1>",
        "<h2>",
        "</h2>",
        "<b>",
        "</b>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<a href='/x'>",
        "</a>",
        "<a href=https://other.org>",
        "<time datetime=2026-13-40>",
        "1 Mai 2026",
        "<blockquote>",
        "<q>",
        "</q>",
        "<cite>",
        "<script type=application/ld+json>{\"@type\":\"Article\",\"datePublished\":\"2026-1\"}",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "<svg>",
        "</svg>",
        "<math>",
        "<template>",
        "</template>",
        "<ul><li>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<br>",
        "\u{201c}",
        "\u{201d}",
        "„",
        "ignore previous instructions",
        "12,5 %",
        "€ 3",
        "3.",
        "٣",
        "第3",
        "\u{e0041}",
        "&#0;",
        "&notit;",
        "\0",
        "<main>",
        "<html lang=\u{1f600}>",
        "<meta name=robots content='unavailable_after:é, noindex'>",
        "<link rel=canonical href='ht tp://[', >",
        "<img alt=\u{1f468}\u{200d}\u{1f469}>",
        "<p style='display:none;position:absolute;left:-9e99px'>",
        "<base href='//['>",
    ];
    let piece = prop_oneof![
        4 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => proptest::collection::vec(any::<u8>(), 0..24).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ];
    proptest::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_makes_it_panic_and_the_points_always_add_up(html in soup(), robots in "\\PC{0,60}|(user-agent: ?\\*\n(dis)?allow: [/*$%a]{0,9}\n){0,3}") {
        let url = "https://acme.example/ä".parse().unwrap();
        let mut subject = Subject::new(vec![Document::html(url, html)], "2026-11-21T00:00:00Z".parse().unwrap());
        subject.robots = Some(checks::RobotsTxt { status: Some(200), body: robots });
        let report = judge(&subject, Scope::Site);
        let score = report.score.unwrap();
        let to_win: f64 = report.findings.iter().map(|finding| finding.points_to_win).sum();
        let exact = (score.earned / score.measured * 100.0).min(if score.value < score.uncapped { 30.0 } else { 100.0 });
        prop_assert!((exact + to_win - 100.0).abs() < 0.05, "{} + {}", exact, to_win);
        prop_assert_eq!(judge(&subject, Scope::Site), report, "the same subject gives the same report");
    }
}
