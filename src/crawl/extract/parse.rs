//! Parsing with bounds. A few kilobytes of misnested formatting elements can make the standard's algorithm build
//! millions of nodes, and deep nesting makes it slow, so the tree is watched while it grows.

use std::time::{Duration, Instant};

use dom_query::Document;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use url::Url;

use super::ExtractError;

const NODES: usize = 400_000;
const DEPTH: usize = 256;
const TIME: Duration = Duration::from_secs(10);
/// Bytes between two looks at the tree: few, because each may repeat all open formatting elements.
const STEP: usize = 64;

pub(super) fn bounded(html: &str, url: &Url) -> Result<Document, ExtractError> {
    // Without script, so that <noscript> is read as elements.
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Document::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let begun = Instant::now();
    let mut rest = html;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.ceil_char_boundary(STEP));
        rest = after;
        parser.process(StrTendril::from_slice(step));
        if parser.tokenizer.sink.sink.tree.len() > NODES {
            return Err(ExtractError::TooManyNodes { url: url.to_string(), limit: NODES });
        }
        if begun.elapsed() > TIME {
            return Err(ExtractError::TooSlow { url: url.to_string() });
        }
    }
    let document = parser.finish();
    if is_deep(&document) {
        return Err(ExtractError::TooDeep { url: url.to_string(), limit: DEPTH });
    }
    Ok(document)
}

/// Whether the tree is deeper than what follows may recurse into.
fn is_deep(document: &Document) -> bool {
    let mut level = vec![document.root()];
    for _ in 0..DEPTH {
        level = level.iter().flat_map(|node| node.children_it(false)).collect();
        if level.is_empty() {
            return false;
        }
    }
    true
}
