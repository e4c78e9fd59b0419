//! Reading documents and assets, with bounds.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use press::{Asset, Change, Document, Fault};
use rayon::prelude::*;

use crate::cli::folder::{Snapshot, Stamp};

/// A document beyond this is no page that a person wrote: 8 MiB are about 1,500 printed pages.
pub(in crate::cli) const LARGEST_DOCUMENT: u64 = 8 << 20;
/// An asset is held in memory while it is planned; anything larger belongs on a file host.
const LARGEST_ASSET: u64 = 64 << 20;

/// What changed from one snapshot to the next, read from the disk, and what could not be read. An unreadable document is
/// handed over empty, so that links to it are no further faults.
pub(super) fn changes(root: &Path, before: &Snapshot, now: &Snapshot) -> (Vec<Change>, Vec<Fault>) {
    let put: Vec<(&String, &Stamp)> =
        now.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp)).collect();
    let read: Vec<Result<Change, Fault>> =
        put.into_par_iter().map(|(path, stamp)| read(root, path, stamp.length)).collect();
    let mut faults = Vec::new();
    let mut changes: Vec<Change> =
        before.keys().filter(|path| !now.contains_key(*path)).map(|path| gone(path)).collect();
    for result in read {
        match result {
            Ok(change) => changes.push(change),
            Err(fault) => {
                changes.extend(
                    document(&fault.file)
                        .map(|path| Change::Put(Document { path: path.to_owned(), text: String::new() })),
                );
                faults.push(fault);
            }
        }
    }
    (changes, faults)
}

/// The path of a document inside `content/`, if the file is one.
fn document(path: &str) -> Option<&str> {
    path.strip_prefix("content/").filter(|inside| inside.ends_with(".md"))
}

fn gone(path: &str) -> Change {
    match document(path) {
        Some(inside) => Change::Remove(inside.to_owned()),
        None => Change::RemoveAsset(path.to_owned()),
    }
}

fn read(root: &Path, path: &str, length: u64) -> Result<Change, Fault> {
    let Some(inside) = document(path) else {
        within(path, length, LARGEST_ASSET)?;
        let bytes = fs::read(root.join(path)).map_err(|error| Fault::io(path, &error))?;
        return Ok(Change::PutAsset(Asset { path: path.to_owned(), bytes: bytes.into() }));
    };
    within(path, length, LARGEST_DOCUMENT)?;
    let bytes = fs::read(root.join(path)).map_err(|error| Fault::io(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| Fault::invalid_utf8(path, &error.utf8_error()))?;
    Ok(Change::Put(Document { path: inside.to_owned(), text }))
}

/// Refuses what is too large, by its name.
pub(in crate::cli) fn within(path: &str, length: u64, largest: u64) -> Result<(), Fault> {
    if length <= largest {
        return Ok(());
    }
    let what = format!("is {} MB large; the most is {} MB", length / 1_000_000, largest / 1_000_000);
    Err(Fault::new(path, what, "Split it into several files, or host it elsewhere and link to it."))
}

/// Gives the press the texts of documents that did not change themselves.
pub(super) struct Texts {
    pub content: PathBuf,
}

impl press::Texts for Texts {
    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        let path = self.content.join(path);
        let length = fs::metadata(&path)?.len();
        within(&path.display().to_string(), length, LARGEST_DOCUMENT)
            .map_err(|fault| io::Error::new(io::ErrorKind::FileTooLarge, fault.what))?;
        fs::read_to_string(&path).map(Cow::Owned)
    }
}
