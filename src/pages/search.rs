//! Finding pages and sources by words.

use super::model::{Page, SourceLine};
use super::{Pages, store};
use crate::db::{DbError, Words};
use crate::tenancy::Extent;

impl Pages {
    /// Pages with the words in title or path, best first: those that begin with them, then those with a word
    /// that does, then the others; of equals the newest.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn search(
        &self,
        whose: impl Into<Extent>,
        words: &Words,
        limit: u64,
    ) -> Result<Vec<Page>, DbError> {
        store::pages::search(&self.db, &whose.into(), words, limit).await
    }

    /// Sources with the words in title or address, in the same order, without their texts.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn search_sources(
        &self,
        whose: impl Into<Extent>,
        words: &Words,
        limit: u64,
    ) -> Result<Vec<SourceLine>, DbError> {
        store::sources::search(&self.db, &whose.into(), words, limit).await
    }
}
