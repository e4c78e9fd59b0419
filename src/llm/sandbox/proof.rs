//! What makes a page worth citing: figures, quotations with their speaker, links to sources. A page that lacks one of
//! them gets it from its sources, if they have it.

use super::super::task::{Block, Section, Sentence, WritePage};
use super::choose::{Said, sentence};
use super::outline::{Part, Piece};
use super::statement::Statement;

/// Words of a quotation that is more than a term.
const QUOTED: usize = 5;

const SAYING: &[&str] = &[
    "says",
    "said",
    "writes",
    "wrote",
    "states",
    "stated",
    "reports",
    "reported",
    "notes",
    "noted",
    "warns",
    "calls",
    "describes",
    "defines",
    "explains",
    "argues",
    "puts",
    "concludes",
    "recommends",
    "according",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Figure,
    Quotation,
    Link,
}

/// Each kind, and how many a page should have: a page is judged by as many.
const WANTED: [(Proof, usize); 3] = [(Proof::Quotation, 1), (Proof::Link, 2), (Proof::Figure, 3)];

impl Proof {
    fn of(self, text: &str, quote: &str) -> usize {
        match self {
            Proof::Figure => figures(text),
            Proof::Quotation => usize::from(quotes(text)),
            Proof::Link => quote.matches("](http").count(),
        }
    }
}

/// How much a sentence is worth beyond what it says of the subject.
pub(super) fn worth(statement: &Statement) -> f64 {
    let has = |proof: Proof| f64::from(u8::from(proof.of(&statement.text, &statement.quote) > 0));
    1.0 + 0.25 * has(Proof::Figure) + 0.35 * has(Proof::Quotation) + 0.15 * has(Proof::Link)
}

/// Adds sentences to the sections they belong to, until the page has what it should or the sources have no more.
pub(super) fn complete(task: &WritePage, parts: &[Part], sections: &mut [Section], said: &mut Said) {
    for (proof, wanted) in WANTED {
        let mut have: usize = all(sections).map(|one| proof.of(&one.text, &one.quote)).sum();
        for part in parts {
            let Some(section) = sections.iter_mut().find(|section| section.heading == part.heading) else {
                continue;
            };
            let statements = part.pieces.iter().filter_map(|piece| match piece {
                Piece::Prose(statements) => Some(statements),
                _ => None,
            });
            for one in statements.flatten() {
                let more = proof.of(&one.text, &one.quote);
                let fits = more > 0 && !one.unfit && !one.course && !one.announces && !one.leans;
                if have < wanted && fits && said.say(one) {
                    let sentences = vec![sentence(one, &task.sources[part.source])];
                    section.blocks.push(Block::Paragraph { sentences });
                    have += more;
                }
            }
        }
    }
}

fn all(sections: &[Section]) -> impl Iterator<Item = &Sentence> {
    sections.iter().flat_map(|section| &section.blocks).flat_map(|block| match block {
        Block::Paragraph { sentences } => sentences.as_slice(),
        Block::List { items, .. } => items,
        Block::Excerpt { .. } => &[],
    })
}

/// Numbers with what they count or measure: years and the numbers of documents are none.
fn figures(text: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let counted = words.iter().enumerate().filter(|(at, word)| {
        let number = word.trim_start_matches(['(', '"', '-']);
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let plain = number.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
            && !number.ends_with(['.', ',']);
        let year = number.len() == 4 && number.starts_with(['1', '2']);
        let name = *at > 0 && words[at - 1].starts_with(char::is_uppercase) && *at > 1;
        let thing =
            words.get(at + 1).is_some_and(|next| next.starts_with(char::is_lowercase) && next.len() > 2);
        number.trim_end_matches(['.', ',', ';', ')']).ends_with('%') || plain && thing && !year && !name
    });
    counted.count()
}

/// Somebody's words in quotation marks, in a sentence that says whose.
fn quotes(text: &str) -> bool {
    let Some((before, rest)) = text.split_once(['"', '“']) else { return false };
    let (said, after) = rest.split_once(['"', '”']).unwrap_or((rest, ""));
    let rest = format!("{before} {after}");
    let named = rest.split_whitespace().any(|word| word.starts_with(char::is_uppercase));
    let spoken = rest.split(|c: char| !c.is_alphabetic()).any(|word| SAYING.contains(&word));
    said.split_whitespace().count() >= QUOTED && named && spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_the_numbers_of_documents_are_no_figures() {
        assert_eq!(figures("In 2024 RFC 9309 asked for 24 hours and 79% of users, in 5 steps."), 3);
        assert_eq!(figures("RFC 9116 in April 2022"), 0);
    }

    #[test]
    fn a_quotation_has_a_speaker_and_is_more_than_a_term() {
        assert!(quotes("RFC 9309 says: \"These rules are not a form of access authorization.\""));
        assert!(!quotes("\"How long is a key valid here?\" tells more than \"Validity\"."));
        assert!(!quotes("Armies call it \"bottom line up front\"."));
    }
}
