//! The words that need judging, as RULES.md defines them.

pub(crate) mod answer;
pub(crate) mod authority;
pub(crate) mod dates;
pub(crate) mod figures;
pub(crate) mod language;
pub(crate) mod quotation;
pub(crate) mod tricks;

mod count;

pub(crate) use count::{count, fold, is_unspaced_alphabet, is_unspaced_wide, length};

/// Columns a text fills in a terminal: as wide as it is long, wide characters counted twice.
pub(crate) fn columns(text: &str) -> usize {
    length(text)
}

/// Whether the folded text holds the folded words as whole words. Scripts without spaces have no such borders.
pub(crate) fn holds(folded: &str, words: &str) -> bool {
    let open =
        |edge: Option<char>| edge.is_none_or(|c| c == ' ' || is_unspaced_wide(c) || is_unspaced_alphabet(c));
    let bound =
        |at: usize| open(folded[..at].chars().next_back()) && open(folded[at + words.len()..].chars().next());
    let wide = words.chars().next().is_some_and(|c| is_unspaced_wide(c) || is_unspaced_alphabet(c));
    !words.is_empty() && folded.match_indices(words).any(|(at, _)| wide || bound(at))
}
