//! The print of a unit: a number of everything that it is made from. Equal print, equal files.

use crate::markdown::classify;
use crate::site::{
    Card, Listing, State, Surroundings, find, listing, listing_of_tags, surroundings_of_page,
    surroundings_of_section,
};
use crate::units::Unit;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The print of a unit in a state; `None` if there is no such unit there. Units that are made on every render (they are
/// few and small) have no print of their own.
pub(crate) fn print(state: &State, unit: &Unit) -> Option<u64> {
    match unit {
        Unit::Page(path) => {
            let card = state.cards.get(path).filter(|card| !card.is_section)?;
            Some(page(state, card, &surroundings_of_page(state, card)))
        }
        Unit::Section(node, part) => {
            let section =
                state.sections.get(node).filter(|section| section.entries.has_part(part.as_ref()))?;
            let around = surroundings_of_section(state, node, section.language, part.is_none());
            let card = section.card.as_deref();
            Some(listed(state, card, &around, &listing(state, section, part.as_ref()), section.title()))
        }
        Unit::Tag(node, part) => {
            let tag = state.tags.get(node).filter(|tag| tag.entries.has_part(part.as_ref()))?;
            let around = surroundings_of_section(state, node, tag.language, false);
            Some(listed(
                state,
                None,
                &around,
                &listing_of_tags(state, tag, part.as_ref()),
                &state.tag_title(tag),
            ))
        }
        Unit::Text(part) => state.texts.has_part(part.as_ref()).then(|| text(state, part.as_ref())),
        Unit::Sitemap(part) => state.addresses.has_part(part.as_ref()).then(|| sitemap(state, part.as_ref())),
        Unit::Asset(path) => {
            let asset = state.assets.get(path)?;
            let mut hasher = DefaultHasher::new();
            (&asset.hash, &asset.out, &asset.variants).hash(&mut hasher);
            Some(hasher.finish())
        }
        _ => Some(0),
    }
}

/// Of a page with its surroundings.
pub(crate) fn page(state: &State, card: &Card, around: &Surroundings) -> u64 {
    let mut hasher = DefaultHasher::new();
    around.hash(&mut hasher);
    own(state, card, &mut hasher);
    hasher.finish()
}

/// Of a part of a listing.
pub(crate) fn listed(
    state: &State,
    card: Option<&Card>,
    around: &Surroundings,
    listing: &Listing,
    title: &str,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    (title, around, listing).hash(&mut hasher);
    if let Some(card) = card {
        (&card.description, &card.authors, &card.date, &card.updated).hash(&mut hasher);
        if listing.is_first {
            own(state, card, &mut hasher);
        }
    }
    hasher.finish()
}

/// Of a part of the search index.
pub(crate) fn text(state: &State, part: Option<&std::sync::Arc<str>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.texts.is_whole().hash(&mut hasher);
    for (_, card) in state.texts.part(part) {
        own(state, card, &mut hasher);
    }
    hasher.finish()
}

/// Of a part of the sitemap.
pub(crate) fn sitemap(state: &State, part: Option<&std::sync::Arc<str>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.addresses.is_whole().hash(&mut hasher);
    for entry in state.addresses.part(part) {
        entry.hash(&mut hasher);
    }
    hasher.finish()
}

/// The document's text and where its links lead.
fn own(state: &State, card: &Card, hasher: &mut DefaultHasher) {
    (card.text_hash, &card.url).hash(hasher);
    for link in &card.links {
        if let Some(found) = find(state, &classify(&link.destination, &card.path)) {
            (&found.url, found.size, &found.variants).hash(hasher);
        }
    }
}
