use super::{DomainFault, RedirectFault};
use crate::db::DbError;
use crate::storage::StorageError;
use crate::tenancy::Exceeded;

/// Why a site could not be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The address is taken.
    #[error("\"{0}\" is taken: choose another slug or host")]
    Taken(String),
    /// A file's path that would leave its folder.
    #[error("\"{0}\" is no path for a site's file: use static/…, assets/… or content/… without ..")]
    BadPath(String),
    /// Redirects that can't be: what is wrong with which of them, all at once.
    #[error("{}", told(.0))]
    Redirects(Vec<(usize, RedirectFault)>),
    /// A domain that can't be had.
    #[error(transparent)]
    Domain(#[from] DomainFault),
    /// There may not be more sites.
    #[error(transparent)]
    Quota(#[from] Exceeded),
    /// Its content can't be kept.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Somebody else was faster.
    #[error("somebody has changed the site since you read it: read it again and repeat your change")]
    Changed,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl SiteError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            SiteError::Db(error) => error.is_passing(),
            SiteError::Storage(_) => true,
            _ => false,
        }
    }
}

fn told(faults: &[(usize, RedirectFault)]) -> String {
    faults.iter().map(|(_, fault)| fault.to_string()).collect::<Vec<_>>().join("\n")
}
