//! Taking away what is not content, and making what is portable.

use dom_query::{Document, NodeRef};
use url::Url;

/// Elements that hold no content, whatever page they stand on.
const NEVER: &str = "script, style, template, noscript, iframe, object, embed, canvas, svg, form, button, input, \
    select, textarea, dialog, nav, footer, [hidden], [aria-hidden=true], [role=navigation], [role=banner], \
    [role=contentinfo], [role=search], [role=menu], [role=menubar], [role=dialog], [role=alertdialog], .boring";

/// Class tokens by which authors mark what surrounds the content. Compared as a whole. Ids are not asked: they are made
/// from headings as well ("Comments").
const AROUND: &[&str] = &[
    "breadcrumb",
    "breadcrumbs",
    "sidebar",
    "toc",
    "table-of-contents",
    "pagination",
    "pager",
    "prev-next",
    "nav-chapters",
    "nav-wrapper",
    "navbar",
    "share",
    "social",
    "social-share",
    "cookie-banner",
    "newsletter",
    "advert",
    "advertisement",
    "promo",
    "related-posts",
    "comments-area",
    "skip-link",
    "skip-to-content",
    "edit-this-page",
    "sr-only",
    "visually-hidden",
    "screen-reader-text",
    "site-header",
    "site-footer",
    "menu-bar",
    "catlinks",
    "mw-editsection",
    "navbox",
    "printfooter",
];

/// An aside is content when it is a note and boilerplate when it is a box of links.
const NOTES: &[&str] =
    &["note", "notes", "admonition", "callout", "warning", "tip", "caution", "important", "info"];

/// Drops what surrounds the content.
pub(super) fn boilerplate(document: &Document) {
    document.select(NEVER).remove();
    let whole = document.root().normalized_char_count();
    for node in document.select("[class]").nodes() {
        // A mark on the body or on the one wrapper of all says nothing about what is inside.
        if is_around(node) && node.normalized_char_count() * 2 < whole {
            node.remove_from_parent();
        }
    }
    for node in document.select("aside, body > header, body > div > header").nodes() {
        let noted = has_token(node, NOTES) || node.attr("role").as_deref() == Some("note");
        let title = node.has_name("header") && node.descendants_it().any(|inner| inner.has_name("h1"));
        if !noted && !title {
            node.remove_from_parent();
        }
    }
}

fn is_around(node: &NodeRef<'_>) -> bool {
    !node.has_name("html") && !node.has_name("body") && !node.has_name("main") && has_token(node, AROUND)
}

fn has_token(node: &NodeRef<'_>, tokens: &[&str]) -> bool {
    let class = node.class().unwrap_or_default();
    class.split_ascii_whitespace().any(|token| tokens.iter().any(|known| known.eq_ignore_ascii_case(token)))
}

/// Puts the language of each code block where the Markdown writer finds it, whatever the highlighter called it.
pub(super) fn code(root: &NodeRef<'_>) {
    for pre in root.descendants_it().filter(|node| node.has_name("pre")).collect::<Vec<_>>() {
        let around = pre.parent().filter(|parent| parent.has_name("div") || parent.has_name("figure"));
        let inside = pre.descendants_it().filter(|node| node.has_name("code"));
        let language = inside.chain([pre]).chain(around).find_map(|node| language(&node));
        if let Some(language) = language {
            pre.set_attr("data-lang", &language);
        }
        for code in pre.descendants_it().filter(|node| node.has_name("code")).collect::<Vec<_>>() {
            code.remove_attr("class");
        }
        let inner = pre.descendants_it().find(|node| node.has_name("code")).unwrap_or(pre);
        inner.set_text(dedent(&pre.text()));
    }
}

/// Without the margin that all lines share: what stood around them was hidden.
fn dedent(text: &str) -> String {
    let text = text.trim_end().trim_start_matches('\n');
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let margin = lines().map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0);
    let mut out: String =
        text.lines().map(|line| line.get(margin..).unwrap_or_default().to_owned() + "\n").collect();
    out.truncate(out.trim_end().len());
    out
}

fn language(node: &NodeRef<'_>) -> Option<String> {
    let named = node.attr("data-lang").or_else(|| node.attr("data-language"));
    let class = node.class().unwrap_or_default();
    let marked = class.split_ascii_whitespace().find_map(|token| {
        ["language-", "lang-", "highlight-source-", "brush:"]
            .iter()
            .find_map(|prefix| token.strip_prefix(prefix))
    });
    let language = named.as_deref().or(marked)?.to_ascii_lowercase();
    let plain = language.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-#_.".contains(&b));
    (plain && !language.is_empty() && language.len() < 30).then_some(language)
}

/// Makes links and pictures absolute and drops those that lead nowhere outside of this page.
pub(super) fn media_and_links(root: &NodeRef<'_>, base: &Url) {
    for node in root.descendants_it().collect::<Vec<_>>() {
        if node.has_name("a") {
            match absolute(base, node.attr("href").as_deref()) {
                Some(href) => node.set_attr("href", &href),
                None => node.unwrap_keeping_children(),
            }
            node.remove_attr("title");
        } else if node.has_name("img") {
            let source =
                node.attr("src").filter(|src| !src.starts_with("data:")).or_else(|| node.attr("data-src"));
            match absolute(base, source.as_deref()) {
                Some(src) => node.set_attr("src", &src),
                None => node.remove_from_parent(),
            }
        }
    }
}

fn absolute(base: &Url, reference: Option<&str>) -> Option<String> {
    let url = base.join(reference?.trim()).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

/// Removing an element and keeping what is in it.
trait Unwrap {
    fn unwrap_keeping_children(&self);
}

impl Unwrap for NodeRef<'_> {
    fn unwrap_keeping_children(&self) {
        for child in self.children() {
            self.insert_before(&child);
        }
        self.remove_from_parent();
    }
}
