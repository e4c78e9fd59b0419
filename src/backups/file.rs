//! The archive's file: written beside its place, and there whole or not at all. Disks may be slow, or far away: nothing here
//! is done on a thread that others wait for.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::BackupError;

/// What files that are being written are called.
const BEGINS: &str = ".citepress-backup-";
const DRAFT: &str = ".partial";
/// Who has not written to his draft for longer than a backup by itself may take was cut off.
const DRAFTED: Duration = Duration::from_secs(13 * 60 * 60);

/// An archive that is being written. Dropped, it is removed.
pub(super) struct Draft {
    path: tempfile::TempPath,
    pub file: File,
}

impl Draft {
    /// Begins it, for its owner's eyes alone: it holds what people have entrusted. Drafts that were cut off go first: they may
    /// hold the room that this one needs.
    pub async fn begin(folder: &Path) -> Result<Draft, BackupError> {
        let failed = BackupError::file(folder);
        let folder = folder.to_owned();
        let begun = blocking(move || {
            clear(&folder);
            tempfile::Builder::new().prefix(BEGINS).suffix(DRAFT).tempfile_in(folder)
        });
        let (file, path) = begun.await.map_err(failed)?.into_parts();
        Ok(Draft { path, file })
    }

    /// Where it is now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, so that it survives a loss of power; its length.
    pub async fn put(self, out: PathBuf) -> Result<u64, BackupError> {
        let (failed, shown) = (BackupError::file(&out), out.display().to_string());
        let put = blocking(move || {
            self.file.sync_all()?;
            let length = self.file.metadata()?.len();
            self.path.persist_noclobber(&out).map_err(|error| error.error)?;
            File::open(folder_of(&out))?.sync_all()?;
            Ok(length)
        });
        put.await.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Taken(shown),
            _ => failed(error),
        })
    }
}

/// Does what may take its time, and waits for it.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other).flatten()
}

/// Removes files that are to go. One that can't be removed is no reason to do without a backup.
pub(super) fn remove(paths: impl IntoIterator<Item = PathBuf>) {
    for path in paths {
        match std::fs::remove_file(&path) {
            // Another worker was faster.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                tracing::warn!(target: "backups", path = %path.display(), %error, "an old file can't be removed");
            }
            Ok(()) => {}
        }
    }
}

/// Removes our own drafts that were cut off.
fn clear(folder: &Path) {
    let items = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let cut_off = items.filter(|item| {
        let name = item.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(BEGINS) && name.ends_with(DRAFT));
        let written = || item.metadata().and_then(|found| found.modified()).ok();
        ours && written().and_then(|at| at.elapsed().ok()).is_some_and(|age| age > DRAFTED)
    });
    remove(cut_off.map(|item| item.path()));
}

pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Clock;

    #[tokio::test]
    async fn drafts_of_ours_that_were_cut_off_go_before_another_is_begun_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, hours: u64| {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(
                std::time::SystemTime::from(Clock::system().now()) - Duration::from_secs(hours * 60 * 60),
            )
            .unwrap();
        };
        write(".citepress-backup-old.partial", 14);
        write(".citepress-backup-young.partial", 12);
        write(".video.partial", 1000);
        let draft = Draft::begin(folder.path()).await.unwrap();
        drop(draft);
        let mut left: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|item| item.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, [".citepress-backup-young.partial", ".video.partial"]);
    }
}
