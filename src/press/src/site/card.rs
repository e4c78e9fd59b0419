//! A card: all that other pages, lists and indexes need to know of a document, but not its body.

use crate::front_matter::{SortBy, Source};
use crate::kind::PageKind;
use crate::markdown::Link;
use serde_json::{Map, Value};
use std::sync::Arc;

/// One document of the site. Strings that templates show are shared, not copied.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Card {
    /// In `content/`: `guide/start.md`.
    pub path: Arc<str>,
    /// Index among the site's languages; 0 is the default.
    pub language: u16,
    /// The path without language and ending: what translations share.
    pub stem: Arc<str>,
    /// It is the `_index.md` of its section.
    pub is_section: bool,
    /// Path of the finished page, decoded, without slashes at its ends; empty for the home page.
    pub node: Arc<str>,
    /// Node of the section it lies in; for an `_index.md` its own node.
    pub section: Arc<str>,
    /// Path on the site as a URL: `/guide/start/`.
    pub url: Arc<str>,
    pub title: Arc<str>,
    /// The author's, or the first sentences of the body.
    pub description: Arc<str>,
    pub date: Option<Arc<str>>,
    pub updated: Option<Arc<str>>,
    pub weight: i64,
    pub sort_by: SortBy,
    pub kind: PageKind,
    pub tags: Box<[Tag]>,
    pub authors: Box<[Arc<str>]>,
    /// Old addresses, as nodes.
    pub aliases: Box<[Arc<str>]>,
    pub words: u32,
    /// Ids that a fragment can name, one per line.
    pub anchors: Box<str>,
    /// Links and pictures inside the site.
    pub links: Box<[Link]>,
    /// Line of the slug in the front matter; 0 without one.
    pub slug_line: u32,
    /// Of the whole text.
    pub text_hash: u64,
    /// Where the body begins in the text, and on which line (from 0).
    pub body: (u32, u32),
    /// What only the page itself shows; `None` for most.
    pub own: Option<Arc<Own>>,
}

/// A tag as a page writes it, and its place under `/tags/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub name: Arc<str>,
    pub slug: Arc<str>,
}

/// Front matter that nobody but the page itself needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Own {
    pub sources: Vec<Source>,
    pub extra: Map<String, Value>,
}

impl Card {
    /// Minutes to read, at 220 words a minute, at least one.
    pub(crate) fn reading_time(&self) -> u32 {
        self.words.div_ceil(220).max(1)
    }

    /// Can `#fragment` name a place on this page?
    pub(crate) fn has_anchor(&self, fragment: &str) -> bool {
        self.anchors.split('\n').any(|anchor| anchor == fragment)
    }

    /// The latest true date the author gave.
    pub(crate) fn last_date(&self) -> Option<&Arc<str>> {
        self.updated.as_ref().or(self.date.as_ref())
    }
}
