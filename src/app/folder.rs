//! The data folder, and what else is kept where the settings say.

use std::path::Path;

use super::OpenError;
use crate::backups::Plan;
use crate::config::Settings;
use crate::storage::{Storage, StorageError};

/// Where blobs are: the bucket of the settings, or the data folder.
///
/// # Errors
/// When it can't be used.
pub(crate) fn storage(settings: &Settings) -> Result<Storage, StorageError> {
    match settings.storage.bucket() {
        Some(config) => Storage::bucket(&config),
        None => Storage::disk(&settings.data.join("blobs")),
    }
}

/// Backups that are made by themselves, where any are.
pub(super) fn plan(settings: &Settings) -> Option<Plan> {
    let backup = &settings.backup;
    let (folder, schedule) = (backup.folder()?.to_owned(), backup.schedule.to_string());
    Some(Plan { folder, keep: backup.keep(), schedule, with_key: backup.with_key })
}

/// Makes the data folder and looks whether it takes files: a database that can't be opened would not say why.
pub(super) fn make_folder(path: &Path) -> Result<(), OpenError> {
    let probe = path.join(".writable");
    let tried = std::fs::create_dir_all(path).and_then(|()| std::fs::write(&probe, b""));
    let failed = |error| OpenError::Data { path: path.display().to_string(), error };
    tried.map_err(failed)?;
    match std::fs::remove_file(&probe) {
        // Another process of this installation starts at the same moment.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}
