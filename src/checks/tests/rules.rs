//! RULES.md: every document in it is judged as the line above it says.

use std::collections::BTreeMap;

use checks::{Document, Liveness, Outcome, Scope, Subject, Verdict, judge};

const RULES: &str = include_str!("../RULES.md");

struct Example {
    line: usize,
    check: String,
    verdict: String,
    near_miss: bool,
    html: String,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = RULES.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```html ") else { continue };
        let words: Vec<&str> = info.split(' ').collect();
        let html = lines
            .by_ref()
            .map(|(_, line)| line)
            .take_while(|line| *line != "```")
            .collect::<Vec<_>>()
            .join("\n");
        examples.push(Example {
            line: at + 1,
            check: words[0].to_owned(),
            verdict: words[1].to_owned(),
            near_miss: words.get(2) == Some(&"near-miss"),
            html,
        });
    }
    examples
}

fn outcome(example: &Example) -> Outcome {
    let whole = example.html.starts_with("<html") || example.html.starts_with("<!doctype");
    let html = if whole {
        example.html.clone()
    } else {
        format!(
            "<!doctype html><html lang=\"en\"><head></head><body><main>\n{}\n</main></body></html>",
            example.html
        )
    };
    let document = Document::html("https://acme.example/page".parse().unwrap(), html);
    let mut subject = Subject::new(vec![document], "2026-11-21T12:00:00Z".parse().unwrap());
    for part in example.html.split("href=\"").skip(1) {
        let address = part.split('"').next().unwrap();
        let answer = if address.ends_with("/gone") { Liveness::Dead } else { Liveness::Live };
        subject.links.insert(address.to_owned(), answer);
    }
    let report = judge(&subject, Scope::Site);
    report.checks.into_iter().find(|outcome| outcome.check == example.check).expect("a known check")
}

#[test]
fn every_document_of_the_rules_is_judged_as_the_rules_say() {
    let wrong: Vec<String> = examples()
        .iter()
        .map(|example| (example, outcome(example)))
        .filter(|(example, outcome)| {
            serde_json::to_value(outcome.verdict).unwrap() != example.verdict.as_str()
        })
        .map(|(example, outcome)| {
            format!(
                "RULES.md:{}: {} is {:?} ({:?}), not {}",
                example.line, example.check, outcome.verdict, outcome.note, example.verdict
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn words_that_need_judging_have_a_passing_a_failing_and_a_near_miss_document() {
    let mut seen: BTreeMap<String, [bool; 3]> = BTreeMap::new();
    for example in examples() {
        let kinds = seen.entry(example.check).or_default();
        kinds[0] |= example.verdict == "pass";
        kinds[1] |= example.verdict != "pass";
        kinds[2] |= example.near_miss;
    }
    let judged = [
        "answer-first",
        "figures",
        "outside-citations",
        "quotes",
        "stuffing",
        "author",
        "dates",
        "no-tricks",
        "jsonld-visible",
        "jsonld-complete",
        "outline",
        "alt-text",
        "entity",
        "transparency",
        "consistent-facts",
        "canonical",
        "indexable",
        "language",
    ];
    for check in judged {
        assert_eq!(seen.get(check), Some(&[true; 3]), "{check}");
    }
}

#[test]
fn every_scored_page_check_is_spoken_of_in_the_rules() {
    for check in checks::catalogue().filter(|check| check.page_controls) {
        assert!(RULES.contains(check.id) || check.id == "description" || check.weight == 0.0, "{}", check.id);
    }
    assert!(examples().len() >= 70, "{}", examples().len());
    assert!(examples().iter().all(|example| outcome(example).verdict != Verdict::NotMeasured));
}
