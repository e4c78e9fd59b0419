//! Reading documents and assets, with bounds.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use press::{Asset, Change, Fault};
use rayon::prelude::*;

use super::drafts;
use super::output::Output;
use crate::cli::folder::{Snapshot, Stamp};

/// A document beyond this is no page that a person wrote: 8 MiB are about 1,500 printed pages.
pub(in crate::cli) const LARGEST_DOCUMENT: u64 = 8 << 20;
/// An asset is held in memory while it is planned; anything larger belongs on a file host.
const LARGEST_ASSET: u64 = 64 << 20;

/// What changed from one snapshot to the next, and the assets that could not be read. Documents are only named: the press
/// asks [`Texts`] for them one by one, so that a site need not fit into memory.
pub(super) fn changes(root: &Path, before: &Snapshot, now: &Snapshot) -> (Vec<Change>, Vec<Fault>) {
    let put: Vec<(&String, &Stamp)> =
        now.iter().filter(|(path, stamp)| before.get(*path) != Some(*stamp)).collect();
    let put: Vec<Result<Change, Fault>> =
        put.into_par_iter().map(|(path, stamp)| change(root, path, stamp.length)).collect();
    let mut faults = Vec::new();
    let mut changes: Vec<Change> =
        before.keys().filter(|path| !now.contains_key(*path)).map(|path| gone(path)).collect();
    for result in put {
        match result {
            Ok(change) => changes.push(change),
            Err(fault) => faults.push(fault),
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

fn change(root: &Path, path: &str, length: u64) -> Result<Change, Fault> {
    if let Some(inside) = document(path) {
        return Ok(Change::Found(inside.to_owned()));
    }
    within(path, length, LARGEST_ASSET)?;
    let bytes = fs::read(root.join(path)).map_err(|error| Fault::io(path, &error))?;
    Ok(Change::PutAsset(Asset { path: path.to_owned(), bytes: bytes.into() }))
}

/// Refuses what is too large, by its name.
pub(in crate::cli) fn within(path: &str, length: u64, largest: u64) -> Result<(), Fault> {
    if length <= largest {
        return Ok(());
    }
    let what = format!("is {} MB large; the most is {} MB", length / 1_000_000, largest / 1_000_000);
    Err(Fault::new(path, what, "Split it into several files, or host it elsewhere and link to it."))
}

/// The bytes of a document, looked up and read through one handle.
fn bounded(path: &Path, shown: &str) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: io::Error| Fault::io(shown, &error);
    let mut file = fs::File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    within(shown, length, LARGEST_DOCUMENT)?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // A file that grows meanwhile is cut off at the bound, not followed.
    file.by_ref().take(LARGEST_DOCUMENT).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Gives the press the texts of documents, and remembers what was wrong with those it could not give: an
/// [`io::Error`] has no room for a cure.
pub(super) struct Texts<'a> {
    content: PathBuf,
    /// Where the sizes of pictures lie that earlier builds made.
    output: Option<&'a Output>,
    /// Whether drafts are built like other pages.
    drafts: bool,
    faults: Mutex<Vec<Fault>>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(site: &Path, drafts: bool, output: Option<&'a Output>) -> Texts<'a> {
        Texts { content: site.join("content"), output, drafts, faults: Mutex::default() }
    }

    /// Faults with the press's own for the same files replaced by what was really wrong.
    pub(super) fn explain(&self, faults: Vec<Fault>, mut unread: Vec<Fault>) -> Vec<Fault> {
        unread.append(&mut self.faults.lock().unwrap_or_else(PoisonError::into_inner));
        let told = |fault: &Fault| unread.iter().any(|other| other.file == fault.file);
        let mut all: Vec<Fault> = faults.into_iter().filter(|fault| !told(fault)).collect();
        all.extend(unread);
        all.sort();
        all.dedup();
        all
    }

    fn read(&self, path: &str) -> Result<String, Fault> {
        let shown = format!("content/{path}");
        let bytes = bounded(&self.content.join(path), &shown)?;
        String::from_utf8(bytes).map_err(|error| Fault::invalid_utf8(shown, &error.utf8_error()))
    }
}

impl press::Texts for Texts<'_> {
    fn picture(&self, path: &str) -> Option<Bytes> {
        self.output?.earlier(path).map(Bytes::from)
    }

    fn text(&self, path: &str) -> io::Result<Cow<'_, str>> {
        match self.read(path) {
            Ok(text) if self.drafts => Ok(Cow::Owned(drafts::as_pages(text))),
            Ok(text) => Ok(Cow::Owned(text)),
            Err(fault) => {
                let error = io::Error::new(io::ErrorKind::InvalidData, fault.what.clone());
                self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
                Err(error)
            }
        }
    }
}
