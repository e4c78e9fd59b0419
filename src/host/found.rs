//! A file of an edition, with what its answers have in common worked out.

use std::cmp::Reverse;
use std::sync::OnceLock;

use poem::http::{HeaderMap, HeaderValue, StatusCode};

use super::answer;
use super::negotiate::Wishes;
use crate::publishing::manifest::{Blob, Entry};

/// A file at a path of an edition.
pub(super) struct Found {
    pub redirect: Option<Moved>,
    pub media_type: HeaderValue,
    /// Whether its name carries a hash of its content.
    pub immutable: bool,
    /// Whether it is a page, whose address gives Markdown to who prefers that.
    pub page: bool,
    identity: Variant,
    br: Option<Variant>,
    gz: Option<Variant>,
}

/// Where an address has moved to.
pub(super) struct Moved {
    pub to: Box<str>,
    pub status: StatusCode,
}

/// One representation of a file.
pub(super) struct Variant {
    pub blob: Blob,
    pub encoding: Option<&'static str>,
    lines: OnceLock<Box<[u8]>>,
}

/// What one takes in memory, roughly, in bytes: with its key, its header lines and the cache's own books.
pub(super) const FOUND_BYTES: u64 = 1_000;

impl Found {
    pub(super) fn new(path: &str, entry: &Entry) -> Found {
        let status = match entry.keeps_method {
            true => StatusCode::PERMANENT_REDIRECT,
            false => StatusCode::MOVED_PERMANENTLY,
        };
        let octets = HeaderValue::from_static("application/octet-stream");
        Found {
            redirect: entry.redirect.as_deref().map(|to| Moved { to: to.into(), status }),
            media_type: HeaderValue::from_str(&entry.media_type).unwrap_or(octets),
            immutable: entry.immutable,
            page: is_page(path),
            identity: Variant::new(entry.identity, None),
            br: entry.br.map(|blob| Variant::new(blob, Some("br"))),
            gz: entry.gz.map(|blob| Variant::new(blob, Some("gzip"))),
        }
    }

    /// The representation that a client likes best; of equals the smallest.
    pub(super) fn choose(&self, wishes: &Wishes) -> &Variant {
        let br = self.br.as_ref().map(|variant| (wishes.br, variant));
        let gz = self.gz.as_ref().map(|variant| (wishes.gzip, variant));
        [br, gz]
            .into_iter()
            .flatten()
            .filter(|(quality, _)| *quality > 0 && *quality >= wishes.identity)
            .max_by_key(|(quality, variant)| (*quality, Reverse(variant.blob.len)))
            .map_or(&self.identity, |(_, variant)| variant)
    }

    /// Whether answers differ by `Accept-Encoding`.
    pub(super) fn is_encoded(&self) -> bool {
        self.br.is_some() || self.gz.is_some()
    }

    /// The header lines that this file adds to those of every answer, as they are sent.
    pub(super) fn lines<'a>(&'a self, variant: &'a Variant) -> &'a [u8] {
        variant.lines.get_or_init(|| {
            let mut headers = HeaderMap::new();
            answer::describe(&mut headers, self, variant, self.page);
            lines(&headers).into_boxed_slice()
        })
    }
}

impl Variant {
    fn new(blob: Blob, encoding: Option<&'static str>) -> Variant {
        Variant { blob, encoding, lines: OnceLock::new() }
    }

    /// The hash of its own bytes, so it is a strong one.
    pub(super) fn etag(&self) -> String {
        format!("\"{}\"", &self.blob.hash.to_string()[..32])
    }
}

/// Whether the file at this path is a page.
pub(super) fn is_page(path: &str) -> bool {
    path == "index.html" || path.ends_with("/index.html")
}

/// Headers as they are sent.
pub(super) fn lines(headers: &HeaderMap) -> Vec<u8> {
    let mut lines = Vec::with_capacity(512);
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            lines.extend_from_slice(part);
        }
    }
    lines
}
