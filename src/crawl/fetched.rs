//! A document as it came.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use url::Url;

use super::charset;

/// One document, fetched. The status may be any: a 404 is an answer too.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it was in the end, after redirects.
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    /// Inflated.
    pub body: Bytes,
    /// Bytes of the body as they came over the network.
    pub wire_bytes: u64,
    /// The redirects on the way, first to last.
    pub hops: Vec<Hop>,
    /// From sending the last request to its response's head, connection included where one had to be made.
    pub first_byte: Duration,
    /// When it was here, by the fetcher's clock.
    pub at: jiff::Timestamp,
}

/// A redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    pub url: Url,
    pub status: u16,
}

impl Fetched {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's text; `None` if it is missing or no text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type without its parameters, in lower case: `text/html`.
    pub fn media_type(&self) -> Option<String> {
        let value = self.header(&CONTENT_TYPE)?.split(';').next()?.trim();
        (!value.is_empty()).then(|| value.to_ascii_lowercase())
    }

    /// Whether it says that it is HTML, or says nothing and begins as HTML does.
    pub fn is_html(&self) -> bool {
        match self.media_type() {
            Some(kind) => kind == "text/html" || kind == "application/xhtml+xml",
            None => self.body.trim_ascii_start().first() == Some(&b'<'),
        }
    }

    /// The charset in which [`Fetched::text`] reads the body, by its standard name.
    pub fn charset(&self) -> &'static str {
        charset::of(&self.body, self.header(&CONTENT_TYPE)).name()
    }

    /// The body as text.
    pub fn text(&self) -> Cow<'_, str> {
        charset::decode(&self.body, charset::of(&self.body, self.header(&CONTENT_TYPE)))
    }
}
