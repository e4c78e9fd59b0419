use serde::{Deserialize, Serialize};

use crate::storage::BlobHash;

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its path below the host, without a leading slash: `guide/start/index.html`.
    pub path: String,
    /// Its media type, with charset.
    pub media_type: String,
    /// Whether its name carries a content hash, so that it may be cached for good.
    #[serde(default, skip_serializing_if = "is_false")]
    pub immutable: bool,
    /// Where the address has moved to; the file itself says the same to servers that only know files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Whether the move is told with 308 instead of 301.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keeps_method: bool,
    /// The content as it is.
    pub identity: Blob,
    /// The content under brotli, for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub br: Option<Blob>,
    /// The content under gzip, for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gz: Option<Blob>,
}

impl Entry {
    /// What it takes in memory, in bytes; each text comes with what the allocator adds.
    pub(super) fn weight(&self) -> usize {
        let texts = [&self.path, &self.media_type].into_iter().chain(&self.redirect);
        size_of::<Entry>() + texts.map(|text| text.len() + 16).sum::<usize>()
    }
}

/// Where content is kept, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// Its name in storage.
    pub hash: BlobHash,
    /// Its length in bytes.
    pub len: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !*value
}
