//! What a client would like: encodings and Markdown by q-values (RFC 9110). Pure.

use poem::http::{HeaderMap, header};

/// The wishes of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wishes {
    /// Quality of brotli, 0 to 1000.
    pub br: u16,
    /// Quality of gzip.
    pub gzip: u16,
    /// Quality of the content as it is.
    pub identity: u16,
    /// Whether Markdown is preferred to HTML.
    pub markdown: bool,
}

impl Wishes {
    /// The wishes that a request's headers tell.
    pub(super) fn of(headers: &HeaderMap) -> Wishes {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        // A range counts bytes of the content as it is.
        let encodings = text(header::ACCEPT_ENCODING).filter(|_| !headers.contains_key(header::RANGE));
        Wishes::read(encodings, text(header::ACCEPT))
    }

    /// Reads the values of `Accept-Encoding` and `Accept`.
    pub(super) fn read(encodings: Option<&str>, accept: Option<&str>) -> Wishes {
        let markdown = accept.is_some_and(prefers_markdown);
        let Some(encodings) = encodings else { return Wishes { br: 0, gzip: 0, identity: 1000, markdown } };
        let any = quality(encodings, "*").unwrap_or(0);
        Wishes {
            br: quality(encodings, "br").unwrap_or(any),
            gzip: quality(encodings, "gzip").or_else(|| quality(encodings, "x-gzip")).unwrap_or(any),
            // Never refused for want of an encoding: "identity;q=0" alone gets the content as it is after all.
            identity: quality(encodings, "identity").unwrap_or(1),
            markdown,
        }
    }
}

/// The quality of one name in a list such as `gzip;q=0.5, br`, in thousandths.
fn quality(list: &str, name: &str) -> Option<u16> {
    list.split(',').find_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(name) {
            return None;
        }
        let q = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some(q.map_or(1000, thousandths))
    })
}

/// `0.75` -> 750; what is no number counts as 0.
fn thousandths(q: &str) -> u16 {
    let value = q.parse::<f32>().unwrap_or(0.0).clamp(0.0, 1.0) * 1000.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    let value = value.round() as u16;
    value
}

/// Browsers ask for text/html; agents that want Markdown name it, and name HTML lower or not at all.
fn prefers_markdown(accept: &str) -> bool {
    let markdown = quality(accept, "text/markdown").unwrap_or(0);
    let html = ["text/html", "text/*", "*/*"].iter().find_map(|name| quality(accept, name)).unwrap_or(0);
    markdown > 0 && markdown >= html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(pairs: &[(header::HeaderName, &str)]) -> Wishes {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        Wishes::of(&headers)
    }

    #[test]
    fn q_values_decide_and_zero_refuses() {
        let wishes = wishes(&[(header::ACCEPT_ENCODING, "gzip;q=0.5, br;q=0, *;q=0.1")]);
        assert_eq!((wishes.br, wishes.gzip, wishes.identity), (0, 500, 1));
    }

    #[test]
    fn a_range_is_of_the_content_as_it_is() {
        let wishes = wishes(&[(header::ACCEPT_ENCODING, "br"), (header::RANGE, "bytes=0-9")]);
        assert_eq!((wishes.br, wishes.identity), (0, 1000));
    }

    #[test]
    fn only_who_prefers_markdown_gets_it() {
        let accept = |value: &'static str| wishes(&[(header::ACCEPT, value)]).markdown;
        assert!(accept("text/markdown"));
        assert!(accept("text/markdown, text/html;q=0.9"));
        assert!(!accept("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(!accept("text/html, text/markdown;q=0.5"));
        assert!(!accept("text/markdown;q=0.1, */*"));
    }
}
