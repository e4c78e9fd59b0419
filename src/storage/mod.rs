//! Artefacts by the hash of their content. A blob never changes, so it can be shared between editions and cached for good.

mod artefacts;
mod aside;
mod bucket;
mod epochs;
mod flush;
mod hash;
mod holds;
mod near;
mod parts;
mod remains;
mod restoring;

pub use artefacts::Reading;
pub use aside::{Aside, Lying};
pub use bucket::BucketConfig;
pub use epochs::{Epoch, Epochs};
pub use hash::{BadHash, BlobHash};
pub use holds::{Hold, Holds};
pub use restoring::RESTORING;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use self::near::Near;
use crate::marks;

/// Where blobs are kept. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// Where blobs are files; `None` for a bucket.
    disk: Option<PathBuf>,
    /// With a bucket, and on nodes that serve: copies of what is read.
    near: Arc<OnceLock<Near>>,
    /// Files written since the last [`Storage::settle`].
    unsettled: Arc<Mutex<Vec<PathBuf>>>,
    settling: Arc<tokio::sync::Mutex<()>>,
}

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It is not there.
    #[error("blob {0} is missing from the storage")]
    Missing(BlobHash),
    /// It is there, but is not what its name promises.
    #[error(
        "blob {0} is damaged: its content does not match its hash. Restore it from a backup or publish again"
    )]
    Damaged(BlobHash),
    /// The storage could not be used: full, read-only or away.
    #[error("the storage can't be used: {0}")]
    Unavailable(String),
}

impl Storage {
    /// Blobs in a folder on disk, which is made where it is missing.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder can't be made or written to.
    pub fn disk(folder: &Path) -> Result<Storage, StorageError> {
        let failed = |error: &dyn std::fmt::Display| {
            StorageError::Unavailable(format!("{}: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        // What names the folder: it may have been made just now.
        if let Some(parent) = folder.canonicalize().map_err(|error| failed(&error))?.parent() {
            let flushed = std::fs::File::open(parent).and_then(|parent| parent.sync_all());
            flushed.map_err(|error| failed(&error))?;
        }
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(&error))?;
        Ok(Storage {
            store: Arc::new(store),
            disk: Some(folder.to_owned()),
            near: Arc::default(),
            unsettled: Arc::default(),
            settling: Arc::default(),
        })
    }

    /// Keeps a blob. One that is there already is not written again.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it can't be written; nothing half-written is left under its name.
    pub async fn put(&self, bytes: Bytes) -> Result<BlobHash, StorageError> {
        let hash = BlobHash::of(&bytes);
        self.put_as(hash, bytes).await?;
        Ok(hash)
    }

    /// Keeps a blob whose hash the caller has just computed.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn put_as(&self, hash: BlobHash, bytes: Bytes) -> Result<(), StorageError> {
        let key = hash.key();
        if self.store.head(&key).await.is_ok_and(|found| found.size == bytes.len() as u64) {
            return Ok(());
        }
        self.store.put(&key, PutPayload::from_bytes(bytes)).await.map_err(|error| unavailable(&error))?;
        self.note_unsettled(hash);
        Ok(())
    }

    /// A blob that was written is to survive a loss of power once [`Storage::settle`] has been called.
    fn note_unsettled(&self, hash: BlobHash) {
        if let Some(file) = self.file(hash) {
            self.unsettled.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        }
    }

    /// Reads a blob and makes sure that it is the right one.
    ///
    /// # Errors
    /// [`StorageError::Missing`], [`StorageError::Damaged`] or [`StorageError::Unavailable`].
    pub async fn get(&self, hash: BlobHash) -> Result<Bytes, StorageError> {
        let bytes = match self.read(hash).await {
            Err(StorageError::Missing(_)) => {
                // A sweep may have set it aside: it is wanted after all.
                Box::pin(self.reclaim(hash)).await?;
                self.read(hash).await?
            }
            read => read?,
        };
        if BlobHash::of(&bytes) == hash {
            return Ok(bytes);
        }
        marks::storage_failed("damaged");
        // Set aside, so that the next publication that has this content writes it anew.
        let aside = object_store::path::Path::from(format!("{}.damaged", hash.key()));
        if let Err(error) = self.store.rename(&hash.key(), &aside).await {
            tracing::error!(target: "storage", %hash, %error, "a damaged blob could not be set aside");
        }
        Err(StorageError::Damaged(hash))
    }

    async fn read(&self, hash: BlobHash) -> Result<Bytes, StorageError> {
        match self.file(hash) {
            Some(file) => read(file, hash).await,
            None => self.read_from_bucket(hash).await,
        }
    }

    /// Reads a part of a blob. It can't be checked against the blob's hash.
    ///
    /// # Errors
    /// [`StorageError::Missing`] or [`StorageError::Unavailable`].
    pub async fn get_part(&self, hash: BlobHash, part: Range<u64>) -> Result<Bytes, StorageError> {
        if let Some(bytes) = self.near_part(hash, part.clone()).await {
            return Ok(bytes);
        }
        let read = async |part| {
            self.store.get_range(&hash.key(), part).await.map_err(|error| missing_or(hash, &error))
        };
        match read(part.clone()).await {
            Err(StorageError::Missing(_)) => {
                Box::pin(self.reclaim(hash)).await?;
                read(part).await
            }
            read => read,
        }
    }

    /// Whether blobs are in a bucket, so that each node has trees of its own to fill.
    pub fn is_bucket(&self) -> bool {
        self.disk.is_none()
    }

    /// The file that holds a blob, where blobs are files.
    pub fn file(&self, hash: BlobHash) -> Option<PathBuf> {
        self.disk.as_ref().map(|folder| folder.join(hash.key().as_ref()))
    }
}

/// Reads a file in one go: published files are asked for at random, and going to another thread is most of the work.
async fn read(file: PathBuf, hash: BlobHash) -> Result<Bytes, StorageError> {
    let read = tokio::task::spawn_blocking(move || std::fs::read(file));
    match read.await.map_err(|error| unavailable(&error))? {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(StorageError::Missing(hash)),
        Err(error) => Err(unavailable(&error)),
    }
}

fn missing_or(hash: BlobHash, error: &object_store::Error) -> StorageError {
    match error {
        object_store::Error::NotFound { .. } => StorageError::Missing(hash),
        other => unavailable(other),
    }
}

fn unavailable(error: &dyn std::error::Error) -> StorageError {
    marks::storage_failed("unavailable");
    // The cause at the bottom says "No space left on device"; what stands above it only says where we were.
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let deeper_text = deeper.to_string();
        if !text.contains(&deeper_text) {
            text = format!("{text}: {deeper_text}");
        }
        cause = deeper.source();
    }
    StorageError::Unavailable(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_blob_comes_back_as_it_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let hash = storage.put(Bytes::from_static(b"hello")).await.unwrap();
        assert_eq!(storage.put(Bytes::from_static(b"hello")).await.unwrap(), hash);
        storage.settle().await.unwrap();
        assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello");
    }

    #[tokio::test]
    async fn a_damaged_or_missing_blob_is_told_apart_and_never_served() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let hash = storage.put(Bytes::from_static(b"hello")).await.unwrap();
        std::fs::write(storage.file(hash).unwrap(), b"HELLO").unwrap();
        assert!(matches!(storage.get(hash).await, Err(StorageError::Damaged(_))));
        assert!(matches!(storage.get(hash).await, Err(StorageError::Missing(_))));
        storage.put(Bytes::from_static(b"hello")).await.unwrap();
        assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello", "put again it is whole again");
    }

    #[tokio::test]
    async fn a_place_that_can_not_be_used_says_why() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Storage::disk(&file.path().join("below")).unwrap_err().to_string();
        assert!(refused.contains("Not a directory"), "{refused}");
    }
}
