//! Every internal link leads somewhere, or it is a fault that names page, line, link and the nearest match.

use super::candidates::moved;
use crate::fault::Fault;
use crate::markdown::{Link, Target, classify};
use crate::site::{Card, Lost, State, Touched, find, nearest, place};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many faults come with a suggestion; each one costs a look at all pages.
const SUGGESTIONS: usize = 30;

/// Checks the links of changed documents, and those of others whose targets went, moved or lost an anchor. Of documents
/// whose address is uncertain nobody can say that a link does not lead to them.
pub(super) fn check(old: &State, next: &State, touched: &Touched, uncertain: &[Arc<str>]) -> Vec<Fault> {
    let mut documents: BTreeMap<&Arc<str>, &Arc<Card>> = BTreeMap::new();
    documents.extend(touched.cards.iter().filter_map(|(_, new)| new.as_ref()).map(|card| (&card.path, card)));
    let first_build = old.cards.is_empty();
    if !first_build {
        let lost_anchor =
            |card: &Card| next.cards.get(&card.path).is_some_and(|new| new.anchors != card.anchors);
        let changed_anchors =
            touched.cards.iter().filter_map(|(old, _)| old.as_ref()).filter(|card| lost_anchor(card));
        let anchor_keys: Vec<Arc<str>> = changed_anchors
            .flat_map(|card| [format!("d:{}", card.path).into(), crate::site::path_key(&card.node)])
            .collect();
        let keys = touched.keys.iter().filter(|key| moved(old, next, key)).chain(&anchor_keys);
        for key in keys {
            documents.extend(linking(next, key).filter_map(|path| next.cards.get_key_value(path)));
        }
    }
    let cards: Vec<&Arc<Card>> = documents.into_values().collect();
    let lost: Vec<(&Arc<Card>, &Link, Lost)> =
        cards.par_iter().flat_map_iter(|card| lost_links(next, card)).collect();
    let meant = Uncertain::new(next, uncertain);
    let lost: Vec<_> =
        lost.into_iter().filter(|(card, link, lost)| !meant.may_be(card, link, *lost)).collect();
    let faults = lost
        .iter()
        .enumerate()
        .map(|(index, (card, link, lost))| fault(next, card, link, *lost, index < SUGGESTIONS));
    faults.collect()
}

/// Documents that are there but could not be read to the end.
struct Uncertain<'a> {
    documents: &'a [Arc<str>],
    /// The folders that they lie in, as nodes: a slug changes the last segment alone.
    folders: BTreeSet<String>,
}

impl Uncertain<'_> {
    fn new<'a>(state: &State, documents: &'a [Arc<str>]) -> Uncertain<'a> {
        let folder = |path: &Arc<str>| place(path, &state.grounds.languages).ok().map(|placed| placed.folder);
        Uncertain { documents, folders: documents.iter().filter_map(folder).collect() }
    }

    fn may_be(&self, card: &Card, link: &Link, lost: Lost) -> bool {
        if self.documents.is_empty() || lost == Lost::Anchor {
            return false;
        }
        match classify(&link.destination, &card.path) {
            Target::Document { path, .. } => self.documents.iter().any(|document| **document == *path),
            Target::Path { path, .. } => {
                let node = path.strip_suffix(".md").unwrap_or(&path);
                self.folders.contains(node)
                    || self.folders.contains(node.rsplit_once('/').map_or("", |(folder, _)| folder))
            }
            _ => false,
        }
    }
}

/// Documents that watch a key.
pub(super) fn linking<'a>(state: &'a State, key: &Arc<str>) -> impl Iterator<Item = &'a Arc<str>> {
    let key = key.clone();
    state
        .backlinks
        .range((key.clone(), "".into())..)
        .take_while(move |(watched, _)| *watched == key)
        .map(|(_, path)| path)
}

fn lost_links<'a>(state: &State, card: &'a Arc<Card>) -> Vec<(&'a Arc<Card>, &'a Link, Lost)> {
    let lost = |link: &'a Link| match classify(&link.destination, &card.path) {
        Target::Anchor(fragment) => {
            let known = fragment.is_empty() || fragment == "top" || card.has_anchor(fragment);
            if known { None } else { Some(Lost::Anchor) }
        }
        target => match find(state, &target) {
            None => Some(Lost::Place),
            Some(found) => match target {
                Target::Document { fragment, .. } | Target::Path { fragment, .. } => {
                    found.judge(fragment).err()
                }
                _ => None,
            },
        },
    };
    card.links.iter().filter_map(|link| lost(link).map(|lost| (card, link, lost))).collect()
}

fn fault(state: &State, card: &Card, link: &Link, lost: Lost, suggest: bool) -> Fault {
    let target = classify(&link.destination, &card.path);
    let (what, cure) = match lost {
        Lost::Place => {
            let cure = if suggest { nearest(state, card, &target) } else { String::new() };
            (format!("link to {} goes nowhere", link.destination), cure)
        }
        Lost::Anchor => {
            let fragment = link.destination.rsplit_once('#').map_or("", |(_, fragment)| fragment);
            let there = find(state, &target).and_then(|found| found.card);
            let anchors = there.map_or(&*card.anchors, |card| &card.anchors);
            let near = crate::suggest::nearest(fragment, anchors.split('\n'));
            let cure = near.map_or_else(String::new, |near| format!("Did you mean #{near}?"));
            (format!("link to {} names a heading that is not there", link.destination), cure)
        }
    };
    Fault::new(format!("content/{}", card.path), what, cure).at(link.line)
}
