use std::io;
use std::path::Path;

use crate::db::DbError;
use crate::keys::KeyError;
use crate::publishing::PublishError;
use crate::publishing::manifest::ManifestError;
use crate::queue::QueueError;
use crate::storage::{BlobHash, StorageError};

/// Why a backup could not be made or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file of this name is there.
    #[error("{0} is there already, and no backup is written over: give another name")]
    Taken(String),
    /// The archive can't be written or read.
    #[error("{path}: {error}")]
    File {
        /// The archive, or its folder.
        path: String,
        /// What is wrong.
        error: io::Error,
    },
    /// It was called off.
    #[error("the backup was called off")]
    CalledOff,
    /// Sweeps may have removed what was to be copied.
    #[error(
        "the database was away for so long that blobs may have been swept meanwhile: make the backup again"
    )]
    LetGo,
    /// The database is of an older version.
    #[error(
        "the database is older than this program (migrations to apply: {0}): make the backup with the program that it \
         belongs to, or run `citepress migrate up` first"
    )]
    Older(String),
    /// The database has become another's meanwhile.
    #[error("the database was migrated while the backup began: make it with the program of that version")]
    Migrated,
    /// What was written does not come back.
    #[error("the new backup can't be read back ({what}): look after the disk of {path}")]
    Unreadable {
        /// Its folder.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// None are made by themselves.
    #[error("no backups are planned: set backup.folder for every process that works off jobs")]
    NotPlanned,
    /// The archive is not what was written.
    #[error("{path} is damaged or cut off ({what}): nothing was restored from it. Take another backup")]
    Damaged {
        /// The archive.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// The archive is of a newer program.
    #[error(
        "{path} was made by citepress {version}, which is newer than this one ({what}): restore it with that version"
    )]
    Newer {
        /// The archive.
        path: String,
        /// The program that has made it.
        version: String,
        /// What this program does not know.
        what: String,
    },
    /// Something is there.
    #[error("there is something here already: {what}. A backup is restored into an empty place: {cure}")]
    NotEmpty {
        /// What.
        what: String,
        /// What to do.
        cure: &'static str,
    },
    /// The key is needed and not there.
    #[error(
        "this backup was made without the key: put the secret.key of the installation that it was made of into {0} (mode \
         0600), then restore again"
    )]
    NoKey(String),
    /// The key is another one.
    #[error(
        "{0}/secret.key is not the key by which this backup's secrets are sealed: put the right one in its place (or, where \
         the backup holds the key, move this one away), then restore again"
    )]
    OtherKey(String),
    /// There is no key, and none is made.
    #[error(
        "there is no secret.key in {0}, and a backup makes none, because a new one opens nothing: put the installation's own \
         there (mode 0600), or name its data folder with --data"
    )]
    KeyGone(String),
    /// What was restored was removed before the end.
    #[error(
        "blob {0} was restored and is gone again: stop whatever else works in this place, then restore again"
    )]
    GoneAgain(BlobHash),
    /// What was loaded is not what was read: a fault of ours, or of the database's disk.
    #[error(
        "the table {0} does not hold what the backup does after loading: nothing was kept. Try again on another disk"
    )]
    Differs(String),
    /// The key file can't be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The publishing room failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl BackupError {
    pub(super) fn file(path: &Path) -> impl Fn(io::Error) -> BackupError + use<> {
        let path = path.display().to_string();
        move |error| BackupError::File { path: path.clone(), error }
    }

    #[expect(clippy::needless_pass_by_value, reason = "errors are handed on as they come")]
    pub(super) fn damaged(path: &Path, what: impl ToString) -> BackupError {
        BackupError::Damaged { path: path.display().to_string(), what: what.to_string() }
    }

    /// The same of an archive that is read back as soon as it is written.
    pub(super) fn of_the_new(self, folder: &Path) -> BackupError {
        match self {
            BackupError::Damaged { what, .. } => {
                BackupError::Unreadable { path: folder.display().to_string(), what }
            }
            other => other,
        }
    }

    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            BackupError::File { .. }
            | BackupError::Unreadable { .. }
            | BackupError::LetGo
            | BackupError::Storage(_) => true,
            BackupError::Db(error) | BackupError::Queue(QueueError::Db(error)) => error.is_passing(),
            BackupError::Publish(PublishError::Manifest(ManifestError::Storage(_))) => true,
            BackupError::Publish(error) => error.is_passing(),
            _ => false,
        }
    }
}
