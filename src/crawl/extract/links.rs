//! Where a page leads.

use std::collections::HashSet;

use dom_query::Document;
use url::Url;

/// Links beyond this are not looked at.
const MANY: usize = 5_000;

/// What relative addresses of the page are relative to.
pub(super) fn base(document: &Document, url: &Url) -> Url {
    let declared = document.select_single("base[href]").attr("href").and_then(|href| url.join(&href).ok());
    declared.filter(|base| matches!(base.scheme(), "http" | "https")).unwrap_or_else(|| url.clone())
}

/// All pages that the document leads to: links, the next page, and framed pages (a book's contents may be one).
pub(super) fn all(document: &Document, base: &Url) -> Vec<Url> {
    let mut seen = HashSet::new();
    document
        .select("a[href], area[href], link[rel~=next][href], iframe[src]")
        .iter()
        .take(MANY)
        .filter(|node| {
            !node.attr("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word == "nofollow"))
        })
        .filter_map(|node| page(base, &node.attr("href").or_else(|| node.attr("src"))?))
        .filter(|url| seen.insert(url.clone()))
        .collect()
}

/// The page behind a reference; `None` if it is none (`mailto:`, `javascript:`).
fn page(base: &Url, reference: &str) -> Option<Url> {
    let mut url = base.join(reference.trim()).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}
