//! Parsing with bounds. A few kilobytes of misnested formatting elements can make the standard's algorithm build
//! millions of nodes, and deep nesting makes it slow, so the tree is watched while it grows.

use std::time::{Duration, Instant};

use dom_query::{Document, NodeRef};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use url::Url;

use super::ExtractError;

const NODES: usize = 400_000;
const DEPTH: usize = 256;
/// What no page of that many nodes should take; a last resort, because it depends on the machine.
const TIME: Duration = Duration::from_secs(10);
/// Bytes between two looks at the tree: few, because each may repeat all open formatting elements.
const STEP: usize = 64;

pub(super) fn bounded(html: &str, url: &Url) -> Result<Document, ExtractError> {
    let url = || url.to_string();
    // Without script, so that <noscript> is read as elements.
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Document::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let begun = Instant::now();
    let (mut rest, mut looked) = (html, 0);
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.ceil_char_boundary(STEP));
        rest = after;
        parser.process(StrTendril::from_slice(step));
        let tree = &parser.tokenizer.sink.sink.tree;
        if tree.len() > NODES {
            return Err(ExtractError::TooManyNodes { url: url(), limit: NODES });
        }
        if tree.len() > looked + DEPTH / 4 {
            looked = tree.len();
            if is_deep_here(tree.root()) {
                return Err(ExtractError::TooDeep { url: url(), limit: DEPTH });
            }
        }
        if begun.elapsed() > TIME {
            return Err(ExtractError::TooSlow { url: url() });
        }
    }
    let document = parser.finish();
    if is_deep(&document) {
        return Err(ExtractError::TooDeep { url: url(), limit: DEPTH });
    }
    Ok(document)
}

/// Whether the parser stands too deep: the last children, from the root on, are the elements that are open.
fn is_deep_here(root: NodeRef<'_>) -> bool {
    std::iter::successors(Some(root), NodeRef::last_child).nth(DEPTH).is_some()
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
