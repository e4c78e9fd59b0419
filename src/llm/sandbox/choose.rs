//! Which pieces of a part are taken over, and in which blocks.

use std::collections::HashSet;

use super::super::task::{Block, Sentence, Source};
use super::outline::{Excerpt, Part, Piece};
use super::proof::worth;
use super::statement::Statement;
use super::words::Weights;

/// Sentences of one paragraph that are taken at most.
const RUN: usize = 5;
/// Two sentences with this share of words in common say the same.
const SAME: f64 = 0.8;

/// What is on the page already: nothing is said twice.
#[derive(Default)]
pub(super) struct Said {
    sentences: Vec<HashSet<String>>,
    texts: HashSet<String>,
}

impl Said {
    /// Notes a sentence, unless it or one much like it was said.
    pub(super) fn say(&mut self, statement: &Statement) -> bool {
        let words: HashSet<String> = statement.words.iter().cloned().collect();
        let same = |other: &HashSet<String>| {
            let common = words.intersection(other).count() as f64;
            let all = words.union(other).count() as f64;
            words.len() > 3 && common / all >= SAME
        };
        if self.texts.contains(&statement.text) || self.sentences.iter().any(same) {
            return false;
        }
        self.texts.insert(statement.text.clone());
        self.sentences.push(words);
        true
    }

    fn excerpt(&mut self, markdown: &str) -> bool {
        self.texts.insert(markdown.to_owned())
    }
}

/// How a part is drawn from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// Words of prose and lists, about.
    pub(super) words: usize,
    /// Code, tables and lists are taken as well.
    pub(super) blocks: bool,
}

/// The blocks that a part gives to the page.
pub(super) fn blocks(
    part: &Part,
    source: &Source,
    weights: &Weights,
    measure: Measure,
    said: &mut Said,
) -> Vec<Block> {
    let chosen = chosen_prose(part, weights, measure.words);
    let mut out = Vec::new();
    let (mut code, mut table) = (false, false);
    for (index, piece) in part.pieces.iter().enumerate() {
        let after_chosen = index > 0 && chosen.contains(&(index - 1));
        match piece {
            Piece::Prose(statements) if chosen.contains(&index) => {
                let followed = measure.blocks
                    && matches!(part.pieces.get(index + 1), Some(next) if announced(next, code, table));
                let sentences = run(statements, followed, source, said);
                if !sentences.is_empty() {
                    out.push(Block::Paragraph { sentences });
                }
            }
            Piece::List { ordered, items } if measure.blocks && (after_chosen || !has_prose(part)) => {
                let items: Vec<Sentence> = items
                    .iter()
                    .filter(|item| !item.unfit && said.say(item))
                    .map(|item| sentence(item, source))
                    .collect();
                if items.len() > 1 {
                    out.push(Block::List { ordered: *ordered, items });
                }
            }
            Piece::Excerpt { markdown, what } if measure.blocks => {
                let done = match what {
                    Excerpt::Code => &mut code,
                    Excerpt::Table => &mut table,
                };
                let wanted =
                    *what == Excerpt::Table || after_chosen && announces_last(&part.pieces[index - 1]);
                if wanted && !*done && said.excerpt(markdown) {
                    *done = true;
                    out.push(Block::Excerpt { markdown: markdown.clone(), source_id: source.id.clone() });
                }
            }
            _ => {}
        }
    }
    drop_dangling(&mut out);
    out
}

/// How much a part says about the subject: its three best paragraphs and lists.
pub(super) fn strength(part: &Part, weights: &Weights) -> f64 {
    let listed = |piece: &Piece| match piece {
        Piece::List { items, .. } => {
            Some(1.5 * items.iter().map(|item| weights.of(&item.words)).sum::<f64>() / items.len() as f64)
        }
        _ => None,
    };
    let scores = part.pieces.iter().filter_map(|piece| score(piece, weights).or_else(|| listed(piece)));
    let mut scores: Vec<f64> = scores.collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    scores.iter().take(3).sum::<f64>() / 3.0
}

fn has_prose(part: &Part) -> bool {
    part.pieces.iter().any(|piece| matches!(piece, Piece::Prose(_)))
}

/// Paragraphs by what they say, the first before all others: it tells what the part is about.
fn chosen_prose(part: &Part, weights: &Weights, words: usize) -> HashSet<usize> {
    let mut ranked: Vec<(usize, f64)> = part
        .pieces
        .iter()
        .enumerate()
        .filter_map(|(index, piece)| Some((index, score(piece, weights)?)))
        .collect();
    if let Some(first) = ranked.first_mut() {
        first.1 *= 2.5;
    }
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (mut chosen, mut have) = (HashSet::new(), 0);
    for (index, _) in ranked {
        if have >= words && !chosen.is_empty() {
            break;
        }
        if let Piece::Prose(statements) = &part.pieces[index] {
            have += usable(statements).map(|one| one.text.split_whitespace().count()).sum::<usize>();
            chosen.insert(index);
        }
    }
    chosen
}

fn usable(statements: &[Statement]) -> impl Iterator<Item = &Statement> {
    statements.iter().filter(|one| !one.unfit && !one.course && !one.announces).take(RUN)
}

fn score(piece: &Piece, weights: &Weights) -> Option<f64> {
    let Piece::Prose(statements) = piece else { return None };
    let (mut sum, mut count) = (0.0, 0.0);
    for one in usable(statements) {
        sum += weights.of(&one.words) * if is_spoken(&one.text) { 0.5 } else { worth(one) };
        count += 1.0;
    }
    let usable = statements.iter().any(|one| !one.unfit && (!one.course || one.announces));
    usable.then(|| if count > 0.0 { sum / count } else { 0.0 })
}

/// A teacher speaks with his readers; a page states.
fn is_spoken(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic())
        .any(|word| matches!(word, "we" | "We" | "us" | "our" | "Our" | "let"))
}

/// A run of sentences that stands without the rest of its paragraph.
fn run(statements: &[Statement], followed: bool, source: &Source, said: &mut Said) -> Vec<Sentence> {
    let mut out: Vec<Sentence> = Vec::new();
    let mut gap = true;
    for (index, one) in statements.iter().enumerate() {
        let last = index + 1 == statements.len();
        let fits = !one.unfit && if one.announces { followed && last } else { !one.course };
        let full = out.len() >= RUN && !one.announces;
        if !fits || full || (gap && one.leans && !(one.announces && out.is_empty())) || !said.say(one) {
            gap = true;
            continue;
        }
        gap = false;
        out.push(sentence(one, source));
    }
    out
}

fn announced(piece: &Piece, code: bool, table: bool) -> bool {
    match piece {
        Piece::List { .. } => true,
        Piece::Excerpt { what: Excerpt::Code, .. } => !code,
        Piece::Excerpt { what: Excerpt::Table, .. } => !table,
        Piece::Prose(_) => false,
    }
}

fn announces_last(piece: &Piece) -> bool {
    matches!(piece, Piece::Prose(statements) if statements.last().is_some_and(|one| one.announces && !one.unfit))
}

/// Takes back an announcement after which nothing came.
fn drop_dangling(blocks: &mut Vec<Block>) {
    for index in 0..blocks.len() {
        let follows = matches!(blocks.get(index + 1), Some(Block::List { .. } | Block::Excerpt { .. }));
        if let Block::Paragraph { sentences } = &mut blocks[index]
            && !follows
            && sentences.last().is_some_and(|last| last.text.trim_end_matches(['*', '_']).ends_with(':'))
        {
            sentences.pop();
        }
    }
    blocks.retain(|block| !matches!(block, Block::Paragraph { sentences } if sentences.is_empty()));
}

pub(super) fn sentence(statement: &Statement, source: &Source) -> Sentence {
    Sentence { text: statement.text.clone(), quote: statement.quote.clone(), source_id: source.id.clone() }
}
