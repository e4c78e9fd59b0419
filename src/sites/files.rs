//! The files of a site besides its pages: pictures, downloads, its own assets.

use bytes::Bytes;

use super::model::{self, File, FileChange, SiteFileId};
use super::{SiteError, Sites, store};
use crate::db::DbError;
use crate::storage::BlobHash;
use crate::tenancy::SiteScope;

impl Sites {
    /// Keeps a file of the site (`static/…`, `assets/…`, or `content/…` beside its page): content and row.
    ///
    /// # Errors
    /// [`SiteError::BadPath`]; [`SiteError::Storage`] when its content can't be kept.
    pub async fn put_file(&self, scope: &SiteScope, path: &str, content: Bytes) -> Result<(), SiteError> {
        if !model::is_site_file(path) {
            return Err(SiteError::BadPath(path.chars().take(120).collect()));
        }
        let (hash, size) = (BlobHash::of(&content), content.len() as u64);
        loop {
            let epoch = self.epochs.now().await?;
            self.storage.put_as(hash, content.clone()).await?;
            let tx = self.db.write_of(scope).await?;
            if !self.epochs.is_still(&tx, epoch).await? {
                // A sweep has looked meanwhile and may have taken what nobody referred to: it is kept again.
                tx.rollback().await?;
                continue;
            }
            let seq = store::touch(&tx, scope).await?;
            let id: SiteFileId = self.ids.new_id();
            store::put_file(&tx, scope, &id.to_string(), path, hash, size, seq).await?;
            return Ok(tx.commit().await?);
        }
    }

    /// Files changed after content number `after`, in order of their paths.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn files_since(&self, scope: &SiteScope, after: i64) -> Result<Vec<FileChange>, DbError> {
        store::files_since(&self.db, scope, after).await
    }

    /// Some files in order of their paths, from behind a path on.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn files_after(&self, scope: &SiteScope, path: &str, limit: u64) -> Result<Vec<File>, DbError> {
        store::files_after(&self.db, scope, path, limit).await
    }
}
