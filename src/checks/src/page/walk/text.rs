//! Gathering text into blocks.

use ego_tree::NodeRef;
use scraper::Node;

use super::Walk;
use crate::page::{Block, Heading, Kind};

impl Walk<'_> {
    pub(super) fn take_text(&mut self, text: &str, node: NodeRef<'_, Node>) {
        let top = self.top();
        if top.machinery {
            return;
        }
        if top.hidden.is_some() {
            let text = fold_space(text);
            if let (Some(run), false) = (self.page.hidden.last_mut(), text.is_empty()) {
                run.text.push(' ');
                run.text.push_str(&text);
            }
            return;
        }
        if top.kind == Kind::Code {
            self.note_first(text, node);
            self.text.push_str(text);
            return;
        }
        self.note_first(text, node);
        for (at, word) in text.split_whitespace().enumerate() {
            let spaced = at > 0 || text.starts_with(char::is_whitespace);
            if spaced && !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
        if text.ends_with(char::is_whitespace) && !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn note_first(&mut self, text: &str, node: NodeRef<'_, Node>) {
        if text.trim().is_empty() {
            return;
        }
        if self.first.is_none() {
            self.first = Some(*self.top());
        }
        let top = self.top();
        if top.in_main && !top.control && self.main_node.is_none() {
            self.main_node = Some(node.id());
        }
    }

    /// Ends the block being gathered.
    pub(super) fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        let mentions = std::mem::take(&mut self.mentions);
        let cites = std::mem::take(&mut self.cites);
        let Some(first) = self.first.take() else { return };
        text.truncate(text.trim_end().len());
        let end = text.len();
        let within = |range: std::ops::Range<usize>| range.start.min(end)..range.end.min(end);
        let mentions = mentions.into_iter().map(within).collect();
        let cites = cites.into_iter().map(|(range, cite)| (within(range), cite)).collect();
        if let Kind::Heading(level) = first.kind {
            self.page.headings.push(Heading { level, text: text.clone(), place: first.place });
        }
        self.page.blocks.push(Block {
            kind: first.kind,
            text,
            place: first.place,
            main: first.in_main && !first.control,
            quote: first.quote,
            mentions,
            cites,
        });
    }
}

pub(in crate::page) fn fold_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
