//! Which units a change can have touched: few, however large the site. Each one's print then tells whether it did.

use super::check_links::linking;
use crate::markdown::{Target, classify};
use crate::site::{Card, EntryKey, Section, State, Touched, WINDOW, about, find, translation_paths};
use crate::units::Unit;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

/// Units that are few and small, made on every render and written only if their bytes changed.
pub(super) fn always(state: &State) -> Vec<Unit> {
    let mut units = vec![Unit::SitemapIndex, Unit::TextIndex, Unit::Llms, Unit::NotFound, Unit::Robots];
    for language in 0..u16::try_from(state.grounds.languages.len()).unwrap_or(1) {
        if state.sections.contains_key(&state.root(language)) {
            // The home page shows the newest pages of all; its print tells whether they are others now.
            units.extend([
                Unit::Feed(language),
                Unit::Search(language),
                Unit::Section(state.root(language), None),
            ]);
        }
    }
    units
}

/// Has what stands at a link key another address or size than before?
pub(super) fn moved(old: &State, next: &State, key: &str) -> bool {
    seen(old, key) != seen(next, key)
}

/// What links show of a place.
fn seen<'a>(state: &'a State, key: &str) -> Option<impl PartialEq + use<'a>> {
    let (kind, path) = key.split_once(':')?;
    let destination = if kind == "d" { format!("@/{path}") } else { format!("/{path}") };
    // The key holds a decoded path: it must not be decoded a second time.
    let target = match classify(&destination, "") {
        Target::Document { .. } => Target::Document { path: path.to_owned(), fragment: "" },
        _ => Target::Path { path: path.to_owned(), tail: "", fragment: "" },
    };
    let found = find(state, &target)?;
    Some((found.url, found.size, found.variants, found.card.map(|card| &card.path)))
}

pub(super) fn candidates(old: &State, next: &State, touched: &Touched) -> BTreeSet<Unit> {
    let mut found = Candidates { old, next, units: always(next).into_iter().collect() };
    found.units.extend(always(old));
    for (before, after) in &touched.cards {
        found.card(before.as_deref(), after.as_deref());
    }
    for key in touched.keys.iter().filter(|key| moved(old, next, key)) {
        let paths: Vec<Arc<str>> = linking(next, key).cloned().collect();
        paths.iter().for_each(|path| found.document(path));
    }
    for (node, key) in &touched.entries {
        found.entry(node, key);
    }
    for node in &touched.sections {
        found.section(node);
    }
    for (node, key) in &touched.tag_entries {
        found.tag_entry(node, key);
    }
    found.units.extend(next.addresses.parts_if_cut_changed(&old.addresses).into_iter().map(Unit::Sitemap));
    found.units.extend(next.texts.parts_if_cut_changed(&old.texts).into_iter().map(Unit::Text));
    for node in &touched.addresses {
        let parts = old.addresses.around(node).into_iter().chain(next.addresses.around(node));
        found.units.extend(parts.chain([None]).map(Unit::Sitemap));
    }
    found.units.extend(touched.assets.iter().map(|path| Unit::Asset(path.clone())));
    if !touched.assets.is_empty() {
        found.units.insert(Unit::Icons);
    }
    found.units
}

struct Candidates<'a> {
    old: &'a State,
    next: &'a State,
    units: BTreeSet<Unit>,
}

impl Candidates<'_> {
    fn card(&mut self, before: Option<&Card>, after: Option<&Card>) {
        for card in before.into_iter().chain(after) {
            self.document_card(card);
            let parts =
                self.old.texts.around(&card.node).into_iter().chain(self.next.texts.around(&card.node));
            self.units.extend(parts.chain([None]).map(Unit::Text));
            for path in translation_paths(self.next, card) {
                self.document(&path);
            }
        }
    }

    /// A document that may look different, and what repeats its text.
    fn document(&mut self, path: &Arc<str>) {
        if let Some(card) = self.next.cards.get(path).cloned() {
            self.document_card(&card);
            let part = self.next.texts.part_of(&card.node).cloned();
            self.units.insert(Unit::Text(part));
        }
    }

    fn document_card(&mut self, card: &Card) {
        if !card.is_section {
            self.units.insert(Unit::Page(card.path.clone()));
            return;
        }
        self.units.insert(Unit::Section(card.node.clone(), None));
        // Later parts show the title and the translations too.
        if let Some(section) = self.next.sections.get(&card.node) {
            self.units
                .extend(section.entries.parts().map(|part| Unit::Section(card.node.clone(), part.cloned())));
        }
    }

    /// A page or subsection in a list: the list's parts around it, and the pages whose navigation shows it.
    fn entry(&mut self, node: &Arc<str>, key: &EntryKey) {
        let (old, next) = (self.old, self.next);
        let sections = [old.sections.get(node), next.sections.get(node)];
        for section in sections.into_iter().flatten() {
            let parts = section.entries.around(key).into_iter().chain([None]);
            self.units.extend(parts.map(|part| Unit::Section(node.clone(), part)));
            if key.is_page {
                self.near(section, key);
            }
            // The list above tells how many pages there are.
            if let Some(parent) =
                next.parent(node, section.language).and_then(|parent| next.sections.get(&parent))
            {
                let part = parent.entries.part_of(&section.key()).cloned();
                self.units.insert(Unit::Section(parent.node.clone(), part));
            }
        }
        let shown = |section: &Section| {
            (
                section.pages.min(WINDOW),
                about(section.pages.saturating_sub(WINDOW)),
                section.entries.is_whole(),
            )
        };
        if let [Some(before), Some(after)] = sections
            && shown(before) != shown(after)
        {
            self.pages_of(after);
            let cut = after.entries.parts_if_cut_changed(&before.entries);
            self.units.extend(cut.into_iter().map(|part| Unit::Section(node.clone(), part)));
        }
    }

    /// The pages so near in order that their navigation can show the key. A window at an end of the list reaches one full
    /// width to the other side.
    fn near(&mut self, section: &Section, key: &EntryKey) {
        let items = section.entries.items();
        let low = items
            .range((Bound::Included(EntryKey::first_page()), Bound::Excluded(key.clone())))
            .rev()
            .take(WINDOW);
        let high = items.range((Bound::Included(key.clone()), Bound::Unbounded)).take(WINDOW + 1);
        for (near, entry) in low.chain(high) {
            debug_assert!(near.is_page);
            if let crate::site::Entry::Page(card) = entry {
                self.units.insert(Unit::Page(card.path.clone()));
            }
        }
    }

    fn pages_of(&mut self, section: &Section) {
        self.units
            .extend(section.entries.parts().map(|part| Unit::Section(section.node.clone(), part.cloned())));
        for entry in section.entries.items().values() {
            if let crate::site::Entry::Page(card) = entry {
                self.units.insert(Unit::Page(card.path.clone()));
            }
        }
    }

    /// A section that came, went, moved or has another title stands in the navigation of everything beside and below it.
    fn section(&mut self, node: &Arc<str>) {
        let (old, next) = (self.old, self.next);
        let (before, after) = (old.sections.get(node), next.sections.get(node));
        let own = |section: &Section| {
            (section.title().clone(), section.key(), section.sort_by(), section.description())
        };
        if before.map(own) == after.map(own) {
            self.units.insert(Unit::Section(node.clone(), None));
            return;
        }
        let Some(language) = after.or(before).map(|section| section.language) else { return };
        let top = next.parent(node, language).unwrap_or_else(|| node.clone());
        for state in [old, next] {
            self.below(state, &top, language);
        }
    }

    /// Everything under a node.
    fn below(&mut self, state: &State, top: &Arc<str>, language: u16) {
        let is_root = *top == state.root(language);
        let prefix = if top.is_empty() { String::new() } else { format!("{top}/") };
        let under = |node: &Arc<str>| node == top || node.starts_with(&prefix);
        let start: Arc<str> = top.clone();
        let run =
            state.sections.range(start..).take_while(|(node, _)| top.is_empty() || node.starts_with(&**top));
        for (_, section) in run.filter(|(node, section)| under(node) && section.language == language) {
            self.pages_of(section);
        }
        if is_root {
            for tag in state.tags.values().filter(|tag| tag.language == language) {
                self.parts_of_tag(tag);
            }
        }
    }

    fn parts_of_tag(&mut self, tag: &Section) {
        self.units.extend(tag.entries.parts().map(|part| Unit::Tag(tag.node.clone(), part.cloned())));
    }

    fn tag_entry(&mut self, node: &Arc<str>, key: &EntryKey) {
        let (old, next) = (self.old, self.next);
        let tags = [old.tags.get(node), next.tags.get(node)];
        for tag in tags.into_iter().flatten() {
            let parts = tag.entries.around(key).into_iter().chain([None]);
            self.units.extend(parts.map(|part| Unit::Tag(node.clone(), part)));
            let index = next.tags_node(tag.language);
            if let Some(index) = next.tags.get(&index) {
                let part = index.entries.part_of(&EntryKey::section(node, 0)).cloned();
                self.units.insert(Unit::Tag(index.node.clone(), part));
            }
        }
        let looks = |state: &State, tag: &Section| (state.tag_title(tag), tag.entries.is_whole());
        if let [Some(before), Some(after)] = tags
            && looks(old, before) != looks(next, after)
        {
            self.parts_of_tag(after);
            self.parts_of_tag(before);
        }
    }
}
