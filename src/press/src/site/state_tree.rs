//! The tree of sections and the tags: kept in step with the documents.

use super::card::Card;
use super::claims::{Owner, html_file, mirror_file};
use super::entry::{Entry, EntryKey};
use super::links::path_key;
use super::section::Section;
use super::state::{State, Touched};
use crate::front_matter::SortBy;
use std::sync::Arc;

impl State {
    /// The node of a language's root: empty for the default language.
    pub(crate) fn root(&self, language: u16) -> Arc<str> {
        match self.grounds.languages.get(usize::from(language)) {
            Some(tag) if language > 0 => tag.to_lowercase().into(),
            _ => "".into(),
        }
    }

    /// The section above; `None` for the root of a language.
    pub(crate) fn parent(&self, node: &Arc<str>, language: u16) -> Option<Arc<str>> {
        if *node == self.root(language) {
            return None;
        }
        Some(node.rsplit_once('/').map_or_else(|| "".into(), |(parent, _)| parent.into()))
    }

    /// Makes sure that a section and all above it are there.
    pub(super) fn open_section(&mut self, node: &Arc<str>, language: u16, touched: &mut Touched) {
        if self.sections.contains_key(node) {
            return;
        }
        let parent = self.parent(node, language);
        let root_title = self.root_titles.get(usize::from(language)).filter(|_| parent.is_none()).cloned();
        let section = Section::new(node, &self.grounds.prefix, language, root_title.as_deref());
        let section = section.weighing(self.grounds.weight(node, language));
        let key = section.key();
        self.sections.insert(node.clone(), section);
        self.claim_section(node, true, touched);
        self.insert_address(node, None, touched);
        touched.sections.insert(node.clone());
        if let Some(parent) = parent {
            self.open_section(&parent, language, touched);
            self.insert_entry(&parent, key, Entry::Section, touched);
        }
    }

    /// Takes empty sections away, upwards. The home page stays.
    fn close_section(&mut self, node: &Arc<str>, touched: &mut Touched) {
        let Some(section) = self.sections.get(node).filter(|section| section.is_empty() && !node.is_empty())
        else {
            return;
        };
        let (key, language) = (section.key(), section.language);
        self.sections.remove(node);
        self.claim_section(node, false, touched);
        self.remove_address(node, touched);
        touched.sections.insert(node.clone());
        if let Some(parent) = self.parent(node, language) {
            self.remove_entry(&parent, &key, touched);
        }
    }

    fn claim_section(&mut self, node: &Arc<str>, take: bool, touched: &mut Touched) {
        let owner = Owner::Section(node.clone());
        for file in [html_file(node), mirror_file(node)] {
            touched.keys.insert(path_key(&file));
            self.claim(&file, &owner, take, touched);
        }
    }

    pub(super) fn insert_entry(
        &mut self,
        section: &Arc<str>,
        key: EntryKey,
        entry: Entry,
        touched: &mut Touched,
    ) {
        touched.entries.insert((section.clone(), key.clone()));
        if let Some(section) = self.sections.get_mut(section) {
            section.insert(key, entry);
        }
    }

    pub(super) fn remove_entry(&mut self, node: &Arc<str>, key: &EntryKey, touched: &mut Touched) {
        touched.entries.insert((node.clone(), key.clone()));
        if let Some(section) = self.sections.get_mut(node) {
            section.remove(key);
        }
        self.close_section(node, touched);
    }

    /// Gives a section its document or takes it away; its place among its siblings and the order of its own entries
    /// may change by that.
    pub(super) fn set_section_card(
        &mut self,
        document: &Arc<Card>,
        card: Option<&Arc<Card>>,
        touched: &mut Touched,
    ) {
        let node = &document.node;
        self.open_section(node, document.language, touched);
        let parent = self.parent(node, document.language);
        let Some(section) = self.sections.get_mut(node) else { return };
        if let (Some(own), Some(_)) = (&section.card, card) {
            let what = format!("is the page of the same section as content/{}", own.path);
            let fault = crate::Fault::new(format!("content/{}", document.path), what, "Keep one of them.");
            touched.faults.push(fault);
            return;
        }
        let (old_key, old_order) = (section.key(), section.sort_by());
        section.card = card.cloned();
        let (new_key, new_order) = (section.key(), section.sort_by());
        if old_order != new_order {
            Self::reorder(section, new_order, touched);
        }
        touched.sections.insert(node.clone());
        if let Some(parent) = &parent {
            if old_key != new_key {
                self.remove_entry(parent, &old_key, touched);
            }
            // Also when the key stays: the title in the lists may not.
            self.open_section(parent, document.language, touched);
            self.insert_entry(parent, new_key, Entry::Section, touched);
        }
        self.insert_address(node, card.and_then(|card| card.last_date().cloned()), touched);
        self.close_section(node, touched);
    }

    /// Sorts the pages of a section anew.
    fn reorder(section: &mut Section, order: SortBy, touched: &mut Touched) {
        let pages: Vec<(EntryKey, Entry)> = section
            .entries
            .items()
            .iter()
            .filter(|(key, _)| key.is_page)
            .map(|(k, e)| (k.clone(), e.clone()))
            .collect();
        for (key, _) in &pages {
            touched.entries.insert((section.node.clone(), key.clone()));
            section.remove(key);
        }
        for (_, entry) in pages {
            if let Entry::Page(card) = &entry {
                let key = EntryKey::page(card, order);
                touched.entries.insert((section.node.clone(), key.clone()));
                section.insert(key, entry);
            }
        }
    }

    pub(super) fn insert_address(&mut self, node: &Arc<str>, date: Option<Arc<str>>, touched: &mut Touched) {
        touched.addresses.insert(node.clone());
        self.addresses.insert(node.clone(), date);
    }

    pub(super) fn remove_address(&mut self, node: &Arc<str>, touched: &mut Touched) {
        touched.addresses.insert(node.clone());
        self.addresses.remove(node);
    }

    /// The node of the list of tags of a language.
    pub(crate) fn tags_node(&self, language: u16) -> Arc<str> {
        let root = self.root(language);
        if root.is_empty() { "tags".into() } else { format!("{root}/tags").into() }
    }

    /// The node of one tag.
    pub(crate) fn tag_node(&self, language: u16, slug: &str) -> Arc<str> {
        format!("{}/{slug}", self.tags_node(language)).into()
    }

    /// Lists a page under its tags, or no longer.
    pub(super) fn tag_card(&mut self, card: &Arc<Card>, take: bool, touched: &mut Touched) {
        let key = EntryKey::page(card, SortBy::Date);
        for tag in &card.tags {
            let node = self.tag_node(card.language, &tag.slug);
            touched.tag_entries.insert((node.clone(), key.clone()));
            if take {
                self.open_tag(&node, card.language, touched);
            }
            let Some(section) = self.tags.get_mut(&node) else { continue };
            if take {
                section.insert(key.clone(), Entry::Page(card.clone()));
            } else {
                section.remove(&key);
                if section.is_empty() {
                    self.close_tag(&node, card.language, touched);
                }
            }
        }
    }

    fn open_tag(&mut self, node: &Arc<str>, language: u16, touched: &mut Touched) {
        let index = self.tags_node(language);
        for opened in [node, &index] {
            if !self.tags.contains_key(opened) {
                self.tags.insert(opened.clone(), Section::new(opened, &self.grounds.prefix, language, None));
                self.claim_tag(opened, true, touched);
            }
        }
        self.list_tag(&index, node, true, touched);
    }

    fn close_tag(&mut self, node: &Arc<str>, language: u16, touched: &mut Touched) {
        let index = self.tags_node(language);
        self.tags.remove(node);
        self.claim_tag(node, false, touched);
        self.list_tag(&index, node, false, touched);
        if self.tags.get(&index).is_some_and(Section::is_empty) {
            self.tags.remove(&index);
            self.claim_tag(&index, false, touched);
        }
    }

    fn claim_tag(&mut self, node: &Arc<str>, take: bool, touched: &mut Touched) {
        let file = html_file(node);
        touched.keys.insert(path_key(&file));
        self.claim(&file, &Owner::Press, take, touched);
    }

    fn list_tag(&mut self, index: &Arc<str>, tag: &Arc<str>, take: bool, touched: &mut Touched) {
        let key = EntryKey::section(tag, 0);
        touched.tag_entries.insert((index.clone(), key.clone()));
        if let Some(section) = self.tags.get_mut(index) {
            if take { section.insert(key, Entry::Section) } else { section.remove(&key) }
        }
    }

    /// The name of a tag as the newest page under it writes it.
    pub(crate) fn tag_title(&self, section: &Section) -> Arc<str> {
        let slug = section.node.rsplit('/').next().unwrap_or_default();
        let first = section.entries.items().iter().find_map(|(_, entry)| match entry {
            Entry::Page(card) => card.tags.iter().find(|tag| *tag.slug == *slug),
            Entry::Section => None,
        });
        first.map_or_else(|| section.title().clone(), |tag| tag.name.clone())
    }
}
