//! Dividing a long text that has no headings of its own, so that a reader finds what is in it.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::super::task::{Block, Section};
use super::words::{Weights, words};

/// A lead longer than this many words is divided, if nothing else is on the page.
const LONG: usize = 180;
/// Words of a divided section, about.
const SHARE: usize = 130;

/// Divides a page that is nothing but a long lead.
pub(super) fn divide(sections: &mut Vec<Section>, weights: &Weights) {
    let [only] = sections.as_mut_slice() else { return };
    if only.blocks.iter().map(length).sum::<usize>() <= LONG {
        return;
    }
    let mut groups = groups(std::mem::take(&mut only.blocks)).into_iter();
    only.blocks = groups.next().unwrap_or_default();
    let mut taken = Vec::new();
    for blocks in groups {
        match heading(&blocks, weights, &taken) {
            Some(heading) => {
                taken.push(heading.to_lowercase());
                sections.push(Section { heading, blocks });
            }
            None => {
                sections.last_mut().into_iter().for_each(|last| last.blocks.extend(blocks.iter().cloned()));
            }
        }
    }
}

/// Consecutive blocks; the first group is one paragraph, and what announces stays with what it announces.
fn groups(blocks: Vec<Block>) -> Vec<Vec<Block>> {
    let mut groups: Vec<Vec<Block>> = vec![Vec::new()];
    let (mut have, mut announced) = (0, false);
    for block in blocks {
        let full = have >= if groups.len() == 1 { 1 } else { SHARE };
        if full && !announced && matches!(block, Block::Paragraph { .. }) {
            groups.push(Vec::new());
            have = 0;
        }
        announced = texts(&block).last().is_some_and(|text| text.ends_with(':'));
        have += length(&block);
        if let Some(group) = groups.last_mut() {
            group.push(block);
        }
    }
    // A last group of a line or two belongs to the one before.
    if groups.len() > 2
        && groups.last().is_some_and(|group| group.iter().map(length).sum::<usize>() < SHARE / 3)
    {
        let rest = groups.pop().unwrap_or_default();
        groups.last_mut().into_iter().for_each(|last| last.extend(rest.iter().cloned()));
    }
    groups
}

/// What a group is about: the name or term that it uses most, else its weightiest word.
fn heading(blocks: &[Block], weights: &Weights, taken: &[String]) -> Option<String> {
    let texts: Vec<&str> = blocks.iter().flat_map(texts).collect();
    let mut terms: Vec<(String, usize)> = Vec::new();
    for term in texts.iter().flat_map(|text| marked(text)) {
        match terms.iter_mut().find(|(known, _)| *known == term) {
            Some((_, count)) => *count += 1,
            None => terms.push((term, 1)),
        }
    }
    terms.retain(|(term, _)| !taken.contains(&term.to_lowercase()));
    // The first of the most frequent: `max_by_key` would take the last.
    if let Some((term, _)) = terms.into_iter().rev().max_by_key(|(_, count)| *count) {
        return Some(term);
    }
    let words = texts.iter().flat_map(|text| words(text));
    let weighed = words.map(|word| (weights.of(std::slice::from_ref(&word)), word));
    let free = weighed.filter(|(_, word)| !taken.contains(word) && word.chars().all(char::is_alphabetic));
    let (_, word) = free.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
    Some(capital(&word))
}

/// Terms set in code or emphasis, with their marks in the case of code.
fn marked(text: &str) -> Vec<String> {
    let fits = |term: &str| (2..40).contains(&term.len()) && term.starts_with(char::is_alphabetic);
    let (mut terms, mut emphasis) = (Vec::new(), false);
    for event in Parser::new(text) {
        match event {
            Event::Code(term) if fits(&term) && !term.contains(' ') => terms.push(format!("`{term}`")),
            Event::Start(Tag::Emphasis) => emphasis = true,
            Event::End(TagEnd::Emphasis) => emphasis = false,
            Event::Text(term) if emphasis && fits(&term) => terms.push(capital(&term)),
            _ => {}
        }
    }
    terms
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn texts(block: &Block) -> Vec<&str> {
    match block {
        Block::Paragraph { sentences } => sentences.iter().map(|one| one.text.as_str()).collect(),
        Block::List { items, .. } => items.iter().map(|one| one.text.as_str()).collect(),
        Block::Excerpt { .. } => Vec::new(),
    }
}

/// Words of a block.
pub(super) fn length(block: &Block) -> usize {
    texts(block).iter().map(|text| text.split_whitespace().count()).sum()
}
