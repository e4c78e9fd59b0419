use press::Fault;

use super::manifest::ManifestError;
use super::model::{EditionId, EditionState};
use crate::cdn::PurgeError;
use crate::db::DbError;
use crate::flags::SwitchedOff;
use crate::pages::PageError;
use crate::queue::QueueError;
use crate::sites::SiteError;
use crate::storage::StorageError;
use crate::tenancy::SiteId;

/// Something broke, or a rule said no.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No edition of the site has this id.
    #[error("there is no edition {0} of this site")]
    NotFound(EditionId),
    /// It is not built, so readers can't be given it.
    #[error("edition {number} is {}: only one that is ready can go live", state.as_str())]
    NotReady {
        /// Its number.
        number: i64,
        /// How far it is.
        state: EditionState,
    },
    /// It was given up, and is not built any more.
    #[error("edition {number} was given up ({why}): publish again")]
    GivenUp {
        /// Its number.
        number: i64,
        /// Why it could not be built.
        why: String,
    },
    /// It was there, and was removed since.
    #[error(
        "edition {number} was removed: only the newest and the latest are kept. Publish again what it showed"
    )]
    Removed {
        /// Its number.
        number: i64,
    },
    /// There were editions before the live one, and they were removed.
    #[error("the editions before the live one were removed: only the newest and the latest are kept")]
    NoneBefore,
    /// The content or the theme has faults: all of them.
    #[error("{}", lines(.0))]
    Faults(Vec<Fault>),
    /// The content changed while it was read: the next try reads it anew.
    #[error("the site's content changed while it was read")]
    Moved,
    /// Blobs that the edition was to share are gone: the next try keeps them anew.
    #[error("files that the edition shares with earlier ones were swept while it was built")]
    Swept,
    /// Somebody copies blobs, and none is removed until he has.
    #[error("no blob is removed while a backup copies or restores them")]
    Held,
    /// A part of a kept edition's manifest is gone or damaged, so that nobody knows which blobs it needs.
    #[error("nothing is swept, because nobody knows what edition {edition} of site {site} needs: {error}")]
    Lost {
        /// The edition.
        edition: String,
        /// Its site.
        site: SiteId,
        /// What can't be read.
        error: ManifestError,
    },
    /// The operator has switched it off.
    #[error(transparent)]
    SwitchedOff(#[from] SwitchedOff),
    /// A page may not be published.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The site can't be used.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A manifest can't be read or written.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The queue failed.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The rendering thread died: a fault of ours.
    #[error("rendering stopped: {0}")]
    Rendering(String),
    /// The cache in front could not be told.
    #[error(transparent)]
    Cdn(#[from] PurgeError),
    /// A published tree could not be written.
    #[error("the published tree {path} can't be written: {error}")]
    Tree {
        /// Where.
        path: String,
        /// Why.
        error: std::io::Error,
    },
}

impl PublishError {
    /// Whether trying again later can help: faults of the content stay faults until somebody mends them.
    pub fn is_passing(&self) -> bool {
        match self {
            PublishError::Storage(_) | PublishError::Tree { .. } | PublishError::Rendering(_) => true,
            PublishError::Manifest(error) | PublishError::Lost { error, .. } => {
                matches!(error, ManifestError::Storage(_))
            }
            PublishError::Moved | PublishError::Swept | PublishError::Held | PublishError::Cdn(_) => true,
            PublishError::Db(error) | PublishError::Queue(QueueError::Db(error)) => error.is_passing(),
            PublishError::Site(error) => error.is_passing(),
            PublishError::Page(error) => error.is_passing(),
            _ => false,
        }
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
