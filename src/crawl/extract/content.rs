//! Which part of a page is its content: what the author marked as such, else what reads like it.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use url::Url;

/// A marked element with less text than this is no content by itself.
const ENOUGH: usize = 150;
/// Readability is not asked about larger documents.
const ELEMENTS: usize = 50_000;

/// The content as a document of its own.
pub(super) fn main(document: &Document, url: &Url) -> Document {
    if let Some(node) = marked(document) {
        return node.to_fragment();
    }
    let config = Config { max_elements_to_parse: ELEMENTS, keep_classes: true, ..Config::default() };
    let read = Readability::with_document(document.clone(), Some(url.as_str()), Some(config))
        .and_then(|mut reader| reader.parse());
    match (read, document.body()) {
        (Ok(article), _) if article.length >= ENOUGH => Document::fragment(article.content),
        (_, Some(body)) => body.to_fragment(),
        _ => document.clone(),
    }
}

fn marked(document: &Document) -> Option<NodeRef<'_>> {
    let main = largest(document, "main, [role=main]");
    let article = largest(document, "article");
    match (main, article) {
        // One article that is nearly all of main leaves out what main adds around it.
        (Some((main, all)), Some((article, part))) if part * 10 >= all * 6 && is_within(&article, &main) => {
            Some(article)
        }
        (Some((main, _)), _) => Some(main),
        (None, Some((article, _))) => Some(article),
        (None, None) => None,
    }
}

fn largest<'a>(document: &'a Document, selector: &str) -> Option<(NodeRef<'a>, usize)> {
    let found = document.select(selector);
    let sized = found.nodes().iter().map(|node| (*node, node.normalized_char_count()));
    sized.filter(|(_, count)| *count >= ENOUGH).max_by_key(|(_, count)| *count)
}

fn is_within(inner: &NodeRef<'_>, outer: &NodeRef<'_>) -> bool {
    inner.ancestors_it(None).any(|ancestor| ancestor.id == outer.id)
}
