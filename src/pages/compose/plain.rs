//! A model's words are words: whatever links, pictures or HTML it writes, none of it reaches the page.

use pulldown_cmark::{Event, Options, Parser};

/// Inline Markdown with nothing in it but text, emphasis and code. What is so already stays as it is.
pub(super) fn inline(text: &str) -> String {
    let foreign = |event: &Event<'_>| {
        !matches!(event, Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::Start(_) | Event::End(_))
            || matches!(event, Event::Start(tag) if !is_plain(tag))
    };
    if !Parser::new_ext(text, Options::empty()).any(|event| foreign(&event)) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for event in Parser::new_ext(text, Options::empty()) {
        match event {
            Event::Text(words) => words.chars().for_each(|c| {
                if matches!(c, '[' | ']' | '<' | '>' | '`' | '*' | '_' | '\\' | '!' | '#') {
                    plain.push('\\');
                }
                plain.push(c);
            }),
            Event::Code(code) => {
                plain.push('`');
                plain.push_str(&code.replace('`', ""));
                plain.push('`');
            }
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            _ => {}
        }
    }
    plain.trim().to_owned()
}

fn is_plain(tag: &pulldown_cmark::Tag<'_>) -> bool {
    use pulldown_cmark::Tag::{Emphasis, Paragraph, Strong};
    matches!(tag, Paragraph | Emphasis | Strong)
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn what_a_model_links_embeds_or_marks_up_stays_out() {
        assert_eq!(inline("See [docs](https://evil.example) now."), "See docs now.");
        assert_eq!(inline("A ![x](https://evil.example/p.png) here"), "A x here");
        assert_eq!(inline("a <script>alert(1)</script> b"), "a alert(1) b");
        assert_eq!(inline("# A heading"), "A heading");
        assert_eq!(inline("- [ ](https://evil.example)"), "");
    }

    #[test]
    fn plain_words_emphasis_and_code_stay_as_they_are() {
        for text in
            ["RFC 9309 *says* so.", "Use `a[0] < b` **now**.", "It costs 5 < 6 & more.", "snake_case_name"]
        {
            assert_eq!(inline(text), text);
        }
    }
}
