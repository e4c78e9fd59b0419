//! Making what was put survive a loss of power.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::{Storage, StorageError};

/// Up to this many files are flushed one by one; more, and one flush of the whole file system is quicker.
const FLUSHED_ALONE: usize = 64;

/// Threads that flush at once.
const FLUSHING: usize = 8;

impl Storage {
    /// Makes everything put so far survive a loss of power. On disk few blobs are flushed one by one, and many by one flush
    /// of the file system; a bucket has done it already.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the flush fails: what was put can't be relied on then.
    pub async fn settle(&self) -> Result<(), StorageError> {
        let Some(folder) = self.disk.clone() else { return Ok(()) };
        // One at a time: what another settling has taken on must be done before this one may say so.
        let _turn = self.settling.lock().await;
        let files = std::mem::take(&mut *self.unsettled.lock().unwrap_or_else(PoisonError::into_inner));
        let unsettled = Arc::clone(&self.unsettled);
        let flushed = tokio::task::spawn_blocking(move || {
            let flushed = if files.len() <= FLUSHED_ALONE {
                flush(&files)
            } else {
                std::fs::File::open(folder).and_then(|folder| Ok(rustix::fs::syncfs(&folder)?))
            };
            if flushed.is_err() {
                // They are still to be flushed, but for those that were set aside as damaged meanwhile.
                let left = files.into_iter().filter(|file| file.exists());
                unsettled.lock().unwrap_or_else(PoisonError::into_inner).extend(left);
            }
            flushed
        });
        flushed
            .await
            .map_err(|error| StorageError::Unavailable(error.to_string()))?
            .map_err(|error| StorageError::Unavailable(error.to_string()))
    }
}

/// Flushes files and then the folders that name them.
fn flush(files: &[PathBuf]) -> std::io::Result<()> {
    flush_each(files, std::fs::File::sync_data)?;
    flush_each(&Vec::from_iter(folders(files)), std::fs::File::sync_all)
}

/// The folders that name blobs' files: both levels may be new, and the root names the upper one.
fn folders(files: &[PathBuf]) -> BTreeSet<&Path> {
    files.iter().flat_map(|file| file.ancestors().skip(1).take(3)).collect()
}

/// Several at once: a file system puts flushes that wait together into one write of its journal.
fn flush_each(
    paths: &[impl AsRef<Path> + Sync],
    flush: fn(&std::fs::File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let flush = |path: &Path| flush(&std::fs::File::open(path)?);
    std::thread::scope(|scope| {
        let share = paths.len().div_ceil(FLUSHING).max(1);
        let shares = paths.chunks(share);
        let threads: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().try_for_each(|path| flush(path.as_ref()))))
            .collect();
        let ended = |thread: std::thread::ScopedJoinHandle<'_, std::io::Result<()>>| {
            thread.join().unwrap_or_else(|_| Err(std::io::Error::other("a flush panicked")))
        };
        threads.into_iter().map(ended).fold(Ok(()), std::io::Result::and)
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[tokio::test]
    async fn a_flush_that_failed_is_not_forgotten_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let (lost, kept) = (Bytes::from_static(b"lost"), Bytes::from_static(b"kept"));
        let lost = storage.put(lost).await.unwrap();
        storage.put(kept).await.unwrap();
        std::fs::remove_file(storage.file(lost).unwrap()).unwrap();
        assert!(storage.settle().await.is_err());
        assert_eq!(storage.unsettled.lock().unwrap().len(), 1, "the other blob waits for the next flush");
        storage.settle().await.unwrap();
        assert!(storage.unsettled.lock().unwrap().is_empty());
    }

    #[test]
    fn a_new_folder_of_blobs_survives_a_loss_of_power_like_its_blobs() {
        let files = ["/data/blobs/ab/cd/abcd1", "/data/blobs/ab/cd/abcd2"].map(PathBuf::from);
        let named = ["/data/blobs", "/data/blobs/ab", "/data/blobs/ab/cd"].map(Path::new);
        assert_eq!(folders(&files), BTreeSet::from(named));
    }
}
