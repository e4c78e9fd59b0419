//! The links of one document, each followed once. In a large site every look at the indexes is a walk through cold memory,
//! and three makers ask for the same links: the page, the text parts and their prints.

use super::card::Card;
use super::links::{Found, find};
use super::state::State;
use crate::markdown::{Target, classify};
use std::cell::Cell;

pub(crate) struct Followed<'a> {
    state: &'a State,
    /// In the order of the document.
    links: Vec<(Target<'a>, Option<Found<'a>>)>,
    /// The link after the last one that was asked for: the writer asks in the order of the document, too.
    next: Cell<usize>,
}

impl<'a> Followed<'a> {
    pub(crate) fn new(state: &'a State, card: &'a Card) -> Followed<'a> {
        let follow = |destination: &'a str| {
            let target = classify(destination, &card.path);
            let found = find(state, &target);
            (target, found)
        };
        let links = card.links.iter().map(|link| follow(&link.destination)).collect();
        Followed { state, links, next: Cell::new(0) }
    }

    /// What the links lead to, in the order of the document.
    pub(crate) fn found(&self) -> impl Iterator<Item = &Found<'a>> {
        self.links.iter().filter_map(|(_, found)| found.as_ref())
    }

    /// Follows a link of the document, or another one.
    pub(crate) fn find(&self, target: &Target<'_>) -> Option<Found<'a>> {
        let (before, after) = self.links.split_at(self.next.get().min(self.links.len()));
        let known = after.iter().chain(before).position(|(known, _)| known == target);
        let Some(distance) = known else { return find(self.state, target) };
        let index = (before.len() + distance) % self.links.len();
        self.next.set(index + 1);
        self.links[index].1.clone()
    }
}
