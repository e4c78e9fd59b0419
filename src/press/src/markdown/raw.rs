//! Addresses in raw HTML: they are checked and resolved as those of Markdown are.
//!
//! Nothing here makes HTML safe: [`super::sanitise`] does, afterwards and whatever was found here. A parser of documents
//! would not do, because the addresses are replaced where they stand.

use std::borrow::Cow;
use std::ops::Range;

/// An address and where it stands, without its quotes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'h> {
    pub range: Range<usize>,
    pub text: Cow<'h, str>,
}

/// All addresses that the sanitiser lets through, in order.
pub(super) fn addresses(html: &str) -> Vec<Address<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find('<').map(|open| at + open + 1) {
        let rest = &html[open..];
        if let Some(comment) = rest.strip_prefix("!--") {
            at = comment.find("-->").map_or(html.len(), |end| html.len() - comment.len() + end);
            continue;
        }
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            at = open;
            continue;
        }
        let name = rest[..name].to_ascii_lowercase();
        at = attributes(html, open + name.len(), |attribute, value| {
            if attribute == "srcset" && matches!(name.as_str(), "img" | "source") {
                candidates(html, value, &mut found);
            } else if holds_address(&name, attribute) {
                push(html, value, &mut found);
            }
        });
        if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
            at = end_of_text(html, at, &name);
        }
    }
    found
}

fn holds_address(element: &str, attribute: &str) -> bool {
    match attribute {
        "href" => matches!(element, "a" | "area"),
        "src" => matches!(element, "img" | "source" | "video" | "audio" | "track"),
        "poster" => element == "video",
        _ => false,
    }
}

/// Walks the attributes of a tag from behind its name; where the tag ends.
fn attributes<'h>(html: &'h str, mut at: usize, mut each: impl FnMut(&str, Range<usize>)) -> usize {
    let bytes = html.as_bytes();
    let skip = |mut at: usize, also: u8| {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == also) {
            at += 1;
        }
        at
    };
    let until = |at: usize, ends: &dyn Fn(u8) -> bool| {
        bytes[at..].iter().position(|byte| ends(*byte)).map_or(bytes.len(), |length| at + length)
    };
    loop {
        at = skip(at, b'/');
        match bytes.get(at) {
            None => return at,
            Some(b'>') => return at + 1,
            Some(_) => {}
        }
        // An equals sign at the beginning belongs to the name.
        let end = until(at + 1, &|byte| byte.is_ascii_whitespace() || b"/>=".contains(&byte));
        let name: &'h str = html.get(at..end).unwrap_or_default();
        at = skip(end, b' ');
        if bytes.get(at) != Some(&b'=') {
            continue;
        }
        at = skip(at + 1, b' ');
        let value = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => at + 1..until(at + 1, &|byte| byte == *quote),
            _ => at..until(at, &|byte| byte.is_ascii_whitespace() || byte == b'>'),
        };
        at = value.end + usize::from(matches!(bytes.get(value.end), Some(b'"' | b'\'')));
        each(&name.to_ascii_lowercase(), value);
    }
}

/// Where the text of an element ends in which tags are no tags.
fn end_of_text(html: &str, from: usize, name: &str) -> usize {
    let close = |at: &usize| {
        let rest = &html.as_bytes()[at + 2..];
        rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    html[from..].match_indices("</").map(|(at, _)| from + at).find(close).unwrap_or(html.len())
}

/// The addresses of a `srcset`: `a.png 1x, b.png 2x`.
fn candidates<'h>(html: &'h str, value: Range<usize>, found: &mut Vec<Address<'h>>) {
    let mut at = value.start;
    while at < value.end {
        let text = &html[at..value.end];
        let begin = at + text.find(|c: char| !c.is_whitespace() && c != ',').unwrap_or(text.len());
        let text = &html[begin..value.end];
        let word = &text[..text.find(char::is_whitespace).unwrap_or(text.len())];
        let address = word.trim_end_matches(',');
        push(html, begin..begin + address.len(), found);
        at = begin + word.len();
        if address.len() == word.len() {
            at = html[at..value.end].find(',').map_or(value.end, |comma| at + comma);
        }
    }
}

fn push<'h>(html: &'h str, range: Range<usize>, found: &mut Vec<Address<'h>>) {
    let whole = html.get(range.clone()).unwrap_or_default();
    let text = whole.trim();
    if text.is_empty() {
        return;
    }
    let start = range.start + (whole.len() - whole.trim_start().len());
    let text = if text.contains('&') { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) };
    found.push(Address { range: start..start + whole.trim().len(), text });
}

/// The references that people write into addresses; others stay, and such an address is found broken.
fn unescaped(text: &str) -> String {
    let text =
        text.replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'").replace("&#x2f;", "/");
    text.replace("&#38;", "&").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::addresses;

    fn found(html: &str) -> Vec<String> {
        addresses(html).into_iter().map(|address| address.text.into_owned()).collect()
    }

    #[test]
    fn addresses_of_links_and_media_are_found_however_they_are_quoted() {
        assert_eq!(
            found("<a class=x href=\"a?b=1&amp;c=2\">t</a><IMG SRC='p.png' alt=\"href='no'\">"),
            ["a?b=1&c=2", "p.png"]
        );
        assert_eq!(found("<img\n  alt = a>b src=no> <img src=c.png/>"), ["c.png/"]);
        assert_eq!(
            found("<video poster=p.jpg src=\" v.mp4 \"><source src=w.webm></video>"),
            ["p.jpg", "v.mp4", "w.webm"]
        );
        assert_eq!(
            found("<img srcset=\"a.png 1x, b.png 2x,c.png\" src=d.png>"),
            ["a.png", "b.png", "c.png", "d.png"]
        );
        assert_eq!(found("<a href>x</a> <a href=\"\">y</a> <abbr href=no src=no>"), [""; 0]);
    }

    #[test]
    fn comments_and_the_text_of_scripts_hold_no_addresses() {
        assert!(
            found("<!-- <a href=no> --> <script>'<a href=no>'</SCRIPT><style><a href=no></style>").is_empty()
        );
        assert_eq!(found("<!-- x --><a href=yes>"), ["yes"]);
        assert_eq!(found("a < b <3 <"), [""; 0]);
    }

    #[test]
    fn html_that_does_not_end_is_no_trouble() {
        for html in [
            "<a href",
            "<a href=",
            "<a href='x",
            "<a",
            "<!--",
            "<img srcset='a 1x, ",
            "<script>",
            "<a é=é href=ü>",
            "<a =x",
        ] {
            let _ = found(html);
        }
        assert_eq!(found(&"<a href=x ".repeat(50_000)).len(), 50_000);
    }
}
