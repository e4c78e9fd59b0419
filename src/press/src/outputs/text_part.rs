//! The search index and llms-full.txt: the same parts, made from the same texts in one go.

use super::page::mirror;
use super::{Desk, Made};
use crate::fault::Fault;
use crate::markdown::Body;
use crate::prints;
use crate::site::{Card, part_name};
use crate::units::Unit;
use crate::view::SiteView;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;

/// Most words of a body in the search index. Titles, descriptions and headings come on top.
const WORDS: usize = 120;
/// Shorter words find too much.
const SHORTEST: usize = 3;

/// What the parts repeat of one document.
pub(crate) struct TextEntry {
    /// A JSON object.
    search: String,
    full: String,
    /// The print of the document.
    print: u64,
}

#[derive(Serialize)]
struct Found<'a> {
    t: &'a str,
    u: &'a str,
    d: &'a str,
    h: Vec<&'a str>,
    b: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    l: Option<&'a str>,
}

impl TextEntry {
    pub(super) fn new(view: &SiteView, card: &Card, body: &Body, print: u64) -> TextEntry {
        let found = Found {
            t: &card.title,
            u: &card.url,
            d: &card.description,
            h: body.headings.iter().map(|heading| &*heading.text).collect(),
            b: words(&body.plain),
            l: (card.language > 0).then(|| view.language_tag(card.language)),
        };
        TextEntry {
            search: serde_json::to_string(&found).unwrap_or_default(),
            full: mirror(view, card, body),
            print,
        }
    }
}

/// The first different words of a text in lower case.
fn words(text: &str) -> String {
    let mut seen: HashSet<&str> = HashSet::with_capacity(WORDS * 2);
    let mut out = String::with_capacity(WORDS * 8);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= SHORTEST) {
        if seen.insert(word) {
            if !out.is_empty() {
                out.push(' ');
            }
            if word.is_ascii() {
                out.extend(word.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
            } else {
                out.extend(word.chars().flat_map(char::to_lowercase));
            }
            if seen.len() >= WORDS {
                break;
            }
        }
    }
    out
}

/// The name of a part.
fn name(part: Option<&Arc<str>>) -> String {
    part.map_or_else(|| "first".to_owned(), |border| part_name(border))
}

/// Writes a part from its entries, in the order of their nodes.
pub(crate) fn make_text_part(
    desk: &Desk<'_>,
    part: Option<&Arc<str>>,
    entries: &[TextEntry],
) -> Result<Made, Fault> {
    let unit = Unit::Text(part.cloned());
    let print = prints::text(&desk.view.state, entries.iter().map(|entry| entry.print));
    let mut made = Made { print, ..Made::default() };
    let mut search =
        String::with_capacity(entries.iter().map(|entry| entry.search.len() + 2).sum::<usize>() + 2);
    search.push('[');
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            search.push_str(",\n");
        }
        search.push_str(&entry.search);
    }
    search.push(']');
    made.put(desk, &unit, format!("_search/{}.json", name(part)), search.as_bytes(), false)?;
    let mut full = String::with_capacity(entries.iter().map(|entry| entry.full.len() + 8).sum());
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            full.push_str("\n---\n\n");
        }
        full.push_str(&entry.full);
    }
    let whole = desk.view.state.texts.is_whole();
    let path = if whole { "llms-full.txt".to_owned() } else { format!("_llms/{}.txt", name(part)) };
    made.put(desk, &unit, path, full.as_bytes(), false)?;
    Ok(made)
}

#[derive(Serialize)]
struct Index<'a> {
    version: u32,
    parts: Vec<&'a str>,
}

/// The lists of parts.
pub(super) fn make_index(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    let view = &desk.view;
    let names: Vec<String> = view.state.texts.parts().map(name).collect();
    let index = Index { version: 1, parts: names.iter().map(String::as_str).collect() };
    let json = serde_json::to_vec(&index).unwrap_or_default();
    made.put(desk, unit, "_search/index.json", &json, false)?;
    if !view.state.texts.is_whole() {
        let mut list = format!("# {}\n\nThe full text of this site, in parts:\n\n", view.config.title);
        for name in &names {
            list.push_str(&format!("- {}/_llms/{name}.txt\n", view.config.base_url));
        }
        made.put(desk, unit, "llms-full.txt", list.as_bytes(), false)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_come_once_and_in_lower_case() {
        assert_eq!(words("The quick brown fox, the QUICK fox; Über"), "the quick brown fox the quick über");
    }
}
