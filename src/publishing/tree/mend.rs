//! Looking whether a tree has every file that its edition has, and putting back what is missing.

use std::collections::HashSet;
use std::path::Path;

use super::forest::Tree;
use super::{Trees, change};
use crate::publishing::PublishError;
use crate::publishing::manifest::{Difference, Entry};
use crate::storage::{BlobHash, Storage};

impl Trees<'_> {
    /// Puts back files that are missing, of another length, or no link to a copy that this node is to keep; how many entries
    /// had any.
    pub(super) async fn mend(&self, tree: &Tree, root: BlobHash) -> Result<u64, PublishError> {
        let (mut walk, mut mended) = (self.manifests.walk(root), 0);
        while let Some(entries) = walk.next().await? {
            let (folder, storage) = (tree.folder(), self.storage.clone());
            let looking = tokio::task::spawn_blocking(move || missing(&folder, &storage, entries));
            let missing = looking.await.map_err(|error| PublishError::Rendering(error.to_string()))?;
            if !missing.is_empty() {
                mended += missing.len() as u64;
                self.storage.fetch(change::wanted(&missing)).await?;
                self.apply(tree, missing).await?;
            }
        }
        Ok(mended)
    }

    /// Makes sure that the nodes of a manifest are kept near, and notes them.
    pub(super) async fn nodes(
        &self,
        root: BlobHash,
        noted: &mut HashSet<BlobHash>,
    ) -> Result<(), PublishError> {
        let mut todo = vec![root];
        while let Some(node) = todo.pop() {
            if noted.insert(node) {
                todo.extend(self.manifests.references(node).await?.nodes);
            }
        }
        Ok(())
    }
}

fn missing(folder: &Path, storage: &Storage, entries: Vec<Entry>) -> Vec<Difference> {
    let is_there = |entry: &Entry| {
        let blobs = [("", Some(entry.identity)), (".br", entry.br), (".gz", entry.gz)];
        blobs.into_iter().filter_map(|(ending, blob)| Some((ending, blob?))).all(|(ending, blob)| {
            let file = folder.join(format!("{}{ending}", entry.path));
            std::fs::symlink_metadata(file).is_ok_and(|data| data.is_file() && data.len() == blob.len)
                && storage.stays_near(blob.hash)
        })
    };
    let missing = entries.into_iter().filter(|entry| !is_there(entry));
    let missing =
        missing.map(|entry| Difference { path: entry.path.clone(), before: None, after: Some(entry) });
    missing.collect()
}
