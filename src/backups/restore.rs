//! An installation from a backup: into an empty place, and there whole or recognisably not.
//!
//! Nothing is written before the archive was read to its end. Then a note is left in the storage that a restore has begun;
//! blobs come, then the rows, in one transaction that also marks whose rows they are. The note goes last, by [`finish`];
//! while it is there, the same archive can be restored again, nothing is swept, and nobody else opens the place.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::begun::{Begun, how_far, note_of};
use super::format::Losses;
use super::put::{put_artefacts, put_blobs, put_key, right_key};
use super::unpack::Unpacking;
use super::{BackupError, Told, database};
use crate::base::{Clock, Ids};
use crate::db::Db;
use crate::storage::{BlobHash, RESTORING, Storage, StorageError};

/// Where a backup is restored to.
pub struct Place {
    /// The database, whose schema may be missing.
    pub db: Db,
    /// The storage.
    pub storage: Storage,
    /// The data folder, for the key.
    pub data: PathBuf,
    /// Ids.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The moment that the backup shows.
    pub made_at: String,
    /// Rows of the database.
    pub rows: u64,
    /// Blobs, each by its hash: 32 bytes in memory.
    pub blobs: Vec<BlobHash>,
    /// Rows with a NUL in a text, which this database does not keep: it is U+FFFD there now.
    pub changed: u64,
    /// What was missing when the backup was made.
    pub lost: Losses,
}

/// Blobs looked for at once.
const AT_ONCE: usize = 32;

/// Restores a backup and brings it up to this program's schema. [`finish`] is to be called when everything else is done.
///
/// # Errors
/// Before anything is written: an archive that is damaged or newer, a place that is not empty, a key that is missing or
/// another one. Later: whatever fails; the place is then not finished, and the same archive can be restored again.
pub async fn restore(place: &Place, archive: &Path, told: Told<'_>) -> Result<Restored, BackupError> {
    let from = Unpacking::open(archive, told).await?;
    let begun = how_far(place, &from).await?;
    let key = right_key(place, &from)?;
    from.verify().await?;
    let since = Bytes::from(place.clock.now().to_string());
    let note = stream::once(async { Ok::<_, BackupError>(since) });
    place.storage.put_artefact(RESTORING, &note_of(&from), note).await?;
    if let Some(key) = key {
        put_key(place, &from, &key)?;
    }
    let blobs = put_blobs(place, &from).await?;
    put_artefacts(place, &from).await?;
    let changed = if begun == Begun::Loaded { 0 } else { database::load(&place.db, &from).await? };
    from.stage(0, "bringing the schema up to date")?;
    place.db.migrate().await?;
    let (rows, contents) = (from.contents.rows(), from.contents);
    Ok(Restored { made_at: contents.made_at, rows, blobs, changed, lost: contents.lost })
}

/// Takes the note away that a restore is not finished, when everything that was restored is really there: until the note
/// was seen, something that ran here before may have swept.
///
/// # Errors
/// [`BackupError::GoneAgain`]; when the storage can't be used. The note stays then.
pub async fn finish(storage: &Storage, restored: &Restored) -> Result<(), BackupError> {
    let looks = restored.blobs.iter().map(|hash| storage.ensure(*hash));
    let looked: Result<(), StorageError> = stream::iter(looks).buffer_unordered(AT_ONCE).try_collect().await;
    looked.map_err(|error| match error {
        StorageError::Missing(hash) => BackupError::GoneAgain(hash),
        error => error.into(),
    })?;
    for name in storage.artefacts(RESTORING).await? {
        storage.remove_artefact(RESTORING, &name).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restore_whose_blobs_are_swept_meanwhile_is_not_finished() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let there = storage.put(Bytes::from_static(b"there")).await.unwrap();
        let gone = BlobHash::of(b"gone");
        let note = stream::iter([Ok::<_, BackupError>(Bytes::from_static(b"since"))]);
        storage.put_artefact(RESTORING, "of-it", note).await.unwrap();
        let restored =
            |blobs| Restored { made_at: String::new(), rows: 0, blobs, changed: 0, lost: Losses::default() };
        let error = finish(&storage, &restored(vec![there, gone])).await.unwrap_err();
        assert!(matches!(error, BackupError::GoneAgain(hash) if hash == gone), "{error}");
        assert!(storage.is_restoring().await.unwrap());
        finish(&storage, &restored(vec![there])).await.unwrap();
        assert!(!storage.is_restoring().await.unwrap());
    }
}
