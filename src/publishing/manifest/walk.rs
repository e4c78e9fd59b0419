//! All files of an edition, some at a time.

use super::node::Node;
use super::{Entry, ManifestError, Manifests};
use crate::storage::BlobHash;

/// On its way through a manifest.
pub struct Walk {
    manifests: Manifests,
    todo: Vec<BlobHash>,
}

impl Manifests {
    /// Every entry of the manifest with this root, in no order that means anything.
    pub fn walk(&self, root: BlobHash) -> Walk {
        Walk { manifests: self.clone(), todo: vec![root] }
    }
}

impl Walk {
    /// Some more entries; `None` when there are no more.
    ///
    /// # Errors
    /// When a node can't be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Entry>>, ManifestError> {
        while let Some(hash) = self.todo.pop() {
            match self.manifests.read(hash).await? {
                Node::Leaf(entries) => return Ok(Some(entries)),
                Node::Branch(children) => {
                    self.todo.extend(children.iter().rev().flatten().map(|child| child.hash));
                }
            }
        }
        Ok(None)
    }
}
