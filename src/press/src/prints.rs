//! The print of a unit: a number of everything that it is made from. Equal print, equal files.

use crate::site::{
    Card, Followed, Listing, State, Surroundings, listing, listing_of_tags, surroundings_of_page,
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
            Some(page(of_document(state, card), &surroundings_of_page(state, card)))
        }
        Unit::Section(node, part) => {
            let section =
                state.sections.get(node).filter(|section| section.entries.has_part(part.as_ref()))?;
            let around = surroundings_of_section(state, node, section.language, part.is_none());
            let card = section.card.as_deref();
            let document = card.filter(|_| part.is_none()).map(|card| of_document(state, card));
            let listing = listing(state, section, part.as_ref());
            Some(listed(card, document, &around, &listing, section.title()))
        }
        Unit::Tag(node, part) => {
            let tag = state.tags.get(node).filter(|tag| tag.entries.has_part(part.as_ref()))?;
            let around = surroundings_of_section(state, node, tag.language, false);
            let listing = listing_of_tags(state, tag, part.as_ref());
            Some(listed(None, None, &around, &listing, &state.tag_title(tag)))
        }
        Unit::Text(part) => state.texts.has_part(part.as_ref()).then(|| {
            let cards = state.texts.part(part.as_ref()).map(|(_, card)| card);
            text(state, cards.map(|card| of_document(state, card)))
        }),
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

/// Of a document by itself: its text and where its links lead.
pub(crate) fn document(card: &Card, links: &Followed<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (card.text_hash, &card.url).hash(&mut hasher);
    for found in links.found() {
        (&found.url, found.size, &found.variants).hash(&mut hasher);
    }
    hasher.finish()
}

fn of_document(state: &State, card: &Card) -> u64 {
    document(card, &Followed::new(state, card))
}

/// Of a page, from its document's print, with its surroundings.
pub(crate) fn page(document: u64, around: &Surroundings) -> u64 {
    let mut hasher = DefaultHasher::new();
    (document, around).hash(&mut hasher);
    hasher.finish()
}

/// Of a part of a listing; only the first shows the section's document.
pub(crate) fn listed(
    card: Option<&Card>,
    document: Option<u64>,
    around: &Surroundings,
    listing: &Listing,
    title: &str,
) -> u64 {
    let mut hasher = DefaultHasher::new();
    (title, around, listing, document).hash(&mut hasher);
    if let Some(card) = card {
        (&card.description, &card.authors, &card.date, &card.updated).hash(&mut hasher);
    }
    hasher.finish()
}

/// Of a part of the search index, from its documents' prints.
pub(crate) fn text(state: &State, documents: impl Iterator<Item = u64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.texts.is_whole().hash(&mut hasher);
    documents.for_each(|document| document.hash(&mut hasher));
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
