//! From a document's text to its card.

use super::card::{Card, Own, Tag};
use super::place::place;
use crate::fault::Fault;
use crate::front_matter;
use crate::hash;
use crate::markdown::{self, Link, plain};
use crate::slug::{encode_path, slugify};
use std::sync::Arc;

/// Largest document, in bytes. A browser takes long over a tenth of it, and no reader gets to its end.
const LARGEST: usize = 8 * 1024 * 1024;

/// What became of a document.
pub(crate) enum Read {
    /// `certain` is false if its address may be another once its faults are mended.
    Card { card: Arc<Card>, certain: bool },
    /// Left out of the site.
    Draft,
    /// So broken that nothing can be said of it.
    Nothing,
}

/// What placing a document needs to know of the site.
#[derive(Debug, Clone)]
pub(crate) struct Grounds {
    /// Language tags, the default one first.
    pub languages: Vec<String>,
    /// The path part of the site's address, for sites that do not lie at the root of their host: `/docs` or empty.
    pub prefix: String,
    /// Widths in which the theme shows pictures, in pixels.
    pub widths: Vec<u32>,
    /// What stands first below the home page.
    pub order: Vec<String>,
}

impl Grounds {
    /// The weight of what the owner has put into an order; none for all the rest.
    pub(crate) fn weight(&self, node: &str, language: u16) -> Option<i64> {
        let tag = self.languages.get(usize::from(language)).filter(|_| language > 0);
        let name = match tag {
            None => node,
            Some(tag) => node.strip_prefix(tag.as_str())?.strip_prefix('/')?,
        };
        let place = self.order.iter().position(|first| first == name)?;
        // Lighter than any weight that a document names; at the very end stands what is searched from.
        Some(i64::MIN + 1 + i64::try_from(place).ok()?)
    }
}

/// Reads a document, and all that is wrong with it. `drafts`: they count as pages.
///
/// One with faults has a card all the same wherever it can be had: it must not go onto the site, but links to it and
/// addresses that it shares with others are judged with it.
pub(crate) fn read_document(path: &str, text: &str, grounds: &Grounds, drafts: bool) -> (Read, Vec<Fault>) {
    let mut faults = Vec::new();
    let read = read(path, text, grounds, drafts, &mut faults);
    (read, faults)
}

fn read(path: &str, text: &str, grounds: &Grounds, drafts: bool, faults: &mut Vec<Fault>) -> Read {
    let file = format!("content/{path}");
    if text.len() > LARGEST {
        let what = format!("is {} MB long; {} MB is the most", text.len() / 1_000_000, LARGEST / 1_000_000);
        faults.push(Fault::new(file, what, "Split it into several pages."));
        return Read::Nothing;
    }
    let parts = front_matter::read(&file, text, faults);
    let placed = match place(path, &grounds.languages) {
        Ok(placed) => placed,
        Err(what) => {
            faults.push(Fault::new(&file, what, "Rename it."));
            return Read::Nothing;
        }
    };
    if parts.front.draft && !drafts {
        return Read::Draft;
    }
    let scan = markdown::scan(parts.body, path);
    body_faults(&file, parts.body_line, &scan, faults);
    if scan.too_deep.is_some() {
        return Read::Nothing;
    }
    let anchors = joined(&markdown::anchors(&scan));
    let certain = parts.certain && (parts.front.slug.is_some() || parts.front.slug_line == 0);
    let front = parts.front;
    let mut name = placed.name;
    if let (Some(slug), false) = (front.slug, placed.is_section) {
        name = slug;
    }
    if let Some(what) = super::claims::reserved(&name) {
        faults.push(Fault::new(&file, what, "Rename it or give it another slug."));
        return Read::Nothing;
    }
    let node = match (placed.folder.as_str(), name.as_str()) {
        (folder, "") => folder.to_owned(),
        ("", name) => name.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    };
    let title = front.title.or(scan.opening_title.clone()).unwrap_or_else(|| humanised(path, placed.stem));
    let description = front.description.unwrap_or_else(|| plain::description(&scan.summary));
    let ordered = grounds.weight(&node, placed.language);
    let own = Own { sources: front.sources, extra: front.extra };
    let own = (own != Own::default()).then(|| Arc::new(own));
    let body_start = text.len() - parts.body.len();
    let tags = front.tags.iter().map(|name| Tag { name: name.as_str().into(), slug: slugify(name).into() });
    let mut tags: Vec<Tag> = tags.filter(|tag| !tag.slug.is_empty()).collect();
    tags.dedup_by(|a, b| a.slug == b.slug);
    let lines = parts.body_line;
    let mut links = scan.links;
    // The page's own picture is a link like any other: checked, and watched for changes.
    if let Some(image) = own.as_ref().and_then(|own| own.extra.get("image")).and_then(|image| image.as_str())
        && !image.contains("://")
    {
        links.push(Link { line: 1, destination: format!("/{}", image.trim_start_matches('/')).into() });
    }
    let shift = |link: Link| Link { line: link.line + lines, ..link };
    let card = Arc::new(Card {
        path: path.into(),
        language: placed.language,
        stem: placed.stem.into(),
        is_section: placed.is_section,
        url: url(&grounds.prefix, &node),
        section: placed.folder.as_str().into(),
        node: node.into(),
        title: title.into(),
        description: description.into(),
        date: front.date.as_deref().or(placed.date).map(Into::into),
        updated: front.updated.map(Into::into),
        weight: ordered.or(front.weight).unwrap_or(i64::MAX),
        sort_by: front.sort_by,
        kind: front.kind,
        tags: tags.into(),
        authors: front.authors.iter().map(|author| author.as_str().into()).collect(),
        aliases: front.aliases.iter().map(|alias| alias.trim_matches('/').into()).collect(),
        words: scan.words,
        anchors,
        links: links.into_iter().map(shift).collect(),
        slug_line: front.slug_line,
        text_hash: hash::of_bytes(text.as_bytes()),
        body: (u32::try_from(body_start).unwrap_or_default(), parts.body_line),
        own,
    });
    Read::Card { card, certain }
}

fn body_faults(file: &str, body_line: u32, scan: &markdown::Scan, faults: &mut Vec<Fault>) {
    if let Some(line) = scan.too_deep {
        let what = "lists, quotes or HTML tags are nested more than 100 levels deep";
        faults
            .push(Fault::new(file, what, "Browsers give up on such pages: flatten it.").at(body_line + line));
    }
    for link in &scan.forbidden {
        let what = format!("link to {} could run script", plain::shorten(&link.destination, 60));
        faults.push(
            Fault::new(file, what, "Only http, https, mailto and tel are allowed.").at(body_line + link.line),
        );
    }
}

fn joined(anchors: &[Arc<str>]) -> Box<str> {
    anchors.iter().map(|anchor| &**anchor).collect::<Vec<_>>().join("\n").into()
}

/// `/guide/start/` for `guide/start`, `/` for the home page, behind the site's prefix.
pub(crate) fn url(prefix: &str, node: &str) -> Arc<str> {
    if node.is_empty() {
        format!("{prefix}/").into()
    } else {
        format!("{prefix}/{}/", encode_path(node)).into()
    }
}

/// A title for a document that has none: its name with spaces.
fn humanised(path: &str, stem: &str) -> String {
    let mut segments = stem.rsplit('/');
    let last = segments.next().unwrap_or(path);
    let name = if matches!(last, "_index" | "index") { segments.next().unwrap_or("Home") } else { last };
    humanise(name)
}

/// `getting-started` to `Getting started`.
pub(crate) fn humanise(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let mut chars = spaced.trim().chars();
    chars.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(chars).collect())
}
