//! Copies of a bucket's blobs in a folder of a node that serves: what its published trees hold, and what it has read lately.
//! A tree's file is a hard link to its copy, so a copy with one name is in no tree. Links don't leave a mount: the folder lies
//! among the trees.

use std::collections::HashSet;
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, PutPayload};

use super::{BlobHash, Storage, StorageError, read, unavailable};

/// Blobs fetched at once.
const AT_ONCE: usize = 16;
/// What was read so lately is not cleared away.
const LATELY: Duration = Duration::from_secs(60 * 60);

#[derive(Debug)]
pub(super) struct Near {
    folder: PathBuf,
    store: LocalFileSystem,
}

impl Storage {
    /// From now on keeps copies of what is read in a folder. Does nothing where blobs are files anyway.
    ///
    /// `before` is where an older version has kept them: they are taken along if they can be, and removed if not.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder can't be made.
    pub fn keep_near(&self, folder: &Path, before: &Path) -> Result<(), StorageError> {
        if self.is_bucket() {
            take_along(before, folder);
            let made = make(folder);
            made.map_err(|error| StorageError::Unavailable(format!("{}: {error}", folder.display())))?;
            let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| unavailable(&error))?;
            // A second time in one process: the first one's folder stays.
            let _ = self.near.set(Near { folder: folder.to_owned(), store });
        }
        Ok(())
    }

    /// A file with a blob's content, if this machine has one: for hard links.
    pub fn local(&self, hash: BlobHash) -> Option<PathBuf> {
        self.file(hash).or_else(|| Some(self.near.get()?.file(hash)))
    }

    /// Whether a blob's copy will stay, because a tree has it; also where no copies are kept.
    pub fn stays_near(&self, hash: BlobHash) -> bool {
        let stays = |near: &Near| std::fs::metadata(near.file(hash)).is_ok_and(|data| data.nlink() > 1);
        self.near.get().is_none_or(stays)
    }

    /// Makes sure that there are local files of these blobs, where that takes fetching them.
    ///
    /// # Errors
    /// As [`Storage::get`].
    pub async fn fetch(&self, blobs: impl IntoIterator<Item = BlobHash>) -> Result<(), StorageError> {
        let Some(near) = self.near.get() else { return Ok(()) };
        let one = |hash| async move {
            // Its content was checked when it was kept.
            if tokio::fs::try_exists(near.file(hash)).await.unwrap_or(false) {
                return Ok(());
            }
            self.get(hash).await.map(drop)
        };
        stream::iter(blobs).map(one).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Removes copies that are in no tree and not among `kept`, but for what was read lately; how many.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the folder can't be read.
    pub async fn clear_near(&self, kept: HashSet<BlobHash>) -> Result<u64, StorageError> {
        let Some(near) = self.near.get() else { return Ok(0) };
        let folder = near.folder.clone();
        let clearing = tokio::task::spawn_blocking(move || clear(&folder, &kept, LATELY));
        clearing.await.map_err(|error| unavailable(&error))?.map_err(|error| unavailable(&error))
    }

    pub(super) async fn near_part(&self, hash: BlobHash, part: Range<u64>) -> Option<Bytes> {
        let file = self.near.get()?.file(hash);
        let reading = tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; usize::try_from(part.end.saturating_sub(part.start)).ok()?];
            std::fs::File::open(file).ok()?.read_exact_at(&mut bytes, part.start).ok()?;
            Some(bytes.into())
        });
        reading.await.ok()?
    }
}

impl Near {
    fn file(&self, hash: BlobHash) -> PathBuf {
        self.folder.join(hash.key().as_ref())
    }

    /// A copy that is what it should be; one that is not is removed.
    pub(super) async fn get(&self, hash: BlobHash) -> Option<Bytes> {
        let bytes = read(self.file(hash), hash).await.ok()?;
        if BlobHash::of(&bytes) == hash {
            return Some(bytes);
        }
        tracing::warn!(target: "storage", %hash, "a copy is damaged and fetched anew");
        let _ = tokio::fs::remove_file(self.file(hash)).await;
        None
    }

    /// It does without the copy where the disk is full.
    pub(super) async fn keep(&self, hash: BlobHash, bytes: Bytes) {
        let kept = self.store.put_opts(&hash.key(), PutPayload::from_bytes(bytes), Default::default()).await;
        if let Err(error) = kept {
            tracing::warn!(target: "storage", %hash, %error, "a copy could not be kept");
        }
    }
}

/// What is published nowhere is among the copies: other users of the machine don't get in.
const CLOSED: u32 = 0o700;

fn make(folder: &Path) -> std::io::Result<()> {
    // Those above it are open: servers read the trees there.
    std::fs::create_dir_all(folder.parent().unwrap_or(folder))?;
    match std::fs::DirBuilder::new().mode(CLOSED).create(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Copies on another mount than the trees were never linked, and are worth nothing: what is needed is fetched anew.
fn take_along(before: &Path, folder: &Path) {
    if !before.is_dir() {
        return;
    }
    let parent = folder.parent().unwrap_or(folder);
    if !folder.exists() && std::fs::create_dir_all(parent).is_ok() && std::fs::rename(before, folder).is_ok()
    {
        let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(CLOSED));
        return;
    }
    let before = before.to_owned();
    // There may be very many, and nobody waits for it. What is left goes the next time.
    std::thread::spawn(move || std::fs::remove_dir_all(before));
}

fn clear(folder: &Path, kept: &HashSet<BlobHash>, lately: Duration) -> std::io::Result<u64> {
    let (mut cleared, mut folders) = (0, vec![folder.to_owned()]);
    let before = SystemTime::UNIX_EPOCH + Duration::from_nanos(now_by(folder)?).saturating_sub(lately);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            // Gone meanwhile: nothing to do.
            let Ok(data) = entry.metadata() else { continue };
            if data.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let is_kept = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let is_kept = is_kept.is_some_and(|hash: BlobHash| kept.contains(&hash));
            let is_old = data.modified().is_ok_and(|time| time <= before);
            let is_free = data.nlink() == 1 && is_old && !is_kept;
            cleared += u64::from(is_free && std::fs::remove_file(entry.path()).is_ok());
        }
    }
    Ok(cleared)
}

/// The time by the clock that gives files theirs, in nanoseconds since the epoch.
fn now_by(folder: &Path) -> std::io::Result<u64> {
    let probe = tempfile::NamedTempFile::new_in(folder)?;
    let modified = probe.as_file().metadata()?.modified()?;
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Ok(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_goes_when_no_tree_has_it_and_nobody_has_read_it_lately() {
        let folder = tempfile::tempdir().unwrap();
        let (near, tree) = (folder.path().join("near"), folder.path().join("tree"));
        std::fs::create_dir_all(near.join("ab")).unwrap();
        let names = ["a", "b", "c"].map(|text| BlobHash::of(text.as_bytes()));
        for name in names {
            std::fs::write(near.join("ab").join(name.to_string()), "copy").unwrap();
        }
        let [linked, node, left] = names.map(|name| near.join("ab").join(name.to_string()));
        std::fs::hard_link(&linked, tree).unwrap();
        let kept = HashSet::from([names[1]]);
        assert_eq!(clear(&near, &kept, LATELY).unwrap(), 0, "read lately");
        assert_eq!(clear(&near, &kept, Duration::ZERO).unwrap(), 1);
        assert!(linked.exists() && node.exists() && !left.exists());
    }
    #[test]
    fn copies_of_before_are_taken_along_or_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let (before, near) = (folder.path().join("near"), folder.path().join("sites/.near"));
        let copy = |text: &str| {
            std::fs::create_dir_all(before.join("ab")).unwrap();
            std::fs::write(before.join("ab/copy"), text).unwrap();
        };
        let kept = || std::fs::read_to_string(near.join("ab/copy")).unwrap();
        copy("first");
        take_along(&before, &near);
        assert_eq!((before.exists(), kept().as_str()), (false, "first"));
        assert_eq!(std::fs::metadata(&near).unwrap().mode() & 0o777, 0o700);
        copy("of an older version that ran once more");
        take_along(&before, &near);
        let began = std::time::Instant::now();
        while before.exists() {
            assert!(began.elapsed() < Duration::from_secs(10), "it stays");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(kept(), "first");
    }
}
