use crate::crawl::{FetchError, PostError};

/// Settings that can't be meant.
#[derive(Debug, thiserror::Error)]
pub enum BadCdn {
    /// The address.
    #[error("setting cdn.purge_url: {0}: it has to be an address like https://purge.example/citepress")]
    Url(String),
    /// The token.
    #[error("setting cdn.token: it holds what no header may hold: one line without control characters")]
    Token,
    /// The client can't be set up.
    #[error(transparent)]
    Setup(#[from] FetchError),
}

/// The cache was not told, or did not take it.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Nothing came back.
    #[error("the cache could not be told (cdn.purge_url): {0}")]
    Unreached(#[from] PostError),
    /// It said no.
    #[error("the cache refused a purge with {status} (cdn.purge_url, cdn.token): {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
}
