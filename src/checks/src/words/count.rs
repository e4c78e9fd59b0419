//! Counting words and characters in any script.

use unicode_segmentation::UnicodeSegmentation as _;

/// Words of a text, by Unicode segmentation.
///
/// Chinese and Japanese are written without spaces, about two characters to a word; Thai, Lao, Khmer and Burmese
/// about four. Their characters count as that part of a word, so that thresholds mean the same in every language.
pub(crate) fn count(text: &str) -> f64 {
    text.unicode_words().map(weigh).sum()
}

fn weigh(word: &str) -> f64 {
    let mut first = word.chars();
    match first.next() {
        Some(c) if is_unspaced_wide(c) => word.chars().count() as f64 / 2.0,
        Some(c) if is_unspaced_alphabet(c) => word.chars().count() as f64 / 4.0,
        _ => 1.0,
    }
}

/// Han, Hiragana and Katakana.
pub(crate) fn is_unspaced_wide(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Thai, Lao, Burmese, Khmer.
pub(crate) fn is_unspaced_alphabet(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Characters twice as wide as a Latin letter: what a title's length is about is the room it takes.
pub(crate) fn is_wide(c: char) -> bool {
    is_unspaced_wide(c)
        || matches!(c, '\u{1100}'..='\u{115f}' | '\u{3000}'..='\u{303e}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}')
}

/// Length in characters as a reader counts them (grapheme clusters), wide ones as two.
pub(crate) fn length(text: &str) -> usize {
    let clusters = text.graphemes(true);
    clusters.map(|cluster| if cluster.chars().next().is_some_and(is_wide) { 2 } else { 1 }).sum()
}

/// A text for comparison: lower case, words parted by single spaces, punctuation dropped.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            folded.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’' | '\u{ad}' | '\u{200b}'..='\u{200d}') && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded.trim_start().to_owned()
}
