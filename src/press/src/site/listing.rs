//! A part of a listing: what one page of a section or tag shows.

use super::card::Card;
use super::entry::{Entry, EntryKey};
use super::parted::part_name;
use super::section::Section;
use super::state::State;
use super::surroundings::Place;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// So many of the newest pages stand on a home page.
const NEWEST: usize = 8;

/// A subsection as a list shows it.
#[derive(Hash)]
pub(crate) struct ListedSection {
    pub place: Place,
    pub description: Arc<str>,
    pub count: usize,
}

/// One page of a listing.
#[derive(Default)]
pub(crate) struct Listing {
    pub sections: Vec<ListedSection>,
    pub pages: Vec<Arc<Card>>,
    /// On a home page: the newest pages of its language.
    pub newest: Vec<Arc<Card>>,
    pub prev_url: Option<String>,
    pub next_url: Option<String>,
    pub is_first: bool,
    pub is_only: bool,
}

/// Only what lists show: a page whose body alone changed leaves its lists as they are.
impl Hash for Listing {
    fn hash<H: Hasher>(&self, into: &mut H) {
        self.sections.hash(into);
        for card in self.pages.iter().chain(&self.newest) {
            (&card.title, &card.url, &card.description, &card.date, &card.updated).hash(into);
            (card.reading_time(), card.kind, card.tags.len()).hash(into);
            card.tags.iter().for_each(|tag| (&tag.name, &tag.slug).hash(into));
        }
        (self.pages.len(), &self.prev_url, &self.next_url, self.is_first, self.is_only).hash(into);
    }
}

/// The part of a section that begins at a border (`None`: the first).
pub(crate) fn listing(state: &State, section: &Section, part: Option<&EntryKey>) -> Listing {
    let subsection = |node: &Arc<str>| {
        let section = state.sections.get(node)?;
        let place = Place { title: section.title().clone(), url: section.url.clone() };
        Some(ListedSection { place, description: section.description(), count: section.pages })
    };
    let mut listing = collect(section, part, subsection);
    if part.is_none() && section.node == state.root(section.language) {
        listing.newest = state.newest(section.language).take(NEWEST).cloned().collect();
    }
    listing
}

/// The same of a tag or of the list of tags.
pub(crate) fn listing_of_tags(state: &State, section: &Section, part: Option<&EntryKey>) -> Listing {
    let tag = |node: &Arc<str>| {
        let tag = state.tags.get(node)?;
        let place = Place { title: state.tag_title(tag), url: tag.url.clone() };
        Some(ListedSection { place, description: "".into(), count: tag.pages })
    };
    collect(section, part, tag)
}

fn collect(
    section: &Section,
    part: Option<&EntryKey>,
    subsection: impl Fn(&Arc<str>) -> Option<ListedSection>,
) -> Listing {
    let entries = &section.entries;
    let mut listing = Listing { is_first: part.is_none(), is_only: entries.is_whole(), ..Listing::default() };
    for (key, entry) in entries.part(part) {
        match entry {
            Entry::Page(card) => listing.pages.push(card.clone()),
            Entry::Section => listing.sections.extend(subsection(&key.node)),
        }
    }
    listing.prev_url = part.map(|border| part_url(section, entries.before(border).as_ref()));
    listing.next_url = entries.after(part).map(|border| part_url(section, Some(&border)));
    listing
}

/// URL path of a part; the first one has the section's own.
pub(crate) fn part_url(section: &Section, part: Option<&EntryKey>) -> String {
    match part {
        None => section.url.to_string(),
        Some(border) => format!("{}_part/{}/", section.url, part_name(&border.node)),
    }
}
