//! What an edition holds: path -> blobs, as a persistent tree.
//!
//! The tree is a hash trie over the paths' hashes whose nodes are blobs themselves, so two editions share every node that
//! did not change and a new edition costs what changed. Its shape depends on its content alone, never on the order of
//! edits: the same files make the same root, which is how "byte-equal to a clean build" is compared.

mod diff;
mod entry;
mod node;
mod update;
mod walk;

pub use diff::Difference;
pub use entry::{Blob, Entry};
pub use walk::Walk;

use moka::future::Cache;
use std::sync::Arc;

use self::node::Node;
use crate::storage::{BlobHash, Storage, StorageError};

/// Reads and writes manifests. Cheap to clone; clones share the cache of nodes.
#[derive(Clone, Debug)]
pub struct Manifests {
    storage: Storage,
    nodes: Cache<BlobHash, Arc<Node>>,
}

/// What a manifest holds in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many files.
    pub files: u64,
    /// Their size, uncompressed.
    pub bytes: u64,
}

/// What a node of a manifest refers to.
#[derive(Debug, Default)]
pub struct References {
    /// Nodes below it.
    pub nodes: Vec<BlobHash>,
    /// Contents of files, in every encoding.
    pub blobs: Vec<BlobHash>,
}

impl References {
    /// What the content of a node refers to, for who has read it himself.
    ///
    /// # Errors
    /// [`ManifestError::Unreadable`].
    pub fn of(node: BlobHash, content: &[u8]) -> Result<References, ManifestError> {
        let read: Node = serde_json::from_slice(content).map_err(|_| ManifestError::Unreadable(node))?;
        Ok(read.references())
    }
}

/// Why a manifest could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A node does not read as one.
    #[error("manifest node {0} can't be read: publish the site again")]
    Unreadable(BlobHash),
}

impl ManifestError {
    /// Whether what it is about is gone or damaged, and not the storage away.
    pub fn is_lost(&self) -> bool {
        match self {
            ManifestError::Storage(error) => {
                matches!(error, StorageError::Missing(_) | StorageError::Damaged(_))
            }
            ManifestError::Unreadable(_) => true,
        }
    }
}

impl Manifests {
    /// Manifests in this storage; nodes are kept in memory up to so many bytes.
    pub fn new(storage: Storage, cache_bytes: u64) -> Manifests {
        let weigh = |_: &BlobHash, node: &Arc<Node>| node.weight();
        let nodes = Cache::builder().max_capacity(cache_bytes).weigher(weigh).build();
        Manifests { storage, nodes }
    }

    /// The entry of a path in the manifest with this root.
    ///
    /// # Errors
    /// When a node can't be read.
    pub async fn get(&self, root: BlobHash, path: &str) -> Result<Option<Entry>, ManifestError> {
        let key = node::key(path);
        let mut hash = root;
        for depth in 0.. {
            match self.load(hash).await?.as_ref() {
                Node::Leaf(entries) => return Ok(entries.iter().find(|entry| entry.path == path).cloned()),
                Node::Branch(children) => match &children[node::slot(&key, depth)] {
                    Some(child) => hash = child.hash,
                    None => return Ok(None),
                },
            }
        }
        Ok(None)
    }

    /// A manifest with these files put and these paths removed. Without a root it starts from nothing.
    ///
    /// # Errors
    /// When a node can't be read or written; the manifest at `root` is untouched in any case.
    pub async fn update(
        &self,
        root: Option<BlobHash>,
        put: Vec<Entry>,
        removed: Vec<String>,
    ) -> Result<BlobHash, ManifestError> {
        update::update(self, root, put, removed).await
    }

    /// Every entry, in no order that means anything.
    ///
    /// # Errors
    /// When a node can't be read.
    pub async fn entries(&self, root: BlobHash) -> Result<Vec<Entry>, ManifestError> {
        let (mut todo, mut found) = (vec![root], Vec::new());
        while let Some(hash) = todo.pop() {
            match self.load(hash).await?.as_ref() {
                Node::Leaf(entries) => found.extend(entries.iter().cloned()),
                Node::Branch(children) => todo.extend(children.iter().flatten().map(|child| child.hash)),
            }
        }
        Ok(found)
    }

    /// What a node refers to: nodes below it, and blobs of files. Read past the memory of nodes: whoever asks walks over
    /// everything, and would push out what readers need.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn references(&self, node: BlobHash) -> Result<References, ManifestError> {
        Ok(self.read(node).await?.references())
    }

    /// What differs between two manifests; all of `after` where there is no `before`.
    ///
    /// # Errors
    /// When a node can't be read.
    pub async fn diff(
        &self,
        before: Option<BlobHash>,
        after: BlobHash,
    ) -> Result<Vec<Difference>, ManifestError> {
        let mut found = Vec::new();
        diff::diff(self, before, after, |difference| found.push(difference)).await?;
        Ok(found)
    }

    /// As [`Manifests::diff`], told one by one.
    ///
    /// # Errors
    /// When a node can't be read.
    pub async fn compare(
        &self,
        before: Option<BlobHash>,
        after: BlobHash,
        told: impl FnMut(Difference),
    ) -> Result<(), ManifestError> {
        diff::diff(self, before, after, told).await
    }

    /// How much a manifest holds, read from its root alone.
    ///
    /// # Errors
    /// When the root can't be read.
    pub async fn totals(&self, root: BlobHash) -> Result<Totals, ManifestError> {
        Ok(self.load(root).await?.totals())
    }

    async fn load(&self, hash: BlobHash) -> Result<Arc<Node>, ManifestError> {
        if let Some(node) = self.nodes.get(&hash).await {
            return Ok(node);
        }
        let node = Arc::new(self.read(hash).await?);
        self.nodes.insert(hash, Arc::clone(&node)).await;
        Ok(node)
    }

    async fn read(&self, hash: BlobHash) -> Result<Node, ManifestError> {
        let bytes = self.storage.get(hash).await?;
        serde_json::from_slice(&bytes).map_err(|_| ManifestError::Unreadable(hash))
    }

    async fn save(&self, node: Node) -> Result<node::Child, ManifestError> {
        let totals = node.totals();
        let bytes = serde_json::to_vec(&node).unwrap_or_default();
        let hash = self.storage.put(bytes.into()).await?;
        self.nodes.insert(hash, Arc::new(node)).await;
        Ok(node::Child { hash, files: totals.files, bytes: totals.bytes })
    }
}

#[cfg(test)]
mod tests;
