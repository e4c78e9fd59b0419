//! Blobs that a sweep has set aside: whoever keeps one of them keeps it anew, whoever reads one gets it back in place.

use std::sync::PoisonError;
use std::time::SystemTime;

use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};

use super::{BlobHash, Storage, StorageError, unavailable};

const ASIDE: &str = "aside";

/// What one sweep has set aside. Another sweep decides nothing about it, unless it takes it over.
pub struct Aside {
    storage: Storage,
    name: String,
}

/// A blob, as a sweep finds it.
#[derive(Debug, Clone, Copy)]
pub struct Lying {
    /// Its name.
    pub hash: BlobHash,
    /// When it was kept, in milliseconds since the epoch.
    pub kept_at: i64,
}

impl Storage {
    /// Every blob in its place, in no order.
    pub fn blobs(&self) -> impl Stream<Item = Result<Lying, StorageError>> + Send + use<> {
        let found = self.store.list(None).map_err(|error| unavailable(&error));
        found.try_filter_map(|object| async move {
            let hash = object.location.filename().and_then(|name| name.parse::<BlobHash>().ok());
            // Only what lies where its name says: not what was set aside.
            let hash = hash.filter(|hash| hash.key() == object.location);
            Ok(hash.map(|hash| Lying { hash, kept_at: object.last_modified.timestamp_millis() }))
        })
    }

    /// A place for what one sweep sets aside, under a name that no other has.
    pub fn aside(&self, name: &str) -> Aside {
        Aside { storage: self.clone(), name: name.to_owned() }
    }

    /// Makes sure that a blob is in its place, bringing it back from where a sweep may have set it aside.
    ///
    /// # Errors
    /// [`StorageError::Missing`] when it is nowhere: who still has its content keeps it again.
    pub async fn ensure(&self, hash: BlobHash) -> Result<(), StorageError> {
        self.length(hash).await.map(drop)
    }

    /// As [`Storage::ensure`]; its length in bytes.
    ///
    /// # Errors
    /// As [`Storage::ensure`].
    pub async fn length(&self, hash: BlobHash) -> Result<u64, StorageError> {
        for _ in 0..2 {
            match self.store.head(&hash.key()).await {
                Ok(found) => return Ok(found.size),
                Err(Error::NotFound { .. }) => self.reclaim(hash).await?,
                Err(error) => return Err(unavailable(&error)),
            }
        }
        Err(StorageError::Missing(hash))
    }

    /// Brings a blob back that a sweep has set aside; does nothing where there is none.
    pub(super) async fn reclaim(&self, hash: BlobHash) -> Result<(), StorageError> {
        for folder in self.asides().await? {
            self.bring_back(&folder, hash).await?;
        }
        Ok(())
    }

    async fn bring_back(&self, folder: &Path, hash: BlobHash) -> Result<(), StorageError> {
        if moved(self.store.rename(&kept_in(folder, hash), &hash.key()).await)?
            && let Some(file) = self.file(hash)
        {
            self.unsettled.lock().unwrap_or_else(PoisonError::into_inner).push(file);
        }
        Ok(())
    }

    /// Removes what was put aside because it was damaged, and what was left of writing that was cut off, both from before
    /// a time. On disk alone: a bucket has neither.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder can't be read.
    pub async fn clear_remains(&self, before: SystemTime) -> Result<u64, StorageError> {
        let Some(folder) = self.disk.clone() else { return Ok(0) };
        let cleared = tokio::task::spawn_blocking(move || super::remains::clear(&folder, before));
        cleared.await.map_err(|error| unavailable(&error))?.map_err(|error| unavailable(&error))
    }

    /// The places of all sweeps that have not ended.
    async fn asides(&self) -> Result<Vec<Path>, StorageError> {
        let found = self.store.list_with_delimiter(Some(&Path::from(ASIDE))).await;
        Ok(found.map_err(|error| unavailable(&error))?.common_prefixes)
    }
}

impl Aside {
    /// Takes over what sweeps that were cut off have left; whether that was anything. What one of them, should it still be
    /// alive, sets aside later is not touched: it lies in its own place.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn adopt(&self) -> Result<bool, StorageError> {
        let (own, mut adopted) = (self.place(), false);
        for folder in self.storage.asides().await? {
            if folder == own {
                continue;
            }
            if self.storage.rename_folder(&folder, &own).await {
                adopted = true;
                continue;
            }
            for hash in self.storage.lying_in(&folder).await? {
                let (from, to) = (kept_in(&folder, hash), kept_in(&own, hash));
                adopted |= moved(self.storage.store.rename(&from, &to).await)?;
            }
            self.storage.drop_folder(&folder).await;
        }
        Ok(adopted)
    }

    /// Sets a blob aside; `false` when it is not there.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn put(&self, hash: BlobHash) -> Result<bool, StorageError> {
        if let Some(file) = self.storage.file(hash) {
            // A copy that nothing can be done with, and a flush that nobody waits for.
            let _ = std::fs::remove_file(file.with_extension("damaged"));
            self.storage.unsettled.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| *one != file);
        }
        moved(self.storage.store.rename(&hash.key(), &kept_in(&self.place(), hash)).await)
    }

    /// What lies here.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn list(&self) -> Result<Vec<BlobHash>, StorageError> {
        self.storage.lying_in(&self.place()).await
    }

    /// Puts a blob back in its place.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn restore(&self, hash: BlobHash) -> Result<(), StorageError> {
        self.storage.bring_back(&self.place(), hash).await
    }

    /// Removes a blob that was set aside, for good; `false` when somebody has brought it back.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn discard(&self, hash: BlobHash) -> Result<bool, StorageError> {
        moved(self.storage.store.delete(&kept_in(&self.place(), hash)).await)
    }

    /// Gives the place up, when it is empty.
    pub async fn close(self) {
        self.storage.drop_folder(&self.place()).await;
    }

    fn place(&self) -> Path {
        Path::from_iter([ASIDE, &self.name])
    }
}

impl Storage {
    async fn lying_in(&self, folder: &Path) -> Result<Vec<BlobHash>, StorageError> {
        let found = self.store.list(Some(folder)).map_err(|error| unavailable(&error));
        let named = found
            .map(|object| Ok(object?.location.filename().and_then(|name| name.parse::<BlobHash>().ok())));
        named.try_filter_map(|hash| async move { Ok(hash) }).try_collect().await
    }

    /// On disk a whole folder goes in one step, if the other is not there yet: a sweep of many blobs that is cut off again
    /// and again gets on all the same.
    async fn rename_folder(&self, from: &Path, to: &Path) -> bool {
        let Some(disk) = &self.disk else { return false };
        let (from, to) = (disk.join(from.as_ref()), disk.join(to.as_ref()));
        !to.exists() && tokio::fs::rename(from, to).await.is_ok()
    }

    /// Only a disk has folders to be left behind.
    async fn drop_folder(&self, folder: &Path) {
        if let Some(disk) = &self.disk {
            // One that is not empty stays for the next sweep.
            let _ = tokio::fs::remove_dir(disk.join(folder.as_ref())).await;
        }
    }
}

fn kept_in(folder: &Path, hash: BlobHash) -> Path {
    Path::from_iter(folder.parts().chain([hash.to_string().into()]))
}

/// What is not there is nothing to be moved: somebody else was faster.
fn moved(done: Result<(), Error>) -> Result<bool, StorageError> {
    match done {
        Ok(()) => Ok(true),
        Err(Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(unavailable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    async fn ground() -> (tempfile::TempDir, Storage, BlobHash) {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let hash = storage.put(Bytes::from_static(b"hello")).await.unwrap();
        (folder, storage, hash)
    }

    async fn lying(storage: &Storage) -> Vec<BlobHash> {
        storage.blobs().map_ok(|lying| lying.hash).try_collect().await.unwrap()
    }

    #[tokio::test]
    async fn a_blob_that_was_set_aside_comes_back_to_whoever_reads_it() {
        let (folder, storage, hash) = ground().await;
        let aside = storage.aside("one");
        assert!(aside.put(hash).await.unwrap() && !aside.put(hash).await.unwrap());
        assert_eq!((lying(&storage).await.len(), aside.list().await.unwrap()), (0, vec![hash]));
        assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello");
        assert_eq!(lying(&storage).await, [hash]);
        assert!(!aside.discard(hash).await.unwrap(), "it is not here any more");
        aside.put(hash).await.unwrap();
        assert_eq!(storage.get_part(hash, 1..3).await.unwrap().as_ref(), b"el");
        aside.close().await;
        assert!(std::fs::read_dir(folder.path().join("aside")).unwrap().next().is_none());
    }

    #[tokio::test]
    async fn who_keeps_it_again_has_it_whatever_becomes_of_what_was_set_aside() {
        let (_folder, storage, hash) = ground().await;
        let aside = storage.aside("one");
        aside.put(hash).await.unwrap();
        storage.put(Bytes::from_static(b"hello")).await.unwrap();
        assert!(aside.discard(hash).await.unwrap());
        assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello");
    }

    #[tokio::test]
    async fn what_a_sweep_left_that_was_cut_off_is_taken_over_and_gone_is_gone() {
        let (_folder, storage, hash) = ground().await;
        let other = storage.put(Bytes::from_static(b"other")).await.unwrap();
        storage.aside("one").put(hash).await.unwrap();
        storage.aside("another").put(other).await.unwrap();
        let next = storage.aside("two");
        assert!(next.adopt().await.unwrap() && !next.adopt().await.unwrap());
        assert_eq!(next.list().await.unwrap().len(), 2);
        assert!(next.discard(hash).await.unwrap());
        assert!(matches!(storage.get(hash).await, Err(StorageError::Missing(_))));
        assert!(matches!(storage.ensure(hash).await, Err(StorageError::Missing(_))));
    }

    #[tokio::test]
    async fn remains_of_writing_that_was_cut_off_are_cleared_when_they_are_old() {
        let (folder, storage, hash) = ground().await;
        let file = storage.file(hash).unwrap();
        let (draft, damaged) = (format!("{}#1", file.display()), file.with_extension("damaged"));
        std::fs::write(&draft, "hel").unwrap();
        std::fs::write(&damaged, "hxllo").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH;
        assert_eq!(storage.clear_remains(long_ago).await.unwrap(), 0);
        let later =
            std::fs::metadata(&draft).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
        assert_eq!(storage.clear_remains(later).await.unwrap(), 2);
        assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello");
        drop(folder);
    }
}
