//! Published files in memory, bounded by a setting.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use moka::sync::Cache;
use poem::http::HeaderValue;

use super::negotiate::Wishes;
use crate::publishing::manifest::{Blob, Entry};
use crate::publishing::{PublishError, Publishing};
use crate::storage::BlobHash;

/// A file of an edition, with what its answers have in common worked out.
pub(super) struct Found {
    pub entry: Entry,
    pub media_type: HeaderValue,
    identity: Variant,
    br: Option<Variant>,
    gz: Option<Variant>,
}

/// One representation of a file. Its ETag is the hash of its own bytes, so it is strong.
pub(super) struct Variant {
    pub blob: Blob,
    pub etag: HeaderValue,
    pub encoding: Option<HeaderValue>,
}

pub(super) struct Files {
    publishing: Publishing,
    /// By manifest and path; `None` for paths that are not there.
    found: Cache<[u8; 32], Option<Arc<Found>>>,
    contents: moka::future::Cache<BlobHash, Bytes>,
}

/// What an entry takes in memory, roughly, in bytes: with the key and the cache's own books.
const ENTRY_BYTES: u32 = 1_024;
/// Files over a mebibyte are read for each request, in the part that is asked for.
pub(super) const LARGEST_KEPT: u64 = 1024 * 1024;
const CONTENT_OVERHEAD: usize = 200;

impl Files {
    pub(super) fn new(publishing: Publishing, cache_bytes: u64) -> Files {
        let found = Cache::builder().max_capacity(cache_bytes / 8).weigher(|_, _| ENTRY_BYTES).build();
        let weigh =
            |_: &BlobHash, bytes: &Bytes| u32::try_from(bytes.len() + CONTENT_OVERHEAD).unwrap_or(u32::MAX);
        let contents =
            moka::future::Cache::builder().max_capacity(cache_bytes - cache_bytes / 8).weigher(weigh).build();
        Files { publishing, found, contents }
    }

    /// The file at a path of an edition.
    pub(super) async fn find(
        &self,
        manifest: BlobHash,
        path: &str,
    ) -> Result<Option<Arc<Found>>, PublishError> {
        // Keyed with the manifest, so that no path of one edition can meet another's.
        let key = *blake3::keyed_hash(manifest.as_bytes(), path.as_bytes()).as_bytes();
        if let Some(found) = self.found.get(&key) {
            return Ok(found);
        }
        let entry = self.publishing.entry(manifest, path).await?;
        let found = entry.map(|entry| Arc::new(Found::new(entry)));
        self.found.insert(key, found.clone());
        Ok(found)
    }

    /// A part of a large representation, without reading the rest.
    pub(super) async fn part(&self, blob: Blob, part: Range<u64>) -> Result<Bytes, PublishError> {
        self.publishing.content_part(blob.hash, part).await
    }

    /// The content of a representation.
    pub(super) async fn content(&self, blob: Blob) -> Result<Bytes, PublishError> {
        if let Some(bytes) = self.contents.get(&blob.hash).await {
            return Ok(bytes);
        }
        if blob.len > LARGEST_KEPT {
            // A few large files would push a whole site out of memory.
            return self.publishing.content(blob.hash).await;
        }
        // Of many who miss at once, one reads for all.
        let read = self.contents.try_get_with(blob.hash, self.publishing.content(blob.hash)).await;
        read.map_err(|error: Arc<PublishError>| PublishError::Shared(error))
    }
}

impl Found {
    fn new(entry: Entry) -> Found {
        let variant = |blob: Blob, encoding: Option<&'static str>| {
            let etag = format!("\"{}\"", &blob.hash.to_string()[..32]);
            Variant {
                blob,
                etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("\"\"")),
                encoding: encoding.map(HeaderValue::from_static),
            }
        };
        let octets = HeaderValue::from_static("application/octet-stream");
        Found {
            media_type: HeaderValue::from_str(&entry.media_type).unwrap_or(octets),
            identity: variant(entry.identity, None),
            br: entry.br.map(|blob| variant(blob, Some("br"))),
            gz: entry.gz.map(|blob| variant(blob, Some("gzip"))),
            entry,
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
            .max_by_key(|(quality, variant)| (*quality, std::cmp::Reverse(variant.blob.len)))
            .map_or(&self.identity, |(_, variant)| variant)
    }

    /// Whether answers differ by `Accept-Encoding`.
    pub(super) fn is_encoded(&self) -> bool {
        self.br.is_some() || self.gz.is_some()
    }
}
