//! Links come from the source, never from the model: a label that the quoted span links is linked again in the sentence.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// `text` with those of `quote`'s links put back whose label stands in it, or behind it where the label was left out.
pub(super) fn restore(text: &str, quote: &str) -> String {
    let mut text = text.to_owned();
    for (label, url) in links_of(quote) {
        if text.contains(&format!("]({url})")) {
            continue;
        }
        let link = format!("[{label}]({url})");
        match find_word(&text, &label) {
            Some(at) => text.replace_range(at..at + label.len(), &link),
            None => append(&mut text, &link),
        }
    }
    text
}

/// Outside links of a piece of Markdown, as (label, address).
fn links_of(markdown: &str) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) if is_outside(&dest_url) => {
                links.push((String::new(), dest_url.into_string()));
                open = true;
            }
            Event::End(TagEnd::Link) => open = false,
            Event::Text(part) | Event::Code(part) if open => {
                if let Some((label, _)) = links.last_mut() {
                    label.push_str(&part);
                }
            }
            _ => {}
        }
    }
    links.retain(|(label, _)| !label.trim().is_empty() && !label.contains(['[', ']']));
    links
}

fn is_outside(address: &str) -> bool {
    let plain = !address.contains(['(', ')', ' ', '<', '>', '\n']);
    plain && url::Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Where `label` stands in `text` outside any link, with no letter or digit next to it.
fn find_word(text: &str, label: &str) -> Option<usize> {
    let joined =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '[' | ']' | '/' | '`'));
    text.match_indices(label).map(|(at, _)| at).find(|at| {
        !joined(text[..*at].chars().next_back()) && !joined(text[at + label.len()..].chars().next())
    })
}

/// `A sentence.` -> `A sentence ([label](url)).`
fn append(text: &mut String, link: &str) {
    let end = text.trim_end_matches(['.', '!', '?']).len();
    let mark = text.split_off(end);
    text.push_str(&format!(" ({link}){mark}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_linked_as_the_source_links_it() {
        let quote = "The rules are a [W3C Recommendation](https://www.w3.org/TR/WCAG22/) of 2023.";
        let text = restore("The rules are a W3C Recommendation of 2023.", quote);
        assert_eq!(text, quote);
        assert_eq!(restore(&text, quote), quote, "twice is once");
    }

    #[test]
    fn a_reference_that_was_left_out_is_put_at_the_end() {
        let quote = "No tool found half of them ([GDS](https://example.gov.uk/x)).";
        assert_eq!(restore("No tool found half of them.", quote), quote);
    }

    #[test]
    fn only_web_addresses_become_links() {
        let quote = "See [here](javascript:alert) and [there](../b.md) and [mail](mailto:a@b.example).";
        assert_eq!(restore("See here and there and mail.", quote), "See here and there and mail.");
    }
}
