//! The state of a site and how a document or asset goes into it and comes out again.

use super::asset::AssetCard;
use super::card::Card;
use super::claims::{Claims, Owner, html_file};
use super::entry::{Entry, EntryKey};
use super::links::{path_key, target_key};
use super::parted::Parted;
use super::read::Grounds;
use super::section::Section;
use crate::fault::Fault;
use crate::front_matter::SortBy;
use crate::units::{Done, Unit};
use imbl::{HashMap, OrdMap, OrdSet};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One page in so many begins a new part of the search index and of llms-full.txt. Small, because one edit reads all
/// texts of its part again.
const TEXT_PART: u64 = 64;
/// One address in so many begins a new part of the sitemap: parts stay far below the 50,000 that sitemaps.org allows.
const SITEMAP_PART: u64 = 1024;

/// A place in the feed: language, date (newest first), node.
pub(crate) type Recent = (u16, Arc<str>, Arc<str>);

#[derive(Clone)]
pub(crate) struct State {
    pub grounds: Arc<Grounds>,
    /// Titles of the roots, by language.
    pub root_titles: Arc<[Arc<str>]>,
    /// Documents by path and by node. Hashed, because every link looks here: in a site of 100,000 pages a search by halves
    /// through strings all over memory took a third of the build.
    pub cards: HashMap<Arc<str>, Arc<Card>>,
    pub nodes: HashMap<Arc<str>, Arc<Card>>,
    pub sections: OrdMap<Arc<str>, Section>,
    /// `tags` and `tags/NAME` of each language, as sections of pages.
    pub tags: OrdMap<Arc<str>, Section>,
    /// Documents by node, for what repeats their texts.
    pub texts: Parted<Arc<str>, Arc<Card>>,
    /// All addresses for the sitemap, with their last date.
    pub addresses: Parted<Arc<str>, Option<Arc<str>>>,
    pub recent: OrdMap<Recent, Arc<Card>>,
    /// Link key and the document that links there.
    pub backlinks: OrdSet<(Arc<str>, Arc<str>)>,
    pub assets: OrdMap<Arc<str>, AssetCard>,
    pub claims: Claims,
    pub done: OrdMap<Unit, Arc<Done>>,
    /// Link keys that templates asked for. A layout's logo stands on nearly every page, so it is not kept who asked: when
    /// one of these changes, everything is rendered again.
    pub asked: OrdSet<Arc<str>>,
}

/// The card of a document before and after a change.
pub(crate) type Replaced = (Option<Arc<Card>>, Option<Arc<Card>>);

/// What changes have touched, for the plan to look at.
#[derive(Default)]
pub(crate) struct Touched {
    /// Old and new card of each changed document.
    pub cards: Vec<Replaced>,
    /// Sections that came, went or changed their title, place or order.
    pub sections: BTreeSet<Arc<str>>,
    /// Entries that came, went or changed in what lists show, by section.
    pub entries: BTreeSet<(Arc<str>, EntryKey)>,
    /// The same for tags.
    pub tag_entries: BTreeSet<(Arc<str>, EntryKey)>,
    /// Places that links may point at and that came, went or moved.
    pub keys: BTreeSet<Arc<str>>,
    pub assets: BTreeSet<Arc<str>>,
    /// Addresses in the sitemap.
    pub addresses: BTreeSet<Arc<str>>,
    pub faults: Vec<Fault>,
}

impl State {
    pub(crate) fn new(grounds: Grounds, root_titles: Vec<Arc<str>>) -> State {
        let mut state = State {
            grounds: Arc::new(grounds),
            root_titles: root_titles.into(),
            cards: HashMap::new(),
            nodes: HashMap::new(),
            sections: OrdMap::new(),
            tags: OrdMap::new(),
            texts: Parted::new(TEXT_PART),
            addresses: Parted::new(SITEMAP_PART),
            recent: OrdMap::new(),
            backlinks: OrdSet::new(),
            assets: OrdMap::new(),
            claims: Claims::default(),
            done: OrdMap::new(),
            asked: OrdSet::new(),
        };
        // The home page is there even before the first document.
        state.open_section(&"".into(), 0, &mut Touched::default());
        state
    }

    /// The dated pages of a language, newest first.
    pub(crate) fn newest(&self, language: u16) -> impl Iterator<Item = &Arc<Card>> {
        let from = (language, Arc::from(""), Arc::from(""));
        self.recent.range(from..).take_while(move |((of, ..), _)| *of == language).map(|(_, card)| card)
    }

    /// Takes a document out of every index.
    pub(crate) fn remove_card(&mut self, card: &Arc<Card>, touched: &mut Touched) {
        self.cards.remove(&card.path);
        self.nodes.remove(&card.node);
        self.texts.remove(&card.node);
        self.claim_card(card, false, touched);
        for link in &card.links {
            self.backlinks.remove(&(target_key(&link.destination, &card.path), card.path.clone()));
        }
        self.touch_keys(card, touched);
        if card.is_section {
            self.set_section_card(card, None, touched);
            return;
        }
        let sort_by = self.sections.get(&card.section).map_or(SortBy::Weight, Section::sort_by);
        let key = EntryKey::page(card, sort_by);
        self.remove_entry(&card.section, &key, touched);
        self.remove_address(&card.node, touched);
        self.recent.remove(&recent_key(card));
        self.tag_card(card, false, touched);
    }

    /// Puts documents into every index. A first build of a large site spends seconds here, so the two halves go side by side.
    pub(crate) fn insert_cards(&mut self, cards: &[&Arc<Card>], touched: &mut Touched) {
        let mut backlinks = std::mem::take(&mut self.backlinks);
        let watch = || insert_backlinks(&mut backlinks, cards);
        rayon::join(watch, || cards.iter().for_each(|card| self.insert_card(card, touched)));
        self.backlinks = backlinks;
    }

    /// Puts a document into every index but the backlinks.
    fn insert_card(&mut self, card: &Arc<Card>, touched: &mut Touched) {
        self.cards.insert(card.path.clone(), card.clone());
        self.nodes.insert(card.node.clone(), card.clone());
        self.texts.insert(card.node.clone(), card.clone());
        self.claim_card(card, true, touched);
        self.touch_keys(card, touched);
        if card.is_section {
            self.set_section_card(card, Some(card), touched);
            return;
        }
        self.open_section(&card.section, card.language, touched);
        let sort_by = self.sections.get(&card.section).map_or(SortBy::Weight, Section::sort_by);
        self.insert_entry(&card.section, EntryKey::page(card, sort_by), Entry::Page(card.clone()), touched);
        self.insert_address(&card.node, card.last_date().cloned(), touched);
        if card.date.is_some() {
            self.recent.insert(recent_key(card), card.clone());
        }
        self.tag_card(card, true, touched);
    }

    fn touch_keys(&self, card: &Card, touched: &mut Touched) {
        touched.keys.insert(format!("d:{}", card.path).into());
        touched.keys.insert(path_key(&card.node));
        touched.keys.insert(path_key(&super::claims::mirror_file(&card.node)));
        touched.keys.extend(card.aliases.iter().map(|alias| path_key(alias)));
    }

    /// Pages claim their files here; the files of a section are claimed when it opens.
    fn claim_card(&mut self, card: &Arc<Card>, take: bool, touched: &mut Touched) {
        let own = Owner::Document(card.path.clone());
        let alias = Owner::Alias(card.path.clone());
        let pages = [html_file(&card.node), super::claims::mirror_file(&card.node)];
        let pages = pages.into_iter().filter(|_| !card.is_section).map(|file| (file, &own));
        let aliases = card.aliases.iter().map(|node| (alias_file(node), &alias));
        for (file, owner) in pages.chain(aliases) {
            let known = touched.faults.len();
            self.claim(&file, owner, take, touched);
            if let Some(fault) = touched.faults.get_mut(known) {
                // The file is the document's own, also where one of its aliases is refused.
                fault.file = format!("content/{}", card.path);
                fault.line = (card.slug_line > 0).then_some(card.slug_line);
                // One word is enough: the mirror wants the same place.
                return;
            }
        }
    }

    /// Takes or gives back a file. A conflict is a fault that names both owners.
    pub(crate) fn claim(&mut self, file: &Arc<str>, owner: &Owner, take: bool, touched: &mut Touched) {
        if !take {
            self.claims.release(file, owner);
        } else if let Err(other) = self.claims.take(file, owner.clone()) {
            let address = file.strip_suffix("index.html").unwrap_or(file);
            let what = format!("wants the address /{address}, which {} has already", other.describe());
            touched.faults.push(Fault::new(owner.describe(), what, "Give one of them another slug or name."));
        }
    }

    /// Puts an asset in or takes it out (`None`).
    pub(crate) fn set_asset(&mut self, path: &Arc<str>, asset: Option<AssetCard>, touched: &mut Touched) {
        let owner = Owner::Asset(path.clone());
        touched.assets.insert(path.clone());
        touched.keys.insert(path_key(path));
        if let Some(old) = self.assets.remove(path) {
            touched.keys.insert(path_key(&old.out));
            self.claim(&old.out, &owner, false, touched);
        }
        if let Some(asset) = asset {
            touched.keys.insert(path_key(&asset.out));
            self.claim(&asset.out, &owner, true, touched);
            self.assets.insert(path.clone(), asset);
        }
    }
}

/// The file of an alias: a page of its own, unless it already names a file.
pub(crate) fn alias_file(node: &str) -> Arc<str> {
    if node.ends_with(".html") || node.ends_with(".htm") { node.into() } else { html_file(node) }
}

fn recent_key(card: &Card) -> Recent {
    (card.language, EntryKey::page(card, SortBy::Date).by, card.node.clone())
}

/// Notes who links where, for many documents at once: sorted first, because a first build of a large site puts in a
/// million of them, and in random order each would search through cold memory.
fn insert_backlinks(backlinks: &mut OrdSet<(Arc<str>, Arc<str>)>, cards: &[&Arc<Card>]) {
    let links = |card: &&Arc<Card>| {
        let card = (*card).clone();
        let keys: Vec<_> = card.links.iter().map(|link| target_key(&link.destination, &card.path)).collect();
        keys.into_iter().map(move |key| (key, card.path.clone()))
    };
    let mut pairs: Vec<(Arc<str>, Arc<str>)> = cards.par_iter().flat_map_iter(links).collect();
    pairs.par_sort_unstable();
    let mut last: Option<Arc<str>> = None;
    for (key, path) in pairs {
        // Links to one place share one key.
        let key = last.filter(|last| *last == key).unwrap_or(key);
        last = Some(key.clone());
        backlinks.insert((key, path));
    }
}
