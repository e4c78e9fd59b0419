//! A new tree from an old one and what changed.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use super::node::{Child, LEAF, Node, key, slot};
use super::{Entry, ManifestError, Manifests};
use crate::storage::BlobHash;

/// Changes of one subtree: a path's new entry, or `None` where it goes.
type Changes = Vec<([u8; 32], String, Option<Entry>)>;

pub(super) async fn update(
    manifests: &Manifests,
    root: Option<BlobHash>,
    put: Vec<Entry>,
    removed: Vec<String>,
) -> Result<BlobHash, ManifestError> {
    // A path that is removed and put in one go is put.
    let mut last: BTreeMap<String, Option<Entry>> = removed.into_iter().map(|path| (path, None)).collect();
    last.extend(put.into_iter().map(|entry| (entry.path.clone(), Some(entry))));
    let changes = last.into_iter().map(|(path, entry)| (key(&path), path, entry)).collect();
    let base = match root {
        Some(root) => manifests.load(root).await?.as_ref().clone(),
        None => Node::Leaf(Vec::new()),
    };
    let node = apply(manifests, base, changes, 0).await?;
    Ok(manifests.save(node).await?.hash)
}

type Applied<'a> = Pin<Box<dyn Future<Output = Result<Node, ManifestError>> + Send + 'a>>;

fn apply(manifests: &Manifests, node: Node, changes: Changes, depth: usize) -> Applied<'_> {
    Box::pin(async move {
        match node {
            Node::Leaf(entries) => {
                let mut files: BTreeMap<String, Entry> =
                    entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
                for (_, path, entry) in changes {
                    match entry {
                        Some(entry) => files.insert(path, entry),
                        None => files.remove(&path),
                    };
                }
                grow(manifests, files.into_values().collect(), depth).await
            }
            Node::Branch(mut children) => {
                for (place, group) in by_slot(changes, depth).into_iter().enumerate() {
                    if group.is_empty() {
                        continue;
                    }
                    let below = match &children[place] {
                        Some(child) => manifests.load(child.hash).await?.as_ref().clone(),
                        None => Node::Leaf(Vec::new()),
                    };
                    let below = apply(manifests, below, group, depth + 1).await?;
                    children[place] = save_unless_empty(manifests, below).await?;
                }
                shrink(manifests, children).await
            }
        }
    })
}

/// A leaf while it is small, a branch of leaves when it is not.
fn grow(manifests: &Manifests, entries: Vec<Entry>, depth: usize) -> Applied<'_> {
    Box::pin(async move {
        if entries.len() <= LEAF {
            return Ok(Node::Leaf(entries));
        }
        let changes =
            entries.into_iter().map(|entry| (key(&entry.path), entry.path.clone(), Some(entry))).collect();
        let mut children = [None; 16];
        for (place, group) in by_slot(changes, depth).into_iter().enumerate() {
            let below =
                grow(manifests, group.into_iter().filter_map(|(_, _, entry)| entry).collect(), depth + 1)
                    .await?;
            children[place] = save_unless_empty(manifests, below).await?;
        }
        Ok(Node::Branch(Box::new(children)))
    })
}

/// A branch that has become small is a leaf again.
async fn shrink(manifests: &Manifests, children: Box<[Option<Child>; 16]>) -> Result<Node, ManifestError> {
    let branch = Node::Branch(children.clone());
    if branch.totals().files > LEAF as u64 {
        return Ok(branch);
    }
    let mut entries = Vec::new();
    for child in children.iter().flatten() {
        entries.extend(manifests.entries(child.hash).await?);
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Node::Leaf(entries))
}

async fn save_unless_empty(manifests: &Manifests, node: Node) -> Result<Option<Child>, ManifestError> {
    if node.totals().files == 0 { Ok(None) } else { manifests.save(node).await.map(Some) }
}

fn by_slot(changes: Changes, depth: usize) -> [Changes; 16] {
    let mut groups: [Changes; 16] = Default::default();
    for change in changes {
        groups[slot(&change.0, depth)].push(change);
    }
    groups
}
