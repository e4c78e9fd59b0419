//! Takes changes in: reads documents in parallel, then puts them into the next state one by one.

use crate::document::{Change, Document};
use crate::fault::Fault;
use crate::pictures::{Resized, Workshop};
use crate::sink::Texts;
use crate::site::{AssetCard, Card, Grounds, Read, State, Touched, is_document, read_document};
use bytes::Bytes;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Changes as they were read, those with faults among them.
#[derive(Default)]
pub(super) struct Taken {
    /// By path: the new card, or `None` for a document that is gone or a draft.
    pub cards: BTreeMap<Arc<str>, Option<Arc<Card>>>,
    pub texts: HashMap<Arc<str>, String>,
    pub asset_cards: BTreeMap<Arc<str>, Option<AssetCard>>,
    pub assets: BTreeMap<Arc<str>, Bytes>,
    pub pictures: Sizes,
    pub warnings: Vec<Fault>,
    pub faults: Vec<Fault>,
    /// Documents with faults of their own: not to be rendered, not even to look for more.
    pub broken: BTreeSet<Arc<str>>,
    /// Documents whose address is not known for certain.
    pub uncertain: Vec<Arc<str>>,
}

/// Smaller sizes of pictures, by the picture's path: where each goes, and its bytes.
pub(crate) type Sizes = BTreeMap<Arc<str>, Vec<(Arc<str>, Bytes)>>;

enum Wanted {
    Text(String),
    Found,
    Gone,
}

/// Reads all changes; of several for one path the last one counts.
pub(super) fn take(grounds: &Grounds, changes: Vec<Change>, texts: &dyn Texts) -> Taken {
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
    let mut taken = Taken::default();
    for one in read {
        taken.document(one);
    }
    let known = |path: &str| texts.picture(path);
    let shop = Workshop { widths: &grounds.widths, prefix: &grounds.prefix, known: &known };
    let assets: Vec<(String, Option<Bytes>)> = assets.into_iter().collect();
    let assets: Vec<_> = assets.into_par_iter().map(|(path, bytes)| read_asset(&shop, path, bytes)).collect();
    for one in assets {
        taken.asset(one);
    }
    taken
}

type OneAsset = (Arc<str>, Option<(Result<AssetCard, &'static str>, Bytes, Resized)>);

fn read_asset(shop: &Workshop<'_>, path: String, bytes: Option<Bytes>) -> OneAsset {
    let read = |bytes: Bytes| {
        let card = AssetCard::new(&path, &bytes, shop.prefix);
        // Nothing is made of what has no place.
        let resized = if card.is_ok() { shop.resize(&path, &bytes) } else { Resized::default() };
        (card, bytes, resized)
    };
    let read = bytes.map(read);
    (path.into(), read)
}

impl Taken {
    fn asset(&mut self, (path, read): OneAsset) {
        match read {
            None => drop(self.asset_cards.insert(path, None)),
            Some((Ok(mut card), bytes, resized)) => {
                self.warnings.extend(resized.warning);
                card.size = resized.size.or(card.size);
                if !resized.variants.is_empty() {
                    card.variants =
                        Some(resized.variants.iter().map(|(variant, _)| variant.clone()).collect());
                    let files = resized.variants.into_iter().map(|(variant, bytes)| (variant.out, bytes));
                    self.pictures.insert(path.clone(), files.collect());
                }
                self.asset_cards.insert(path.clone(), Some(card));
                self.assets.insert(path, bytes);
            }
            Some((Err(what), ..)) => self.faults.push(Fault::new(&*path, what, "Move or rename it.")),
        }
    }

    fn document(&mut self, (path, read, text, faults): OneRead) {
        if !faults.is_empty() {
            self.broken.insert(path.clone());
            self.faults.extend(faults);
        }
        match read {
            Read::Card { card, certain } => {
                if !certain {
                    self.uncertain.push(path.clone());
                }
                self.texts.extend(text.map(|text| (path.clone(), text)));
                self.cards.insert(path, Some(card));
            }
            Read::Draft => drop(self.cards.insert(path, None)),
            Read::Nothing => self.uncertain.push(path),
        }
    }
}

type OneRead = (Arc<str>, Read, Option<String>, Vec<Fault>);

fn read(grounds: &Grounds, path: String, wanted: Wanted, texts: &dyn Texts) -> OneRead {
    let file = || format!("content/{path}");
    let card = |text: &str| {
        if is_document(&path) {
            return read_document(&path, text, grounds, false);
        }
        let cure = "Name it .md, or hand it over as an asset.";
        (Read::Nothing, vec![Fault::new(file(), "is no Markdown document", cure)])
    };
    let (read, text, faults) = match wanted {
        Wanted::Gone => (Read::Draft, None, Vec::new()),
        Wanted::Text(text) => {
            let (read, faults) = card(&text);
            (read, Some(text), faults)
        }
        Wanted::Found => match texts.text(&path) {
            Ok(text) => {
                let (read, faults) = card(&text);
                (read, None, faults)
            }
            Err(error) => (Read::Nothing, None, vec![Fault::io(file(), &error)]),
        },
    };
    (path.into(), read, text, faults)
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
    let new: Vec<&Arc<Card>> = changed.iter().filter_map(|(_, new)| new.as_ref()).collect();
    next.insert_cards(&new, touched);
    touched.cards = changed;
}
