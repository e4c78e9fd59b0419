//! Finding a quote in a source: the one test of whether a sentence is supported.

use std::ops::Range;

/// Where `quote` stands in `text`, as a byte range, with runs of white space counted as one space on both sides.
/// An empty quote stands nowhere.
pub(super) fn find(text: &str, quote: &str) -> Option<Range<usize>> {
    let words: Vec<&str> = quote.split_whitespace().collect();
    let first = words.first()?;
    let mut from = 0;
    while let Some(at) = text[from..].find(first) {
        let start = from + at;
        if let Some(end) = matches_at(text, start, &words)
            && !cuts_a_word(text, start)
            && !cuts_a_word(text, end)
        {
            return Some(start..end);
        }
        from = start + first.chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Whether a letter or digit stands on both sides of a place.
fn cuts_a_word(text: &str, at: usize) -> bool {
    let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    joined(text[..at].chars().next_back()) && joined(text[at..].chars().next())
}

/// The end of `words`, separated by any white space, if they stand at `start`.
fn matches_at(text: &str, start: usize, words: &[&str]) -> Option<usize> {
    let mut at = start;
    for (n, word) in words.iter().enumerate() {
        if n > 0 {
            let rest = &text[at..];
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            at += rest.len() - trimmed.len();
        }
        if !text[at..].starts_with(word) {
            return None;
        }
        at += word.len();
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_found_across_line_breaks_at_its_true_bytes() {
        let text = "Größe. RFC 9309 was\n  published in September 2022. More.";
        let range = find(text, "RFC 9309 was published in\tSeptember 2022.").unwrap();
        assert_eq!(&text[range], "RFC 9309 was\n  published in September 2022.");
    }

    #[test]
    fn a_quote_that_differs_by_one_word_is_not_there() {
        assert_eq!(find("RFC 9309 was published in 2022.", "RFC 9309 was published in 2023."), None);
        assert_eq!(find("abab", "ab ab"), None);
        assert_eq!(find("text", "  "), None);
        assert_eq!(find("she published it", "he published it"), None, "words are whole");
    }

    #[test]
    fn a_false_start_does_not_hide_the_quote() {
        let text = "a a b a a c";
        assert_eq!(find(text, "a a c"), Some(6..11));
        assert_eq!(find("ééx é y", "é y"), Some(6..10));
    }
}
