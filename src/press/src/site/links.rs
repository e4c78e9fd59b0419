//! Where links lead, and who has to be asked again when a place comes or goes.

use super::asset::AssetCard;
use super::card::Card;
use super::claims::mirror_file;
use super::state::State;
use crate::markdown::{Target, classify};
use crate::pictures::Variant;
use crate::slug::encode_path;
use crate::suggest;
use std::borrow::Cow;
use std::sync::Arc;

/// The key under which a place of the finished site is watched: its path without `index.html`.
pub(crate) fn path_key(path: &str) -> Arc<str> {
    let path = path.strip_suffix("index.html").unwrap_or(path).trim_matches('/');
    format!("p:{path}").into()
}

/// The key that a link watches.
pub(crate) fn target_key(destination: &str, document: &str) -> Arc<str> {
    match classify(destination, document) {
        Target::Document { path, .. } => format!("d:{path}").into(),
        Target::Path { path, .. } => path_key(&path),
        Target::Anchor(_) | Target::External | Target::Forbidden => "".into(),
    }
}

/// What a link leads to. It borrows: popular places are looked at by all threads, and to count who holds them would make
/// these wait for each other.
#[derive(Clone)]
pub(crate) struct Found<'a> {
    /// Without fragment.
    pub url: Cow<'a, str>,
    /// The document there, if there is one: its anchors can be checked.
    pub card: Option<&'a Card>,
    pub size: Option<(u32, u32)>,
    /// Smaller sizes of a picture.
    pub variants: Option<&'a Arc<[Variant]>>,
}

impl<'a> Found<'a> {
    /// An asset of the site.
    pub(crate) fn asset(card: &'a AssetCard) -> Found<'a> {
        let url = Cow::Borrowed(&*card.url);
        Found { url, card: None, size: card.size, variants: card.variants.as_ref() }
    }

    fn page(card: &'a Card) -> Found<'a> {
        Found { card: Some(card), ..Found::place(&*card.url) }
    }

    /// Something of which only the place is known.
    pub(crate) fn place(url: impl Into<Cow<'a, str>>) -> Found<'a> {
        Found { url: url.into(), card: None, size: None, variants: None }
    }
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    Place,
    Anchor,
}

/// Follows a link as far as its page or file; fragments are judged by [`Found::judge`].
pub(crate) fn find<'a>(state: &'a State, target: &Target<'_>) -> Option<Found<'a>> {
    match target {
        Target::Document { path, .. } => Some(Found::page(state.cards.get(path.as_str())?)),
        Target::Path { path, .. } => find_path(state, path),
        Target::Anchor(_) | Target::External | Target::Forbidden => None,
    }
}

fn find_path<'a>(state: &'a State, path: &str) -> Option<Found<'a>> {
    let node = path.strip_suffix("index.html").unwrap_or(path).trim_matches('/');
    if let Some(card) = state.nodes.get(node) {
        return Some(Found::page(card));
    }
    if let Some(section) = state.sections.get(node).or_else(|| state.tags.get(node)) {
        return Some(Found::place(&*section.url));
    }
    let asset = |key: String| state.assets.get(key.as_str());
    let beside = || {
        state.claims.owner(path).and_then(|owner| match owner {
            super::Owner::Asset(path) => state.assets.get(path),
            _ => None,
        })
    };
    let found = asset(format!("static/{path}"))
        .or_else(|| path.starts_with("assets/").then(|| asset(path.to_owned())).flatten());
    if let Some(asset) = found.or_else(|| asset(format!("content/{path}"))).or_else(beside) {
        return Some(Found::asset(asset));
    }
    let file = [path.to_owned(), format!("{node}/index.html")]
        .into_iter()
        .find(|file| state.claims.owner(file).is_some())?;
    let slash = if file.ends_with("index.html") && !path.ends_with("index.html") { "/" } else { "" };
    Some(Found::place(format!("{}/{}{slash}", state.grounds.prefix, encode_path(path))))
}

impl Found<'_> {
    /// Does the fragment name a place there? What is no document cannot be judged.
    pub(crate) fn judge(&self, fragment: &str) -> Result<(), Lost> {
        let known = fragment.is_empty() || self.card.is_none_or(|card| card.has_anchor(fragment));
        if known { Ok(()) } else { Err(Lost::Anchor) }
    }
}

/// "Did you mean …?" for a link that goes nowhere. Looks at every document: only for faults, and not for many of them.
pub(crate) fn nearest(state: &State, card: &Card, target: &Target<'_>) -> String {
    let said =
        |found: Option<String>| found.map_or_else(String::new, |found| format!("Did you mean {found}?"));
    match target {
        Target::Document { path, .. } => {
            // Nobody means the page on which the link stands.
            let others = || state.cards.keys().map(|known| &**known).filter(|known| **known != *card.path);
            let near = suggest::nearest(path, others());
            // A file that was moved keeps its name more often than its folder.
            let name = path.rsplit('/').next().unwrap_or(path);
            let moved = || others().filter(|known| known.rsplit('/').next() == Some(name)).min();
            said(near.or_else(moved).map(|found| format!("@/{found}")))
        }
        Target::Path { path, .. } => {
            let nodes = state.nodes.keys().chain(state.sections.keys()).map(|known| &**known);
            if let Some(found) = suggest::nearest(path, nodes) {
                return said(Some(format!("/{found}/")));
            }
            said(
                suggest::nearest(path, state.claims.files().map(|known| &**known))
                    .map(|found| format!("/{found}")),
            )
        }
        Target::Anchor(_) | Target::External | Target::Forbidden => String::new(),
    }
}

/// The Markdown mirror of a document as a URL.
pub(crate) fn mirror_url(state: &State, node: &str) -> String {
    format!("{}/{}", state.grounds.prefix, encode_path(&mirror_file(node)))
}
