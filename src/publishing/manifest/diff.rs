//! What differs between two manifests. Subtrees that both have are skipped unread, so the work follows the difference.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::{Child, Node};
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

pub(super) async fn diff(
    manifests: &Manifests,
    before: Option<BlobHash>,
    after: BlobHash,
) -> Result<Vec<Difference>, ManifestError> {
    let (mut todo, mut found): (Vec<Pair>, _) = (vec![(before, Some(after))], Vec::new());
    while let Some((before, after)) = todo.pop() {
        if before == after {
            continue;
        }
        match (load(manifests, before).await?.as_ref(), load(manifests, after).await?.as_ref()) {
            (Node::Branch(before), Node::Branch(after)) => {
                let hashes = |child: &Option<Child>| child.map(|child| child.hash);
                todo.extend(before.iter().map(hashes).zip(after.iter().map(hashes)));
            }
            // A leaf on one side at least: small, or all of the other side is new or gone.
            _ => found.extend(compare(all(manifests, before).await?, all(manifests, after).await?)),
        }
    }
    Ok(found)
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

fn compare(before: Vec<Entry>, after: Vec<Entry>) -> Vec<Difference> {
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
    differ.map(|(path, (before, after))| Difference { path, before, after }).collect()
}
