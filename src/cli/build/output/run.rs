//! One run of the press into the output folder.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;
use press::{Fault, OutFile, Sink};

use super::Output;

/// What a run hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::build) enum Scope {
    /// Every file of the site: earlier files that do not come are gone.
    Everything,
    /// Only what changed since the last run.
    Changes,
}

/// What a run did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::build) struct Tally {
    /// Files of the site, now.
    pub files: usize,
    /// Files that are new or have new bytes.
    pub written: usize,
    /// Files that were looked at and had the right bytes.
    pub unchanged: usize,
    /// Files of earlier runs that are gone.
    pub removed: usize,
}

/// A run under way. Files come from several threads.
pub(in crate::cli::build) struct Run<'a> {
    pub(super) output: &'a Output,
    pub(super) scope: Scope,
    progress: ProgressBar,
    staged: AtomicUsize,
    folders: Mutex<HashSet<String>>,
    pub(super) made: Mutex<Vec<PathBuf>>,
    pub(super) files: Mutex<Vec<Written>>,
    pub(super) removed: Mutex<Vec<String>>,
    pub(super) faults: Mutex<Vec<Fault>>,
}

/// A file that came.
pub(super) struct Written {
    pub path: String,
    pub state: State,
    /// Whether compressing it makes sense.
    pub text: bool,
}

/// Where its bytes are.
pub(super) enum State {
    /// In its place, where there was none before.
    New,
    /// In its place, as it was.
    Same,
    /// In this file of the stage.
    Staged(PathBuf),
}

impl Output {
    /// Begins a run.
    pub(in crate::cli::build) fn run(&self, scope: Scope, progress: ProgressBar) -> Run<'_> {
        Run {
            output: self,
            scope,
            progress,
            staged: AtomicUsize::new(0),
            folders: Mutex::default(),
            made: Mutex::default(),
            files: Mutex::default(),
            removed: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    /// Takes over what a committed run made of the folder.
    pub(in crate::cli::build) fn now(&mut self, owned: BTreeSet<String>) {
        self.owned = owned;
        self.interrupted = false;
    }
}

impl Sink for Run<'_> {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        if file.media_type.starts_with("text/html") {
            self.progress.inc(1);
        }
        self.put(file.path, file.bytes, is_text(file.media_type)).inspect_err(|error| {
            let path = self.output.root.join(file.path).display().to_string();
            let what = format!("cannot be written: {error}");
            locked(&self.faults).push(Fault::new(path, what, "The earlier output is left as it was."));
        })
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        locked(&self.removed).push(path.to_owned());
        Ok(())
    }
}

impl Run<'_> {
    /// Writes a file if its bytes are new.
    pub(super) fn put(&self, path: &str, bytes: &[u8], text: bool) -> io::Result<()> {
        let target = self.output.root.join(path);
        self.folder_of(path)?;
        let state = match OpenOptions::new().write(true).create_new(true).open(&target) {
            Ok(mut new) => {
                // Noted before the bytes are in: if the disk is full, the stump has to go again.
                locked(&self.made).push(target);
                new.write_all(bytes)?;
                State::New
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.replace(path, &target, bytes)?
            }
            Err(error) => return Err(error),
        };
        locked(&self.files).push(Written { path: path.to_owned(), state, text });
        Ok(())
    }

    fn replace(&self, path: &str, target: &Path, bytes: &[u8]) -> io::Result<State> {
        if holds(target, bytes)? {
            return Ok(State::Same);
        }
        if !self.output.interrupted && !self.output.owned.contains(path) {
            let cure = "Move it away, or give --out another folder.";
            locked(&self.faults).push(Fault::new(
                target.display().to_string(),
                "stands where a file of the site belongs, and no build wrote it",
                cure,
            ));
            return Ok(State::Same);
        }
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let stage = self.output.own().join("stage");
        if number == 0 {
            fs::create_dir_all(&stage)?;
        }
        let staged = stage.join(number.to_string());
        match fs::write(&staged, bytes) {
            // Another thread makes the folder at this moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&stage)?;
                fs::write(&staged, bytes)?;
            }
            other => other?,
        }
        Ok(State::Staged(staged))
    }

    /// Makes the folder of a file, asking the disk once per folder.
    fn folder_of(&self, path: &str) -> io::Result<()> {
        let Some((folder, _)) = path.rsplit_once('/') else { return Ok(()) };
        if locked(&self.folders).contains(folder) {
            return Ok(());
        }
        match fs::create_dir(self.output.root.join(folder)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.folder_of(folder)?;
                match fs::create_dir(self.output.root.join(folder)) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                }
            }
            Err(error) => return Err(error),
        }
        locked(&self.folders).insert(folder.to_owned());
        Ok(())
    }

    /// Files of this run with text in them, and where their bytes are.
    pub(super) fn texts(&self) -> Vec<(String, PathBuf, bool)> {
        let files = locked(&self.files);
        let texts = files.iter().filter(|file| file.text);
        texts
            .map(|file| match &file.state {
                State::Staged(staged) => (file.path.clone(), staged.clone(), true),
                State::New => (file.path.clone(), self.output.root.join(&file.path), true),
                State::Same => (file.path.clone(), self.output.root.join(&file.path), false),
            })
            .collect()
    }

    /// Notes a file that is right as it is.
    pub(super) fn keep(&self, path: String) {
        locked(&self.files).push(Written { path, state: State::Same, text: false });
    }

    /// Whether an earlier run wrote this file and it is still there.
    pub(super) fn has(&self, path: &str) -> bool {
        self.output.owned.contains(path) && self.output.root.join(path).is_file()
    }
}

/// Whether the file has these bytes already.
fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut there = Vec::with_capacity(bytes.len());
    file.read_to_end(&mut there)?;
    Ok(there == bytes)
}

fn is_text(media_type: &str) -> bool {
    ["text/", "json", "xml", "javascript", "svg"].iter().any(|part| media_type.contains(part))
}

/// No thread panics while it holds one of these, and if one did, a list of paths is still a list of paths.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
