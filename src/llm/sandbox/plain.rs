//! Inline Markdown as plain text.

use pulldown_cmark::{Event, Parser};

/// The text alone, whitespace folded.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for event in Parser::new(markdown) {
        match event {
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most this many characters, cut between words.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let end = text.char_indices().nth(longest - 1).map_or(text.len(), |(at, _)| at);
    let end = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..end].trim_end_matches([',', ';', ':', '.', ' ', '–', '—']))
}

/// For the middle of a sentence: the first letter small, unless the word is a name or code.
pub(super) fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && (second.is_lowercase() || second == ' ') => {
            first.to_lowercase().chain(text[first.len_utf8()..].chars()).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_words() {
        assert_eq!(cut("Ownership is a set of rules, no more.", 24), "Ownership is a set of…");
        assert_eq!(cut("Short.", 160), "Short.");
    }

    #[test]
    fn marks_are_gone_and_characters_stay() {
        assert_eq!(plain("*Ownership* of a `String` \\*"), "Ownership of a String *");
        assert_eq!(lower_first("The heap"), "the heap");
        assert_eq!(lower_first("RAII in C++"), "RAII in C++");
    }
}
