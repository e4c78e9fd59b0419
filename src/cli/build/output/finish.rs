//! The end of a run: what was staged is moved over, or everything is taken back.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;

use press::Fault;

use super::manifest;
use super::run::{Run, Scope, State, Tally, locked};

impl Run<'_> {
    /// Ends a run that succeeded: moves what was staged, removes what is gone, writes the manifest. Gives back what
    /// the folder holds now.
    ///
    /// # Errors
    /// Faults of the output folder; then the run is taken back.
    pub(in crate::cli::build) fn commit(self) -> Result<(Tally, BTreeSet<String>), Vec<Fault>> {
        if !locked(&self.faults).is_empty() {
            return Err(self.abandon(Vec::new()));
        }
        match self.move_over() {
            Ok(done) => Ok(done),
            Err(error) => {
                self.output.torn.store(true, Ordering::Relaxed);
                let root = self.output.root.display().to_string();
                let what = format!("was left half changed: {error}");
                Err(vec![Fault::new(root, what, "Mend that and build again.")])
            }
        }
    }

    fn move_over(&self) -> io::Result<(Tally, BTreeSet<String>)> {
        let files = locked(&self.files);
        let mut tally = Tally::default();
        for file in files.iter() {
            match &file.state {
                State::Same => tally.unchanged += 1,
                State::New => tally.written += 1,
                State::Staged(staged) => {
                    fs::rename(staged, self.output.root.join(&file.path))?;
                    tally.written += 1;
                }
            }
        }
        let mut owned: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
        let gone: Vec<String> = match self.scope {
            Scope::Everything => self.output.owned.difference(&owned).cloned().collect(),
            Scope::Changes => {
                let removed = locked(&self.removed);
                let with_copies = removed
                    .iter()
                    .flat_map(|path| [path.clone(), format!("{path}.br"), format!("{path}.gz")]);
                with_copies.filter(|path| self.output.owned.contains(path) && !owned.contains(path)).collect()
            }
        };
        if self.scope == Scope::Changes {
            owned.extend(self.output.owned.iter().cloned());
            for path in &gone {
                owned.remove(path);
            }
        }
        for path in &gone {
            self.delete(path)?;
            tally.removed += 1;
        }
        tally.files = owned.len();
        let own = self.output.own();
        if owned != self.output.owned {
            manifest::write(&own, &owned)?;
        }
        let _ = fs::remove_dir(own.join("stage"));
        Ok((tally, owned))
    }

    /// Deletes a file of an earlier run, and folders that become empty by it.
    fn delete(&self, path: &str) -> io::Result<()> {
        match fs::remove_file(self.output.root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.prune(path);
        Ok(())
    }

    fn prune(&self, path: &str) {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if fs::remove_dir(self.output.root.join(above)).is_err() {
                return;
            }
            folder = above;
        }
    }

    /// Ends a run that failed: the folder is as it was before. Gives back the output's own faults, or else `faults`.
    pub(in crate::cli::build) fn abandon(self, faults: Vec<Fault>) -> Vec<Fault> {
        for path in locked(&self.made).iter() {
            let _ = fs::remove_file(path);
            if let Some(path) = path.strip_prefix(&self.output.root).ok().and_then(Path::to_str) {
                self.prune(path);
            }
        }
        let _ = fs::remove_dir_all(self.output.own().join("stage"));
        let mut own = std::mem::take(&mut *locked(&self.faults));
        // A full disk is one fault, not one per page.
        own.truncate(10);
        if own.is_empty() { faults } else { own }
    }
}
