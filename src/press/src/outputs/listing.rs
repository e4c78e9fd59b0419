//! Parts of sections and tags.

use super::template::render;
use super::{Desk, Made};
use crate::fault::Fault;
use crate::kind::PageKind;
use crate::markdown::Body;
use crate::prints;
use crate::site::{
    Card, EntryKey, Listing, Section, Surroundings, html_file, listing, listing_of_tags, mirror_file,
    mirror_url, part_name, part_url, surroundings_of_section,
};
use crate::units::Unit;
use crate::view::Subject;
use std::sync::Arc;

/// A part of a section that shows no document: a later part, or a section without `_index.md`.
pub(super) fn make_section_part(
    desk: &Desk<'_>,
    unit: &Unit,
    node: &Arc<str>,
    part: Option<&EntryKey>,
    made: &mut Made,
) -> Result<(), Fault> {
    let state = &desk.view.state;
    let Some(section) = state.sections.get(node) else { return Ok(()) };
    let surroundings = surroundings_of_section(state, node, section.language, part.is_none());
    let listing = listing(state, section, part);
    made.print = prints::listed(section.card.as_deref(), None, &surroundings, &listing, section.title());
    if part.is_none() {
        let mirror = mirror(desk, section.title(), &section.url, &listing);
        made.put(desk, unit, mirror_file(node), mirror.as_bytes(), false)?;
    }
    render_section(desk, unit, section, part, &listing, surroundings, Arc::default(), made)
}

/// Renders a part of a section with the section's body, if it has one.
#[allow(
    clippy::too_many_arguments,
    reason = "each is a different thing, and a struct would only rename them"
)]
pub(super) fn render_section(
    desk: &Desk<'_>,
    unit: &Unit,
    section: &Section,
    part: Option<&EntryKey>,
    listing: &Listing,
    surroundings: Surroundings,
    body: Arc<Body>,
    made: &mut Made,
) -> Result<(), Fault> {
    let state = &desk.view.state;
    let is_home = section.node == state.root(section.language);
    let subject = Arc::new(Subject {
        language: section.language,
        title: section.title().clone(),
        description: description(desk, section, is_home),
        url: part_url(section, part).into(),
        kind_name: if is_home { PageKind::Landing.name() } else { "section" },
        kind: PageKind::Landing,
        card: section.card.clone(),
        authors: desk.view.authors(section.card.as_deref()),
        date: section.card.as_ref().filter(|_| part.is_none()).and_then(|card| card.date.clone()),
        updated: last_change(section.card.as_ref(), listing),
        body,
        surroundings,
        markdown_url: part.is_none().then(|| mirror_url(state, &section.node)),
        hidden: false,
        listed: listed(listing),
    });
    let template = if is_home && part.is_none() { "index.html" } else { "section.html" };
    let document = section
        .card
        .as_ref()
        .map_or_else(|| format!("content/{}/", section.node), |card| format!("content/{}", card.path));
    let html = render(desk, template, &subject, Some(listing), &document, made)?;
    made.put(desk, unit, part_file(&section.node, part), &html, false)
}

fn description(desk: &Desk<'_>, section: &Section, is_home: bool) -> Arc<str> {
    let own = section.description();
    if own.is_empty() && is_home {
        desk.view.config.description_in(usize::from(section.language)).into()
    } else {
        own
    }
}

/// A list changes with the pages that it shows.
fn last_change(own: Option<&Arc<Card>>, listing: &Listing) -> Option<Arc<str>> {
    let cards = own.into_iter().chain(&listing.pages).chain(&listing.newest);
    cards.filter_map(|card| card.last_date()).max().cloned()
}

fn listed(listing: &Listing) -> Vec<Arc<str>> {
    listing
        .sections
        .iter()
        .map(|section| section.place.url.clone())
        .chain(listing.pages.iter().map(|page| page.url.clone()))
        .collect()
}

fn part_file(node: &str, part: Option<&EntryKey>) -> Arc<str> {
    match part {
        None => html_file(node),
        Some(border) if node.is_empty() => html_file(&format!("_part/{}", part_name(&border.node))),
        Some(border) => html_file(&format!("{node}/_part/{}", part_name(&border.node))),
    }
}

/// A part of a tag's pages, or of the list of tags.
pub(super) fn make_tag_part(
    desk: &Desk<'_>,
    unit: &Unit,
    node: &Arc<str>,
    part: Option<&EntryKey>,
    made: &mut Made,
) -> Result<(), Fault> {
    let state = &desk.view.state;
    let Some(tag) = state.tags.get(node) else { return Ok(()) };
    let mut surroundings = surroundings_of_section(state, node, tag.language, false);
    let listing = listing_of_tags(state, tag, part);
    let own_title = state.tag_title(tag);
    made.print = prints::listed(None, None, &surroundings, &listing, &own_title);
    let index = state.tags_node(tag.language);
    let language = desk.view.language_tag(tag.language);
    let word = |key| desk.view.theme.text(language, key, None).unwrap_or(key);
    let is_index = *node == index;
    let title = if is_index { word("tags").into() } else { word("tagged").replace("{name}", &own_title) };
    if let (false, Some(index)) = (is_index, state.tags.get(&index)) {
        surroundings
            .ancestors
            .push(crate::site::Place { title: word("tags").into(), url: index.url.clone() });
    }
    let subject = Arc::new(Subject {
        language: tag.language,
        title: title.into(),
        description: if is_index { word("tags_description").into() } else { "".into() },
        url: part_url(tag, part).into(),
        kind_name: "tag",
        kind: PageKind::Landing,
        card: None,
        authors: Vec::new(),
        date: None,
        updated: last_change(None, &listing),
        body: Arc::default(),
        surroundings,
        markdown_url: None,
        hidden: false,
        listed: listed(&listing),
    });
    let html = render(desk, "tag.html", &subject, Some(&listing), &format!("the tag /{node}/"), made)?;
    made.put(desk, unit, part_file(node, part), &html, false)
}

/// A listing as Markdown.
fn mirror(desk: &Desk<'_>, title: &str, url: &str, listing: &Listing) -> String {
    let mut out = format!("# {title}\n\nSource: {}\n", desk.view.absolute(url));
    let mut heading = false;
    let sections = listing
        .sections
        .iter()
        .map(|section| (&section.place.title, &section.place.url, &section.description));
    let pages = listing.pages.iter().map(|page| (&page.title, &page.url, &page.description));
    for (title, url, description) in sections.chain(pages) {
        if !heading {
            out.push('\n');
            heading = true;
        }
        super::llms::push_entry(&mut out, &desk.view, title, url, description);
    }
    out
}
