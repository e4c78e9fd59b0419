//! A storage into which a backup is being restored: a note lies in it from before the first blob comes until everything is
//! there, so that nobody takes what has come for garbage, or the whole for an installation.

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload};

use super::{BlobHash, Storage, StorageError, unavailable};

/// The artefacts' folder in which the note lies.
pub const RESTORING: &str = "restore";

impl Storage {
    /// Whether a restore into this storage has begun and is not finished.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn is_restoring(&self) -> Result<bool, StorageError> {
        Ok(!self.artefacts(RESTORING).await?.is_empty())
    }

    /// Keeps a blob whose hash the caller has just computed, whatever lies under its name: after a loss of power that may
    /// have the right length and nothing else.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_anew(&self, hash: BlobHash, bytes: Bytes) -> Result<(), StorageError> {
        let put = self.store.put(&hash.key(), PutPayload::from_bytes(bytes)).await;
        put.map_err(|error| unavailable(&error))?;
        self.note_unsettled(hash);
        Ok(())
    }
}
