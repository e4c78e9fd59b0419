use crate::backups::BackupError;
use crate::cache::BadRedis;
use crate::cdn::BadCdn;
use crate::crawl::FetchError;
use crate::db::DbError;
use crate::keys::KeyError;
use crate::mail::BadMail;
use crate::oidc::BadOidc;
use crate::storage::StorageError;

use super::llm::BadEngine;

/// Why the process can't start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder can't be used.
    #[error(
        "the data folder {path} can't be used ({error}): give another with --data, or mend its permissions"
    )]
    Data {
        /// The folder.
        path: String,
        /// What went wrong.
        error: std::io::Error,
    },
    /// The database can't be used.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The storage can't be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The key file can't be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A restore was cut off and has left something, and not everything.
    #[error("a restore into this place was cut off: run the same `citepress restore FILE` again")]
    Unfinished,
    /// Backups are planned that could not be good.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The Redis server can't be meant.
    #[error(transparent)]
    Redis(#[from] BadRedis),
    /// The fetcher can't be set up.
    #[error(transparent)]
    Fetcher(#[from] FetchError),
    /// Mails can't be sent by the settings.
    #[error(transparent)]
    Mail(#[from] BadMail),
    /// The sign-in provider can't be meant.
    #[error(transparent)]
    Oidc(#[from] BadOidc),
    /// The cache in front can't be meant.
    #[error(transparent)]
    Cdn(#[from] BadCdn),
    /// An engine is named that there is none of, or that lacks its key.
    #[error(transparent)]
    Engine(#[from] BadEngine),
}
