//! The archive's file: written beside its place, and there whole or not at all.

use std::fs::File;
use std::io;
use std::path::Path;

use super::BackupError;

/// What files that are being written are called at their end.
pub(super) const DRAFT: &str = ".partial";

/// An archive that is being written. Dropped, it is removed.
pub(super) struct Draft {
    path: tempfile::TempPath,
    pub file: File,
}

impl Draft {
    /// Begins it, for its owner's eyes alone: it holds what people have entrusted.
    pub fn beside(out: &Path) -> Result<Draft, BackupError> {
        if out.exists() {
            return Err(BackupError::Taken(out.display().to_string()));
        }
        let folder = folder_of(out);
        let made = tempfile::Builder::new().prefix(".citepress-backup-").suffix(DRAFT).tempfile_in(folder);
        let (file, path) = made.map_err(BackupError::file(folder))?.into_parts();
        Ok(Draft { path, file })
    }

    /// Puts it in its place, so that it survives a loss of power; its length.
    pub fn put(self, out: &Path) -> Result<u64, BackupError> {
        let failed = BackupError::file(out);
        self.file.sync_all().map_err(&failed)?;
        let length = self.file.metadata().map_err(&failed)?.len();
        self.path.persist_noclobber(out).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Taken(out.display().to_string()),
            _ => failed(error.error),
        })?;
        File::open(folder_of(out)).and_then(|folder| folder.sync_all()).map_err(&failed)?;
        Ok(length)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
