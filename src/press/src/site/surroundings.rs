//! Everything that a page shows of other pages, and nothing else: what templates see comes from here, and its print
//! decides whether a page has to be rendered again. One source for both, so that they cannot disagree.

use super::card::Card;
use super::entry::{Entry, EntryKey};
use super::section::Section;
use super::state::State;
use crate::front_matter::SortBy;
use std::sync::Arc;

/// Most entries of one level of the side navigation.
pub(crate) const WINDOW: usize = 17;
/// Most levels of the side navigation; of deeper trees the top and the last ones are shown.
const LEVELS: usize = 6;
/// Most sections in the site's top navigation.
const TOP: usize = 12;

/// A title and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub title: Arc<str>,
    pub url: Arc<str>,
}

/// An item of the side navigation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct NavItem {
    pub place: Place,
    pub current: bool,
    pub open: bool,
    /// How many children are not shown; rounded, see [`about`].
    pub more: usize,
    pub children: Vec<NavItem>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Surroundings {
    pub lower: Option<Place>,
    pub higher: Option<Place>,
    /// From the home page down, without the page itself.
    pub ancestors: Vec<Place>,
    pub nav: Vec<NavItem>,
    /// The top navigation: item and whether it is or holds the page.
    pub site_nav: Vec<(Place, bool)>,
    /// Language index and the page in it.
    pub translations: Vec<(u16, Place)>,
}

pub(crate) fn surroundings_of_page(state: &State, card: &Card) -> Surroundings {
    let chain = chain(state, &card.section, card.language);
    let section = state.sections.get(&card.section);
    let sort_by = section.map_or(SortBy::Weight, Section::sort_by);
    let key = EntryKey::page(card, sort_by);
    let (before, after) = section.map_or((None, None), |section| section.neighbours(&key));
    // As in Zola: lower is older or lighter. A list of the newest first runs the other way.
    let (lower, higher) = if sort_by == SortBy::Date { (after, before) } else { (before, after) };
    let of_card = |card: &Arc<Card>| Place { title: card.title.clone(), url: card.url.clone() };
    Surroundings {
        lower: lower.map(of_card),
        higher: higher.map(of_card),
        ancestors: chain.iter().map(|section| of_section(section)).collect(),
        nav: nav(state, &chain, Focus::Page(&key)),
        site_nav: site_nav(state, card.language, chain.get(1).copied()),
        translations: translations(state, card),
    }
}

/// For a section, and for what lies directly under a root without being a page: lists of tags, the search page.
/// `with_pages`: the navigation shows the first pages of the section too. Only its first part does: otherwise a new title
/// there would change every part.
pub(crate) fn surroundings_of_section(
    state: &State,
    node: &Arc<str>,
    language: u16,
    with_pages: bool,
) -> Surroundings {
    let is_section = state.sections.contains_key(node);
    let chain = if is_section { chain(state, node, language) } else { chain_of_root(state, language) };
    let above = if is_section { chain.len().saturating_sub(1) } else { chain.len() };
    let card = state.sections.get(node).and_then(|section| section.card.as_ref());
    Surroundings {
        lower: None,
        higher: None,
        ancestors: chain[..above].iter().map(|section| of_section(section)).collect(),
        nav: nav(state, &chain, if with_pages { Focus::Section } else { Focus::Part }),
        site_nav: site_nav(state, language, chain.get(1).copied()),
        translations: card.map_or_else(Vec::new, |card| translations(state, card)),
    }
}

fn of_section(section: &Section) -> Place {
    Place { title: section.title().clone(), url: section.url.clone() }
}

/// The sections from the root of the language down to `node`.
fn chain<'a>(state: &'a State, node: &Arc<str>, language: u16) -> Vec<&'a Section> {
    let mut chain = Vec::with_capacity(4);
    let mut at = Some(node.clone());
    while let Some(node) = at {
        chain.extend(state.sections.get(&node));
        at = state.parent(&node, language);
    }
    chain.reverse();
    chain
}

fn chain_of_root(state: &State, language: u16) -> Vec<&Section> {
    chain(state, &state.root(language), language)
}

fn site_nav(state: &State, language: u16, active: Option<&Section>) -> Vec<(Place, bool)> {
    let Some(root) = state.sections.get(&state.root(language)) else { return Vec::new() };
    let first = root.window(false, None, TOP);
    let sections = first.into_iter().filter_map(|(key, _)| state.sections.get(&key.node));
    sections
        .map(|section| (of_section(section), active.is_some_and(|active| active.node == section.node)))
        .collect()
}

/// What the navigation is drawn around.
#[derive(Clone, Copy)]
enum Focus<'a> {
    Page(&'a EntryKey),
    /// The first part of a section's listing.
    Section,
    /// A later part.
    Part,
}

impl<'a> Focus<'a> {
    fn page(self) -> Option<&'a EntryKey> {
        if let Focus::Page(key) = self { Some(key) } else { None }
    }
}

/// The levels of the side navigation, from the root's children down.
fn nav(state: &State, chain: &[&Section], focus: Focus<'_>) -> Vec<NavItem> {
    let mut chain = chain.to_vec();
    // The root and its child on the way stay, so that the reader knows where in the site they are.
    while chain.len() > LEVELS {
        chain.remove(2);
    }
    level(state, &chain, focus)
}

fn level(state: &State, chain: &[&Section], focus: Focus<'_>) -> Vec<NavItem> {
    let Some((section, below)) = chain.split_first() else { return Vec::new() };
    let next = below.first();
    let deepest = below.is_empty();
    let center = next.map(|next| next.key());
    let shown = section.window(
        false,
        center.as_ref().filter(|key| section.entries.items().contains_key::<EntryKey>(key)),
        WINDOW,
    );
    let mut items = Vec::with_capacity(shown.len() + WINDOW);
    let subsections = shown.into_iter().filter_map(|(key, _)| state.sections.get(&key.node));
    let mut met = false;
    for subsection in subsections {
        let open = next.is_some_and(|next| next.node == subsection.node);
        met |= open;
        items.push(section_item(state, subsection, if open { below } else { &[] }, focus));
    }
    // A level was left out above: the way goes on all the same.
    if let (false, Some(next)) = (met, next) {
        items.push(section_item(state, next, below, focus));
    }
    if deepest && !matches!(focus, Focus::Part) {
        for (key, entry) in section.window(true, focus.page(), WINDOW) {
            if let Entry::Page(card) = entry {
                let place = Place { title: card.title.clone(), url: card.url.clone() };
                let current = focus.page() == Some(key);
                items.push(NavItem { place, current, open: false, more: 0, children: Vec::new() });
            }
        }
    }
    items
}

fn section_item(state: &State, section: &Section, below: &[&Section], focus: Focus<'_>) -> NavItem {
    let open = !below.is_empty();
    let children = if open { level(state, below, focus) } else { Vec::new() };
    let deepest = below.len() == 1;
    let listed = section.sections + if deepest || !open { section.pages } else { 0 };
    NavItem {
        place: of_section(section),
        current: deepest && focus.page().is_none(),
        open,
        // A closed section says nothing: its number would change with every page in it, on every page beside it.
        more: if open { about(listed.saturating_sub(children.len())) } else { 0 },
        children,
    }
}

/// Exact up to 20, above that rounded down to a power of two: a number on every page of a section that changed with each
/// new page would render the whole section again.
pub(crate) fn about(count: usize) -> usize {
    if count <= 20 { count } else { 1 << count.ilog2() }
}

fn translations(state: &State, card: &Card) -> Vec<(u16, Place)> {
    if state.grounds.languages.len() < 2 {
        return Vec::new();
    }
    let found = state.grounds.languages.iter().enumerate().filter_map(|(index, tag)| {
        let path = if index == 0 { format!("{}.md", card.stem) } else { format!("{}.{tag}.md", card.stem) };
        let other = state.cards.get(path.as_str()).filter(|other| other.path != card.path)?;
        Some((other.language, Place { title: other.title.clone(), url: other.url.clone() }))
    });
    found.collect()
}

/// Documents in other languages that show this one among their translations.
pub(crate) fn translation_paths(state: &State, card: &Card) -> Vec<Arc<str>> {
    let tags = state.grounds.languages.iter().enumerate();
    let path = |(index, tag): (usize, &String)| {
        if index == 0 { format!("{}.md", card.stem) } else { format!("{}.{tag}.md", card.stem) }
    };
    tags.map(path).filter(|path| **path != *card.path).map(Into::into).collect()
}
