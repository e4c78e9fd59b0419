//! What is referred to: by the manifests of kept editions, which are blobs themselves, and by sites' files.

use std::collections::HashSet;

use crate::publishing::manifest::ManifestError;
use crate::publishing::{PublishError, Publishing, store};
use crate::storage::BlobHash;

/// Rows read at once.
pub(super) const PAGE: u64 = 500;

/// Blobs that somebody refers to. Of each hash 64 bits are kept, some 16 bytes of memory a blob: two that share them
/// would keep a blob that could go, and never the other way round.
#[derive(Default)]
pub(super) struct Marked(HashSet<u64>);

impl Marked {
    pub fn has(&self, hash: BlobHash) -> bool {
        self.0.contains(&short(hash))
    }

    fn add(&mut self, hash: BlobHash) {
        self.0.insert(short(hash));
    }
}

fn short(hash: BlobHash) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

impl Publishing {
    /// Everything that is referred to now. Whoever begins to refer to something meanwhile may be missed.
    pub(super) async fn mark(&self) -> Result<Marked, PublishError> {
        let departed = self.sites.every_departed().await?;
        let (mut marked, mut seen) = (Marked::default(), HashSet::new());
        let mut after = String::new();
        loop {
            let roots = store::roots(&self.db, None, &after, PAGE).await?;
            let Some(last) = roots.last() else { break };
            after.clone_from(&last.edition);
            for root in roots.iter().filter(|root| !departed.contains(&root.site)) {
                let reached = self.mark_below(&mut marked, &mut seen, root.manifests.clone()).await;
                reached.map_err(|error| lost(root, error))?;
            }
        }
        let mut after = Some(String::new());
        while let Some(place) = after {
            let (hashes, next) = self.sites.every_content(&departed, &place, PAGE).await?;
            hashes.into_iter().for_each(|hash| marked.add(hash));
            after = next;
        }
        Ok(marked)
    }

    /// Editions share most of their nodes: each is read once. Here all of the hash counts, since a node that was taken for
    /// another would leave everything below it unmarked.
    async fn mark_below(
        &self,
        marked: &mut Marked,
        seen: &mut HashSet<BlobHash>,
        mut todo: Vec<BlobHash>,
    ) -> Result<(), ManifestError> {
        while let Some(node) = todo.pop() {
            if !seen.insert(node) {
                continue;
            }
            let found = self.manifests.references(node).await?;
            marked.add(node);
            found.blobs.into_iter().for_each(|hash| marked.add(hash));
            todo.extend(found.nodes);
        }
        Ok(())
    }
}

fn lost(root: &store::Root, error: ManifestError) -> PublishError {
    match error {
        error if error.is_lost() => {
            PublishError::Lost { edition: root.edition.clone(), site: root.site, error }
        }
        error => error.into(),
    }
}
