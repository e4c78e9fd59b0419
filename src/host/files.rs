//! Published files in memory, bounded by a setting.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter};

use super::found::{FOUND_BYTES, Found};
use super::sendable::{Content, Sendables};
use crate::publishing::manifest::Blob;
use crate::publishing::{PublishError, Publishing};
use crate::storage::BlobHash;

pub(super) struct Files {
    publishing: Publishing,
    /// `None` for paths that are not there.
    found: Cache<Place, Option<Arc<Found>>, Weigh>,
    contents: Cache<BlobHash, Bytes, Weigh>,
    sendables: Sendables,
}

/// What is in memory of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Which sort.
    pub what: &'static str,
    /// How many.
    pub things: u64,
    /// What they count for, in bytes.
    pub bytes: u64,
}

/// Files over a mebibyte are read for each request, in parts.
pub(super) const LARGEST_KEPT: u64 = 1024 * 1024;

impl Files {
    pub(super) fn new(publishing: Publishing, cache_bytes: u64) -> Files {
        // Pages are a few kilobytes in each encoding, what is known of them about one.
        let found = cache_bytes / 4;
        let (sendables, sendable) = Sendables::new(cache_bytes / 4);
        let contents = cache_bytes.saturating_sub(found + sendable);
        Files { publishing, found: cache(found, FOUND_BYTES), contents: cache(contents, 4_096), sendables }
    }

    /// What is in memory.
    pub(super) fn kept(&self) -> [Kept; 2] {
        let count = |things: usize| things as u64;
        [
            Kept { what: "paths", things: count(self.found.len()), bytes: self.found.weight() },
            Kept { what: "contents", things: count(self.contents.len()), bytes: self.contents.weight() },
        ]
    }

    /// The file at a path of an edition.
    pub(super) async fn find(
        &self,
        manifest: BlobHash,
        path: &str,
    ) -> Result<Option<Arc<Found>>, PublishError> {
        // Keyed with the manifest, so that no path of one edition can meet another's.
        if let Some(found) = self.found.get(&(manifest, path)) {
            return Ok(found);
        }
        let entry = Box::pin(self.publishing.entry(manifest, path)).await?;
        let found = entry.map(|entry| Arc::new(Found::new(path, &entry)));
        self.found.insert(Place { manifest, path: path.into() }, found.clone());
        Ok(found)
    }

    /// The content of a representation of a mebibyte at most.
    pub(super) async fn content(&self, blob: Blob) -> Result<Bytes, PublishError> {
        if let Some(bytes) = self.contents.get(&blob.hash) {
            return Ok(bytes);
        }
        // Of many who miss at once, one reads for all.
        let read = self.publishing.content(blob.hash);
        Box::pin(self.contents.get_or_insert_async(&blob.hash, read)).await
    }

    /// The content of a representation of a mebibyte at most, in the form that is sent best at time `now` (milliseconds).
    pub(super) async fn sendable(&self, blob: Blob, now: i64) -> Result<Content, PublishError> {
        let content = self.content(blob).await?;
        Ok(self.sendables.of(blob.hash, content, now))
    }

    /// A part of a representation of any size, as it is read.
    pub(super) async fn stream(
        &self,
        blob: Blob,
        part: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, PublishError>> + use<>, PublishError> {
        self.publishing.content_stream(blob.hash, blob.len, part).await
    }
}

/// A path of an edition.
#[derive(PartialEq, Eq, Hash)]
struct Place {
    manifest: BlobHash,
    path: Box<str>,
}

impl Equivalent<Place> for (BlobHash, &str) {
    fn equivalent(&self, place: &Place) -> bool {
        self.0 == place.manifest && *self.1 == *place.path
    }
}

/// What things in memory count for, in bytes.
#[derive(Clone)]
struct Weigh;

impl Weighter<Place, Option<Arc<Found>>> for Weigh {
    fn weight(&self, place: &Place, found: &Option<Arc<Found>>) -> u64 {
        place.path.len() as u64 + if found.is_some() { FOUND_BYTES } else { 200 }
    }
}

impl Weighter<BlobHash, Bytes> for Weigh {
    fn weight(&self, _: &BlobHash, bytes: &Bytes) -> u64 {
        bytes.len() as u64 + 200
    }
}

/// A cache of this many bytes, for things that mostly have the given size.
fn cache<K: Eq + std::hash::Hash, V: Clone>(bytes: u64, usual: u64) -> Cache<K, V, Weigh>
where
    Weigh: Weighter<K, V>,
{
    // A shard takes nothing that is larger than itself: each must hold the largest files.
    let shards = usize::try_from(bytes / (4 * LARGEST_KEPT)).unwrap_or(1).clamp(1, 64);
    let items = usize::try_from(bytes / usual).unwrap_or(usize::MAX).max(1);
    let mut options = OptionsBuilder::new();
    options.shards(shards).estimated_items_capacity(items).weight_capacity(bytes);
    match options.build() {
        Ok(options) => {
            Cache::with_options(options, Weigh, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
        Err(_) => Cache::with_weighter(items, bytes, Weigh),
    }
}
