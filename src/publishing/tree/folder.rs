//! The shape of a tree, worked out from a manifest without touching the disk.

use std::collections::{BTreeMap, HashSet};

use crate::publishing::manifest::Entry;
use crate::storage::BlobHash;

/// A folder: what is in it, by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folder {
    pub items: BTreeMap<String, Item>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    File(BlobHash),
    Folder(Folder),
}

impl Folder {
    /// The tree of these files, each with its ready-made encodings beside it.
    pub(super) fn of(entries: &[Entry]) -> Folder {
        let mut root = Folder::default();
        for entry in entries {
            let parts: Vec<&str> = entry.path.split('/').collect();
            let encodings = [("", Some(entry.identity)), (".br", entry.br), (".gz", entry.gz)];
            for (ending, blob) in encodings {
                if let Some(blob) = blob {
                    root.put(&parts, ending, blob.hash);
                }
            }
        }
        root
    }

    fn put(&mut self, parts: &[&str], ending: &str, hash: BlobHash) {
        match parts {
            [] => {}
            [name] => {
                // A file never replaces a folder: the press refuses such a pair, and a later one would hide pages.
                let item = self.items.entry(format!("{name}{ending}")).or_insert(Item::File(hash));
                if let Item::File(kept) = item {
                    *kept = hash;
                }
            }
            [name, rest @ ..] => {
                let item =
                    self.items.entry((*name).to_owned()).or_insert_with(|| Item::Folder(Folder::default()));
                if let Item::Folder(below) = item {
                    below.put(rest, ending, hash);
                }
            }
        }
    }

    /// The folder's name in the forest: it follows from what it holds.
    pub(super) fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (name, item) in &self.items {
            let (kind, hash) = match item {
                Item::File(hash) => ("file", hash.to_string()),
                Item::Folder(below) => ("folder", below.hash()),
            };
            for field in [name.as_str(), kind, &hash] {
                hasher.update(&(field.len() as u64).to_le_bytes()).update(field.as_bytes());
            }
        }
        hasher.finalize().to_hex()[..40].to_owned()
    }

    /// The names of this folder and all below it.
    pub(super) fn hashes(&self, into: &mut HashSet<String>) {
        into.insert(self.hash());
        for item in self.items.values() {
            if let Item::Folder(below) = item {
                below.hashes(into);
            }
        }
    }
}
