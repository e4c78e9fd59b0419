//! What differs between two manifests. Subtrees that both have are skipped unread, so the work follows the difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::{Child, FAN_OUT, Node};
use super::{Entry, ManifestError, Manifests};
use crate::storage::BlobHash;

/// A path whose entry is not the same in two manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file's path.
    pub path: String,
    /// Its entry in the first manifest.
    pub before: Option<Entry>,
    /// Its entry in the second.
    pub after: Option<Entry>,
}

/// The same place in both tries; absent where a trie has nothing there.
type Pair = (Option<BlobHash>, Option<BlobHash>);

/// Tells each difference as it is found, so that whoever only counts needs no memory for all of them.
pub(super) async fn diff(
    manifests: &Manifests,
    before: Option<BlobHash>,
    after: BlobHash,
    mut told: impl FnMut(Difference),
) -> Result<(), ManifestError> {
    let mut todo: Vec<Pair> = vec![(before, Some(after))];
    while let Some((before, after)) = todo.pop() {
        if before == after {
            continue;
        }
        match (load(manifests, before).await?.as_ref(), load(manifests, after).await?.as_ref()) {
            (Node::Branch(before), Node::Branch(after)) => todo.extend(hashes(before).zip(hashes(after))),
            (Node::Leaf(none), Node::Branch(after)) if none.is_empty() => {
                todo.extend(hashes(after).map(|child| (None, child)));
            }
            (Node::Branch(before), Node::Leaf(none)) if none.is_empty() => {
                todo.extend(hashes(before).map(|child| (child, None)));
            }
            // A leaf on one side at least: small.
            _ => compare(all(manifests, before).await?, all(manifests, after).await?, &mut told),
        }
    }
    Ok(())
}

fn hashes(children: &[Option<Child>; FAN_OUT]) -> impl Iterator<Item = Option<BlobHash>> {
    children.iter().map(|child| child.map(|child| child.hash))
}

async fn load(manifests: &Manifests, hash: Option<BlobHash>) -> Result<Arc<Node>, ManifestError> {
    match hash {
        Some(hash) => manifests.load(hash).await,
        None => Ok(Node::Leaf(Vec::new()).into()),
    }
}

async fn all(manifests: &Manifests, hash: Option<BlobHash>) -> Result<Vec<Entry>, ManifestError> {
    match hash {
        Some(hash) => manifests.entries(hash).await,
        None => Ok(Vec::new()),
    }
}

fn compare(before: Vec<Entry>, after: Vec<Entry>, told: &mut impl FnMut(Difference)) {
    let mut sides: BTreeMap<String, (Option<Entry>, Option<Entry>)> = BTreeMap::new();
    for entry in before {
        let path = entry.path.clone();
        sides.entry(path).or_default().0 = Some(entry);
    }
    for entry in after {
        let path = entry.path.clone();
        sides.entry(path).or_default().1 = Some(entry);
    }
    let differ = sides.into_iter().filter(|(_, (before, after))| before != after);
    differ.for_each(|(path, (before, after))| told(Difference { path, before, after }));
}
