use std::fmt;
use std::str::FromStr;

/// The BLAKE3 hash of a blob's content: its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobHash([u8; 32]);

/// A text that is no hash.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no blob hash: it should be 64 hexadecimal digits")]
pub struct BadHash(String);

impl BlobHash {
    /// The name of this content.
    pub fn of(bytes: &[u8]) -> BlobHash {
        BlobHash(*blake3::hash(bytes).as_bytes())
    }

    /// The bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Where it is kept: two levels of folders, so that none gets too large.
    pub(super) fn key(self) -> object_store::path::Path {
        let hex = self.to_string();
        object_store::path::Path::from_iter([&hex[..2], &hex[2..4], &hex])
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BlobHash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<BlobHash, BadHash> {
        let hash = blake3::Hash::from_hex(text).map_err(|_| BadHash(text.chars().take(80).collect()))?;
        Ok(BlobHash(*hash.as_bytes()))
    }
}

impl serde::Serialize for BlobHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for BlobHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
