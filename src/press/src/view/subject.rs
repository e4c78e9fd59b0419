//! What is being rendered: all that `page`, `head()` and the structured data are made from.

use crate::kind::PageKind;
use crate::markdown::Body;
use crate::site::{Card, Surroundings};
use std::sync::Arc;

/// A page, a listing, or one of the press's own pages.
pub(crate) struct Subject {
    pub language: u16,
    pub title: Arc<str>,
    pub description: Arc<str>,
    /// URL path of exactly this page (of a listing's later part: of that part).
    pub url: Arc<str>,
    /// `landing`, `section`, `tag`, … for pages without a document.
    pub kind_name: &'static str,
    pub kind: PageKind,
    pub card: Option<Arc<Card>>,
    /// Who wrote it; nobody wrote what a machine lists.
    pub authors: Vec<Arc<str>>,
    pub date: Option<Arc<str>>,
    /// The last change: of a list, of what it shows.
    pub updated: Option<Arc<str>>,
    pub body: Arc<Body>,
    pub surroundings: Surroundings,
    /// The Markdown mirror's URL path, if there is one.
    pub markdown_url: Option<String>,
    /// Search engines are to leave it out.
    pub hidden: bool,
    /// Pages of a listing, for its structured data.
    pub listed: Vec<Arc<str>>,
}

impl Subject {
    /// The latest true date.
    pub(crate) fn last_date(&self) -> Option<&Arc<str>> {
        self.updated.as_ref().or(self.date.as_ref())
    }
}
