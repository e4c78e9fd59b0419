//! Takes changes in: reads documents in parallel, then puts them into the next state one by one.

use crate::document::{Change, Document};
use crate::fault::Fault;
use crate::sink::Texts;
use crate::site::{AssetCard, Card, Grounds, Read, State, Touched, is_document, read_document};
use bytes::Bytes;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Changes, read and without faults of their own.
pub(super) struct Taken {
    /// By path: the new card, or `None` for a document that is gone or a draft.
    pub cards: BTreeMap<Arc<str>, Option<Arc<Card>>>,
    pub texts: HashMap<Arc<str>, String>,
    pub asset_cards: BTreeMap<Arc<str>, Option<AssetCard>>,
    pub assets: BTreeMap<Arc<str>, Bytes>,
}

enum Wanted {
    Text(String),
    Found,
    Gone,
}

/// Reads all changes; of several for one path the last one counts.
pub(super) fn take(grounds: &Grounds, changes: Vec<Change>, texts: &dyn Texts) -> Result<Taken, Vec<Fault>> {
    let mut documents: BTreeMap<String, Wanted> = BTreeMap::new();
    let mut assets: BTreeMap<String, Option<Bytes>> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Put(Document { path, text }) => drop(documents.insert(path, Wanted::Text(text))),
            Change::Found(path) => drop(documents.insert(path, Wanted::Found)),
            Change::Remove(path) => drop(documents.insert(path, Wanted::Gone)),
            Change::PutAsset(asset) => drop(assets.insert(asset.path, Some(asset.bytes))),
            Change::RemoveAsset(path) => drop(assets.insert(path, None)),
        }
    }
    let documents: Vec<(String, Wanted)> = documents.into_iter().collect();
    let read: Vec<_> =
        documents.into_par_iter().map(|(path, wanted)| read(grounds, path, wanted, texts)).collect();
    let mut taken = Taken {
        cards: BTreeMap::new(),
        texts: HashMap::new(),
        asset_cards: BTreeMap::new(),
        assets: BTreeMap::new(),
    };
    let mut faults = Vec::new();
    for result in read {
        match result {
            Ok((path, card, text)) => {
                if let (Some(text), Some(_)) = (text, &card) {
                    taken.texts.insert(path.clone(), text);
                }
                taken.cards.insert(path, card);
            }
            Err(more) => faults.extend(more),
        }
    }
    for (path, bytes) in assets {
        match bytes.map(|bytes| (AssetCard::new(&path, &bytes, &grounds.prefix), bytes)) {
            None => drop(taken.asset_cards.insert(path.into(), None)),
            Some((Ok(card), bytes)) => {
                let path: Arc<str> = path.into();
                taken.asset_cards.insert(path.clone(), Some(card));
                taken.assets.insert(path, bytes);
            }
            Some((Err(what), _)) => faults.push(Fault::new(path, what, "")),
        }
    }
    faults.sort();
    if faults.is_empty() { Ok(taken) } else { Err(faults) }
}

type OneRead = (Arc<str>, Option<Arc<Card>>, Option<String>);

fn read(grounds: &Grounds, path: String, wanted: Wanted, texts: &dyn Texts) -> Result<OneRead, Vec<Fault>> {
    let file = || format!("content/{path}");
    let card = |text: &str| -> Result<Option<Arc<Card>>, Vec<Fault>> {
        if !is_document(&path) {
            return Err(vec![Fault::new(
                file(),
                "is no Markdown document",
                "Name it .md, or hand it over as an asset.",
            )]);
        }
        Ok(match read_document(&path, text, grounds, false)? {
            Read::Card(card) => Some(card),
            Read::Draft => None,
        })
    };
    Ok(match wanted {
        Wanted::Gone => (path.into(), None, None),
        Wanted::Text(text) => (path.as_str().into(), card(&text)?, Some(text)),
        Wanted::Found => {
            let text = texts.text(&path).map_err(|error| vec![Fault::io(file(), &error)])?;
            (path.as_str().into(), card(&text)?, None)
        }
    })
}

/// Puts what was read into the state.
pub(super) fn apply(next: &mut State, taken: &Taken, touched: &mut Touched) {
    let mut changed = Vec::new();
    for (path, card) in &taken.cards {
        let old = next.cards.get(path).cloned();
        if old.as_ref().map(|old| old.text_hash) != card.as_ref().map(|new| new.text_hash) {
            changed.push((old, card.clone()));
        }
    }
    // Everything old goes before anything new comes: two pages can change places.
    for card in changed.iter().filter_map(|(old, _)| old.as_ref()) {
        next.remove_card(card, touched);
    }
    for path in taken.asset_cards.keys() {
        if taken.asset_cards.get(path) != Some(&next.assets.get(path).cloned()) {
            next.set_asset(path, None, touched);
        }
    }
    for (path, card) in &taken.asset_cards {
        if let Some(card) = card.as_ref().filter(|_| !next.assets.contains_key(path)) {
            next.set_asset(path, Some(card.clone()), touched);
        }
    }
    for card in changed.iter().filter_map(|(_, new)| new.as_ref()) {
        next.insert_card(card, touched);
    }
    let new: Vec<&Arc<Card>> = changed.iter().filter_map(|(_, new)| new.as_ref()).collect();
    next.insert_backlinks(&new);
    touched.cards = changed;
}
