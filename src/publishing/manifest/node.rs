use serde::{Deserialize, Serialize};

use super::{Entry, References, Totals};
use crate::storage::BlobHash;

/// A subtree with at most this many files is one leaf, whatever it was before: the shape follows from the content.
pub(super) const LEAF: usize = 32;
pub(super) const FAN_OUT: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Node {
    /// Files, sorted by path.
    Leaf(Vec<Entry>),
    /// Subtrees by the next four bits of the paths' hashes.
    Branch(Box<[Option<Child>; FAN_OUT]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Child {
    pub hash: BlobHash,
    pub files: u64,
    pub bytes: u64,
}

/// The hash by which a path finds its place.
pub(super) fn key(path: &str) -> [u8; 32] {
    *blake3::hash(path.as_bytes()).as_bytes()
}

/// The four bits of a key at a depth. 64 levels are more than two different keys can share.
pub(super) fn slot(key: &[u8; 32], depth: usize) -> usize {
    let byte = key.get(depth / 2).copied().unwrap_or_default();
    usize::from(if depth.is_multiple_of(2) { byte >> 4 } else { byte & 0xf })
}

impl Node {
    pub(super) fn totals(&self) -> Totals {
        match self {
            Node::Leaf(entries) => Totals {
                files: entries.len() as u64,
                bytes: entries.iter().map(|entry| entry.identity.len).sum(),
            },
            Node::Branch(children) => children.iter().flatten().fold(Totals::default(), |sum, child| {
                Totals { files: sum.files + child.files, bytes: sum.bytes + child.bytes }
            }),
        }
    }

    pub(super) fn references(&self) -> References {
        match self {
            Node::Leaf(entries) => {
                let all = entries.iter().flat_map(|entry| [Some(entry.identity), entry.br, entry.gz]);
                References { nodes: Vec::new(), blobs: all.flatten().map(|blob| blob.hash).collect() }
            }
            Node::Branch(children) => {
                let nodes = children.iter().flatten().map(|child| child.hash).collect();
                References { nodes, blobs: Vec::new() }
            }
        }
    }

    /// What it costs to keep in memory, in bytes, with what the cache adds.
    pub(super) fn weight(&self) -> u32 {
        let own = match self {
            Node::Leaf(entries) => entries.iter().map(Entry::weight).sum(),
            Node::Branch(_) => size_of::<[Option<Child>; FAN_OUT]>(),
        };
        u32::try_from(own + 200).unwrap_or(u32::MAX)
    }
}
