use std::io;

use super::ExportId;
use crate::accounts::AccountError;
use crate::db::DbError;
use crate::idempotency::IdempotencyError;
use crate::pages::PageError;
use crate::publishing::PublishError;
use crate::publishing::manifest::ManifestError;
use crate::queue::QueueError;
use crate::sites::SiteError;
use crate::storage::StorageError;

/// Why an organisation could not be deleted or exported.
#[derive(Debug, thiserror::Error)]
pub enum DepartureError {
    /// No export of the organisation has this id.
    #[error("there is no export {0}: it is over, or never was")]
    NotFound(ExportId),
    /// It can't be downloaded yet, or never will.
    #[error("the export is {0}: wait until it is ready, or ask for another")]
    NotReady(&'static str),
    /// The site has nothing live that could be exported.
    #[error("the site was not published yet: export its sources, or publish it first")]
    NotPublished,
    /// It was called off.
    #[error("the export was called off")]
    CalledOff,
    /// The archive can't be written.
    #[error("the archive can't be written: {0}")]
    Archive(#[from] io::Error),
    /// A rule of accounts said no.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The sites room failed.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The pages room failed.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The publishing room failed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Kept answers could not be removed.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The live edition can't be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
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

impl DepartureError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            DepartureError::Storage(_) | DepartureError::Archive(_) | DepartureError::Manifest(_) => true,
            DepartureError::Account(error) => error.is_passing(),
            DepartureError::Page(error) => error.is_passing(),
            DepartureError::Publish(error) => error.is_passing(),
            DepartureError::Db(error)
            | DepartureError::Queue(QueueError::Db(error))
            | DepartureError::Idempotency(IdempotencyError::Db(error)) => error.is_passing(),
            DepartureError::Site(error) => error.is_passing(),
            _ => false,
        }
    }
}
