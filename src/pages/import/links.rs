//! Links between the documents of the folder: followed where a file got another name, checked where they lead.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::report::Report;

/// The body with links to renamed files mended. A link to a document that is not there is a warning: the build will
/// refuse it.
pub(super) fn follow(
    path: &str,
    body: &str,
    lines_before: usize,
    renamed: &BTreeMap<String, String>,
    known: &BTreeSet<&str>,
    report: &mut Report,
) -> String {
    let mut mended = body.to_owned();
    for (range, destination) in destinations(body).into_iter().rev() {
        let Some((target, tail)) = document(path, &destination) else { continue };
        if let Some(to) = renamed.get(&target) {
            mended.replace_range(range, &format!("@/{to}{tail}"));
        } else if !known.contains(target.as_str()) {
            let line = lines_before + body[..range.start].matches('\n').count() + 1;
            report.warning(path, Some(line), format!("links to {destination}, which is not in the folder"));
        }
    }
    mended
}

/// The document that a destination means, and what follows its path (`#part`).
fn document<'a>(path: &str, destination: &'a str) -> Option<(String, &'a str)> {
    let end = destination.find(['#', '?']).unwrap_or(destination.len());
    let (target, tail) = destination.split_at(end);
    if !target.ends_with(".md") || target.starts_with('/') || target.contains("://") {
        return None;
    }
    if let Some(inside) = target.strip_prefix("@/") {
        return Some((inside.to_owned(), tail));
    }
    let mut segments: Vec<&str> = path.split('/').collect();
    segments.pop();
    for segment in target.split('/') {
        match segment {
            "." | "" => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some((segments.join("/"), tail))
}

/// Where the destinations of links stand in the text, in order. Links in code are none.
fn destinations(body: &str) -> Vec<(Range<usize>, String)> {
    let parser = Parser::new(body);
    let definitions = parser.reference_definitions().iter();
    let mut found: Vec<(Range<usize>, String)> = definitions
        .filter_map(|(_, definition)| place(body, definition.span.clone(), &definition.dest))
        .collect();
    for (event, range) in parser.into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. }) = event {
            // For `[text][name]` the destination stands in the definition, which is in the list already.
            found.extend(place(body, range, &dest_url));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found.dedup();
    found
}

fn place(body: &str, range: Range<usize>, destination: &str) -> Option<(Range<usize>, String)> {
    // The text of a link comes first and may hold the same words: the destination is the last.
    let at = range.start + body.get(range.clone())?.rfind(destination)?;
    (!destination.is_empty()).then(|| (at..at + destination.len(), destination.to_owned()))
}
