//! Pages that no document stands for: search and 404.

use super::template::render;
use super::{Desk, Made};
use crate::fault::Fault;
use crate::kind::PageKind;
use crate::site::{Listing, html_file, listing, surroundings_of_section};
use crate::units::Unit;
use crate::view::Subject;
use std::sync::Arc;

/// `/search/`: works without script as the first part of the list of everything.
pub(super) fn make_search(desk: &Desk<'_>, unit: &Unit, language: u16, made: &mut Made) -> Result<(), Fault> {
    let state = &desk.view.state;
    let root = state.root(language);
    let node = if root.is_empty() { "search".to_owned() } else { format!("{root}/search") };
    let mut listing =
        state.sections.get(&root).map_or_else(Listing::default, |section| listing(state, section, None));
    // Its later parts are those of the home page.
    listing.prev_url = None;
    let html = special(desk, language, &node, "search", false, Some(&listing), made)?;
    made.put(desk, unit, html_file(&node), &html, false)
}

pub(super) fn make_not_found(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    let html = special(desk, 0, "404.html", "not_found", true, None, made)?;
    made.put(desk, unit, "404.html", &html, false)
}

fn special(
    desk: &Desk<'_>,
    language: u16,
    node: &str,
    key: &'static str,
    hidden: bool,
    listing: Option<&Listing>,
    made: &mut Made,
) -> Result<Vec<u8>, Fault> {
    let view = &desk.view;
    let tag = view.language_tag(language);
    let word = |key: &str| -> Arc<str> { view.theme.text(tag, key, None).unwrap_or(key).into() };
    let template = if key == "search" { "search.html" } else { "404.html" };
    let subject = Arc::new(Subject {
        language,
        title: word(key),
        description: word(&format!("{key}_description")),
        url: if hidden {
            format!("{}/{node}", view.state.grounds.prefix).into()
        } else {
            crate::site::url(&view.state.grounds.prefix, node)
        },
        kind_name: key,
        kind: PageKind::Landing,
        card: None,
        authors: Vec::new(),
        date: None,
        updated: None,
        body: Arc::default(),
        surroundings: surroundings_of_section(&view.state, &node.into(), language, false),
        markdown_url: None,
        hidden,
        listed: Vec::new(),
    });
    render(desk, template, &subject, listing, &format!("/{node}"), made)
}
