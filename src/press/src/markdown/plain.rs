//! The words of a page without markup.

/// Longest summary, in bytes.
const SUMMARY: usize = 300;

/// Text with runs of whitespace as one space, trimmed.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Appends a paragraph as a summary: squeezed, and cut at a word with an ellipsis if it is long.
pub(crate) fn push_summary(summary: &mut String, text: &str) {
    summary.push_str(&shorten(&squeeze(text), SUMMARY));
}

/// The text itself if it is short enough, else its longest run of whole words and an ellipsis, within `limit` bytes.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub('…'.len_utf8());
    let cut = text.floor_char_boundary(room);
    let end = text[..cut].rfind(' ').filter(|end| *end > limit / 2).unwrap_or(cut);
    let mut out = text[..end].trim_end_matches([' ', ',', ';', ':', '.', '–', '-']).to_owned();
    out.push('…');
    out
}

/// A description made of a summary: whole sentences if they fit into 160 characters.
pub(crate) fn description(summary: &str) -> String {
    const LIMIT: usize = 160;
    if summary.chars().count() <= LIMIT {
        return summary.to_owned();
    }
    let bytes: usize = summary.chars().take(LIMIT).map(char::len_utf8).sum();
    let head = &summary[..bytes];
    let sentence = head
        .match_indices(['.', '!', '?'])
        .map(|(at, mark)| at + mark.len())
        .rfind(|end| summary[*end..].starts_with(' '));
    match sentence {
        Some(end) if end >= 100 => head[..end].to_owned(),
        _ => shorten(summary, bytes),
    }
}

/// Words as a reader counts them: runs between spaces, and each sign of the scripts that write none.
pub(crate) fn count_words(text: &str) -> u32 {
    let mut words = 0_u32;
    let mut inside = false;
    for byte in text.bytes() {
        match byte {
            0..=b' ' => inside = false,
            // Continuation of a character that was judged by its first byte.
            0x80..=0xbf => {}
            // Kana and Han: one in two signs is taken for a word.
            0xe3..=0xe9 => {
                words += u32::from(!inside);
                inside = !inside;
            }
            _ => {
                words += u32::from(!inside);
                inside = true;
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted() {
        assert_eq!(count_words("one two\nthree  four."), 4);
        assert_eq!(count_words(""), 0);
        assert_eq!(count_words("größer als ü"), 3);
        assert_eq!(count_words("日本語の文"), 3);
    }

    #[test]
    fn a_long_text_is_cut_at_a_word_and_never_inside_a_character() {
        assert_eq!(shorten("alpha beta gamma", 14), "alpha beta…");
        assert!(shorten(&"é".repeat(100), 31).len() <= 31);
        let long = format!(
            "{}. And more of it follows here, until it is too long to be shown at all.",
            "word ".repeat(22).trim()
        );
        assert!(description(&long).ends_with("word."));
    }
}
