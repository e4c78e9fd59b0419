//! jsonld-visible: what JSON-LD says in words, the page shows.

use std::collections::HashSet;

use serde_json::Value;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "jsonld-visible",
    category: Category::Schema,
    weight: 1.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Marking up what readers cannot see is against the engines' rules, and it misleads.",
    judge: Judge::Page(judge),
};

/// Properties whose values are written for people.
const WORDED: &[&str] = &[
    "name",
    "headline",
    "alternativeHeadline",
    "alternateName",
    "description",
    "abstract",
    "text",
    "articleBody",
    "reviewBody",
    "caption",
    "jobTitle",
    "slogan",
    "disambiguatingDescription",
    "addressLocality",
    "streetAddress",
];

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let mut said: Vec<&str> = Vec::new();
    let mut known = HashSet::new();
    for node in page.nodes() {
        let values = WORDED.iter().filter_map(|key| node.get(*key)).flat_map(strings);
        said.extend(values.filter(|text| known.insert(*text)));
    }
    if said.is_empty() {
        return Seen::unmeasured("no words in JSON-LD");
    }
    let unseen: Vec<&str> = said.iter().copied().filter(|text| !shows(page, text)).collect();
    let share = (said.len() - unseen.len()) as f64 / said.len() as f64;
    let fix = "Show on the page what its JSON-LD says, or leave it out of the JSON-LD.";
    Seen::scale(share >= 0.9, share >= 0.7, fix)
        .seen(format!("{} of {} strings are shown", said.len() - unseen.len(), said.len()))
        .seen_all(unseen)
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text.as_str()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The answers of an FAQ may hold markup; the page shows them without.
fn shows(page: &Page<'_>, text: &str) -> bool {
    let plain = if text.contains('<') { words::fold(&without_tags(text)) } else { words::fold(text) };
    plain.is_empty() || words::holds(&page.folded, &plain)
}

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for (at, part) in text.split('<').enumerate() {
        let rest = if at == 0 { part } else { part.split_once('>').map_or("", |(_, rest)| rest) };
        plain.push_str(rest);
        plain.push(' ');
    }
    plain
}
