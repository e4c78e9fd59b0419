//! Finding pages and sources by words.

use super::model::{Page, SourceLine};
use super::{Pages, store};
use crate::db::{DbError, Words};
use crate::tenancy::SiteScope;

impl Pages {
    /// Pages of these sites with the words in title or path, best first: those that begin with them, then those with a word
    /// that does, then the others; of equals the newest.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn search(
        &self,
        scopes: &[SiteScope],
        words: &Words,
        limit: u64,
    ) -> Result<Vec<(SiteScope, Page)>, DbError> {
        store::pages::search(&self.db, scopes, words, limit).await
    }

    /// Sources of these sites with the words in title or address, in the same order, without their texts.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn search_sources(
        &self,
        scopes: &[SiteScope],
        words: &Words,
        limit: u64,
    ) -> Result<Vec<(SiteScope, SourceLine)>, DbError> {
        store::sources::search(&self.db, scopes, words, limit).await
    }
}
