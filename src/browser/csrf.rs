//! Forms that only our own pages can fill in: where a request comes from, and a token that goes with its cookie.

use poem::http::{HeaderMap, header};

use crate::base::Secret;

/// The name of the field that each form carries.
pub const FIELD: &str = "form_token";
/// The header that carries it where there is no form.
pub const HEADER: &str = "x-form-token";
const CONTEXT: &str = "citepress console form token, 2026-11";

/// The token of a browser's forms. It is made from a cookie that no script and no other host can read, one way: the
/// page that shows it gives no session away.
pub fn token(cookie: &Secret) -> String {
    let key = blake3::derive_key(CONTEXT, cookie.reveal().as_bytes());
    blake3::Hash::from_bytes(key).to_hex().to_string()
}

/// Whether a form's token is the cookie's. Hashes compare in constant time.
pub fn is_token(cookie: &Secret, given: &str) -> bool {
    let own = blake3::Hash::from_bytes(blake3::derive_key(CONTEXT, cookie.reveal().as_bytes()));
    blake3::Hash::from_hex(given).is_ok_and(|given| given == own)
}

/// Whether a request that changes something comes from the console's own pages. Browsers say so in `Origin`; the host
/// they asked is one of ours, or the request would not have come here.
pub fn is_own_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return text(header::HeaderName::from_static("sec-fetch-site")) == Some("same-origin");
    };
    let here = text(header::HOST).is_some_and(|host| {
        origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
    });
    here || origin.eq_ignore_ascii_case(public_url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    #[test]
    fn a_token_is_good_with_its_own_cookie_alone() {
        let (own, other) = (Secret::new("one"), Secret::new("two"));
        assert!(is_token(&own, &token(&own)));
        assert!(!is_token(&other, &token(&own)) && !is_token(&own, "") && !is_token(&own, "one"));
    }

    #[test]
    fn requests_from_elsewhere_or_from_nowhere_are_not_ours() {
        let from = |lines: &[(&'static str, &'static str)]| {
            let lines =
                lines.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            is_own_origin(&lines.collect(), "https://app.example")
        };
        assert!(from(&[("origin", "https://app.example"), ("host", "10.0.0.1:8080")]));
        assert!(from(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        for elsewhere in
            ["https://evil.example", "null", "https://app.example.evil.example", "http://localhost:9"]
        {
            assert!(!from(&[("origin", elsewhere), ("host", "localhost:8080")]), "{elsewhere}");
        }
        assert!(!from(&[("host", "localhost:8080")]), "a request that does not say where it comes from");
        assert!(!from(&[("sec-fetch-site", "same-site")]));
    }
}
