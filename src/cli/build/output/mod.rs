//! The output folder: takes finished files from the press, touches only what changed, and keeps the last good output
//! whole until a run has succeeded.
//!
//! A new file is written where it belongs (nobody can miss it yet, and a rename would cost a third of the time of a
//! first build). A changed one waits in `.citepress/stage` and is moved over the old one at the end, so that neither a
//! fault in the thousandth page nor a full disk leaves a mix. Files that no run wrote are never changed or deleted.

mod compress;
mod finish;
mod manifest;
mod run;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use press::Fault;

pub(super) use run::{Run, Scope, Tally};

/// Our own folder inside the output.
const OWN: &str = ".citepress";

/// An output folder, opened.
pub(super) struct Output {
    root: PathBuf,
    /// What earlier runs wrote, by path.
    owned: BTreeSet<String>,
    /// An earlier run was killed: files that are not in the manifest may be ours.
    interrupted: bool,
    /// A run ended in the middle of moving files over: the next build has to know.
    torn: AtomicBool,
    /// The folder was not there before.
    made: bool,
}

impl Output {
    /// Opens or makes the folder.
    ///
    /// # Errors
    /// If it cannot be written, or if it holds the site itself.
    pub(super) fn open(root: &Path, site: &Path) -> Result<Output, Fault> {
        let shown = root.display().to_string();
        let unusable = |error: &io::Error| {
            let what = format!("cannot be written to: {error}");
            Fault::new(&shown, what, "Give --out a folder that you may write to, on a disk with room.")
        };
        let own = root.join(OWN);
        let made = !root.exists();
        fs::create_dir_all(&own).map_err(|error| unusable(&error))?;
        let real = root.canonicalize().map_err(|error| unusable(&error))?;
        let site = site.canonicalize().map_err(|error| Fault::io(site.display().to_string(), &error))?;
        if let Some(what) = overlap(&real, &site) {
            let _ = fs::remove_dir(&own);
            return Err(Fault::new(shown, what, "Give --out a folder of its own."));
        }
        let owned = manifest::read(&own).map_err(|error| unusable(&error))?;
        let unfinished = own.join("unfinished");
        let interrupted = unfinished.exists();
        if interrupted {
            let _ = fs::remove_dir_all(own.join("stage"));
            let _ = fs::remove_file(own.join("manifest.next"));
        }
        fs::write(&unfinished, "").map_err(|error| unusable(&error))?;
        Ok(Output { root: real, owned, interrupted, torn: AtomicBool::new(false), made })
    }

    /// The folder's real path.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes of a file that an earlier run finished.
    pub(super) fn earlier(&self, path: &str) -> Option<Vec<u8>> {
        let finished = !self.interrupted && self.owned.contains(path);
        finished.then(|| fs::read(self.root.join(path)).ok()).flatten()
    }

    fn own(&self) -> PathBuf {
        self.root.join(OWN)
    }
}

/// The marker goes when the process ends well, whether or not its last run did: a run that failed was taken back.
impl Drop for Output {
    fn drop(&mut self) {
        if self.torn.load(Ordering::Relaxed) {
            return;
        }
        let _ = fs::remove_file(self.own().join("unfinished"));
        // A folder that was made for nothing goes again.
        if self.owned.is_empty() {
            let _ = fs::remove_dir(self.own());
            if self.made {
                let _ = fs::remove_dir(&self.root);
            }
        }
    }
}

fn overlap(out: &Path, site: &Path) -> Option<&'static str> {
    if site.starts_with(out) {
        return Some("holds the site itself");
    }
    let inside = out.strip_prefix(site).ok()?.components().next()?;
    ["content", "assets", "static", "templates", "themes"]
        .iter()
        .any(|part| inside.as_os_str() == *part)
        .then_some("lies among the site's own files")
}
