//! A theme's own `feed.xml`, `robots.txt` or `llms.txt`. It sees what the press would have written as `page.content`.

use super::template::render;
use super::{Desk, Made};
use crate::fault::Fault;
use crate::kind::PageKind;
use crate::markdown::Body;
use crate::site::{Card, Listing, surroundings_of_section};
use crate::view::Subject;
use std::sync::Arc;

/// The file's bytes: the theme's, or the press's own text as it is.
pub(super) fn apply(
    desk: &Desk<'_>,
    template: &'static str,
    language: u16,
    text: String,
    pages: Vec<Arc<Card>>,
    made: &mut Made,
) -> Result<Vec<u8>, Fault> {
    if !desk.view.theme.has_own(template) {
        return Ok(text.into_bytes());
    }
    let state = &desk.view.state;
    let root = state.root(language);
    let listing = Listing { pages, is_first: true, is_only: true, ..Listing::default() };
    let subject = Arc::new(Subject {
        language,
        title: desk.view.config.title_in(usize::from(language)).into(),
        description: desk.view.config.description_in(usize::from(language)).into(),
        url: crate::site::url(&state.grounds.prefix, &root),
        kind_name: PageKind::Landing.name(),
        kind: PageKind::Landing,
        card: None,
        authors: Vec::new(),
        date: None,
        updated: None,
        body: Arc::new(Body { html: text, ..Body::default() }),
        surroundings: surroundings_of_section(state, &root, language, false),
        markdown_url: None,
        hidden: false,
        listed: Vec::new(),
    });
    render(desk, template, &subject, Some(&listing), template, made)
}
