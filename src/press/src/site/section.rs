//! A section: a folder of `content/`, with or without an `_index.md`.

use super::card::Card;
use super::entry::{Entry, EntryKey};
use super::parted::Parted;
use super::read::{humanise, url};
use crate::front_matter::SortBy;
use std::ops::Bound;
use std::sync::Arc;

/// One in so many entries of a section begins a new listing page.
const LISTING_PART: u64 = 32;

#[derive(Clone)]
pub(crate) struct Section {
    pub node: Arc<str>,
    pub url: Arc<str>,
    /// Taken from the folder's name; the document's title goes before it.
    fallback_title: Arc<str>,
    pub language: u16,
    pub card: Option<Arc<Card>>,
    /// Where it stands while it has no document.
    weight: i64,
    pub entries: Parted<EntryKey, Entry>,
    pub sections: usize,
    pub pages: usize,
}

impl Section {
    pub(crate) fn new(node: &Arc<str>, prefix: &str, language: u16, fallback_title: Option<&str>) -> Section {
        let own = node.rsplit('/').next().unwrap_or_default();
        let fallback_title = fallback_title.map_or_else(|| humanise(own).into(), Into::into);
        Section {
            node: node.clone(),
            url: url(prefix, node),
            fallback_title,
            language,
            card: None,
            weight: i64::MAX,
            entries: Parted::new(LISTING_PART),
            sections: 0,
            pages: 0,
        }
    }

    /// As the owner has ordered it.
    pub(crate) fn weighing(mut self, weight: Option<i64>) -> Section {
        self.weight = weight.unwrap_or(self.weight);
        self
    }

    pub(crate) fn title(&self) -> &Arc<str> {
        self.card.as_ref().map_or(&self.fallback_title, |card| &card.title)
    }

    pub(crate) fn description(&self) -> Arc<str> {
        self.card.as_ref().map_or_else(|| "".into(), |card| card.description.clone())
    }

    pub(crate) fn sort_by(&self) -> SortBy {
        self.card.as_ref().map_or(SortBy::Weight, |card| card.sort_by)
    }

    /// Its own key among its parent's entries.
    pub(crate) fn key(&self) -> EntryKey {
        EntryKey::section(&self.node, self.card.as_ref().map_or(self.weight, |card| card.weight))
    }

    /// It has neither a document nor entries, so it is not there.
    pub(crate) fn is_empty(&self) -> bool {
        self.card.is_none() && self.sections + self.pages == 0
    }

    pub(crate) fn insert(&mut self, key: EntryKey, entry: Entry) {
        let is_page = key.is_page;
        if !self.entries.items().contains_key(&key) {
            if is_page { self.pages += 1 } else { self.sections += 1 }
        }
        self.entries.insert(key, entry);
    }

    pub(crate) fn remove(&mut self, key: &EntryKey) {
        if self.entries.items().contains_key(key) {
            if key.is_page { self.pages -= 1 } else { self.sections -= 1 }
        }
        self.entries.remove(key);
    }

    /// The entries of one kind near `center` (or the first ones): at most `width`, with the center in the middle where
    /// there is enough on both sides.
    pub(crate) fn window(
        &self,
        pages: bool,
        center: Option<&EntryKey>,
        width: usize,
    ) -> Vec<(&EntryKey, &Entry)> {
        let (low, high) = if pages {
            (Bound::Included(EntryKey::first_page()), Bound::Unbounded)
        } else {
            (Bound::Included(EntryKey::first_section()), Bound::Excluded(EntryKey::first_page()))
        };
        let items = self.entries.items();
        let Some(center) = center else {
            return items.range::<_, EntryKey>((low, high)).take(width).collect();
        };
        let mut before: Vec<_> = items
            .range::<_, EntryKey>((low.clone(), Bound::Excluded(center.clone())))
            .rev()
            .take(width - 1)
            .collect();
        let mut after: Vec<_> =
            items.range::<_, EntryKey>((Bound::Included(center.clone()), high)).take(width).collect();
        let half = width / 2;
        let take_after = after.len().min(width - before.len().min(half));
        before.truncate(width - take_after);
        after.truncate(take_after);
        before.reverse();
        before.append(&mut after);
        before
    }

    /// The pages before and after one in the section's order.
    pub(crate) fn neighbours(&self, key: &EntryKey) -> (Option<&Arc<Card>>, Option<&Arc<Card>>) {
        let items = self.entries.items();
        let before = items.range::<_, EntryKey>((Bound::Unbounded, Bound::Excluded(key))).next_back();
        let after = items.range::<_, EntryKey>((Bound::Excluded(key), Bound::Unbounded)).next();
        (before.and_then(page_of), after.and_then(page_of))
    }
}

fn page_of<'a>((_, entry): (&'a EntryKey, &'a Entry)) -> Option<&'a Arc<Card>> {
    match entry {
        Entry::Page(card) => Some(card),
        Entry::Section => None,
    }
}
