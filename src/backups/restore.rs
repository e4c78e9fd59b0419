//! An installation from a backup: into an empty place, and there whole or recognisably not.
//!
//! Nothing is written before the archive was read to its end. Then a note is left in the storage that a restore has begun;
//! blobs come, then the rows, in one transaction. The note goes last, by [`finish`]; while it is there, the same archive
//! can be restored again, and no server starts.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};

use super::database;
use super::format::{ARTEFACTS, BUNDLES, Lost};
use super::unpack::{Coming, Unpacking};
use super::{BackupError, Backups, Told};
use crate::base::{Clock, Ids};
use crate::db::Db;
use crate::keys::Keys;
use crate::storage::{BlobHash, Storage, StorageError};

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
    /// Blobs.
    pub blobs: u64,
    /// Rows with a NUL in a text, which this database does not keep: it is U+FFFD there now.
    pub changed: u64,
    /// What was missing when the backup was made.
    pub lost: Vec<Lost>,
}

/// Where the note lies while a restore is not finished.
const NOTE: &str = "restore";
/// Blobs written at once.
const AT_ONCE: usize = 16;
/// Tables with rows as soon as anybody uses an installation.
const USED: [&str; 2] = ["orgs", "people"];
/// What `doctor` tries the storage with.
const PROBE: &[u8] = b"doctor";

/// Restores a backup and brings it up to this program's schema. [`finish`] is to be called when everything else is done.
///
/// # Errors
/// Before anything is written: an archive that is damaged or newer, a place that is not empty, a key that is missing or
/// another one. Later: whatever fails; the place is then not finished, and the same archive can be restored again.
pub async fn restore(place: &Place, archive: &Path, told: Told<'_>) -> Result<Restored, BackupError> {
    let from = Unpacking::open(archive, told)?;
    let begun = how_far(place, &from).await?;
    let key = right_key(place, &from)?;
    from.verify().await?;
    let since = Bytes::from(place.clock.now().to_string());
    let note = stream::once(async { Ok::<_, BackupError>(since) });
    place.storage.put_artefact(NOTE, &note_of(&from), note).await?;
    if let Some(key) = key {
        Keys::put(&place.data, &key, &place.ids)?;
    }
    put_blobs(place, &from).await?;
    put_artefacts(place, &from).await?;
    let changed = if begun == Begun::Loaded { 0 } else { database::load(&place.db, &from).await? };
    from.stage(0, "bringing the schema up to date")?;
    place.db.migrate().await?;
    let (rows, contents) = (from.contents.rows(), from.contents);
    Ok(Restored { made_at: contents.made_at, rows, blobs: contents.blobs, changed, lost: contents.lost })
}

/// Takes the note away that a restore is not finished.
///
/// # Errors
/// When the storage can't be used.
pub async fn finish(storage: &Storage) -> Result<(), BackupError> {
    for name in storage.artefacts(NOTE).await? {
        storage.remove_artefact(NOTE, &name).await?;
    }
    Ok(())
}

impl Backups {
    /// Whether no restore into this place has begun without being finished.
    ///
    /// # Errors
    /// When the storage can't be used.
    pub async fn is_restored(&self) -> Result<bool, StorageError> {
        Ok(self.parts.storage.artefacts(NOTE).await?.is_empty())
    }
}

/// How far an earlier try with the same archive has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    No,
    /// Blobs may be there.
    Yes,
    /// All rows are there as well: they came at once.
    Loaded,
}

fn note_of(from: &Unpacking<'_>) -> String {
    format!("of-{}", from.fingerprint)
}

async fn how_far(place: &Place, from: &Unpacking<'_>) -> Result<Begun, BackupError> {
    let notes = place.storage.artefacts(NOTE).await?;
    let begun = notes.contains(&note_of(from));
    if !begun && !notes.is_empty() {
        let what = "a restore of another backup was cut off".to_owned();
        let cure = "go on with that one, or empty database and blobs";
        return Err(BackupError::NotEmpty { what, cure });
    }
    let used = used(&place.db).await?;
    match used {
        Some(_) if begun => return Ok(Begun::Loaded),
        Some(table) => {
            let what = format!("the database has rows in {table}");
            let cure = "name another with --data or database.url, or move this one away";
            return Err(BackupError::NotEmpty { what, cure });
        }
        None if begun => return Ok(Begun::Yes),
        None => {}
    }
    let mut blobs = std::pin::pin!(place.storage.blobs());
    while let Some(blob) = blobs.try_next().await? {
        if blob.hash != BlobHash::of(PROBE) {
            let what = format!("the storage has blobs, such as {}", blob.hash);
            let cure = "name another data folder or bucket, or move them away";
            return Err(BackupError::NotEmpty { what, cure });
        }
    }
    Ok(Begun::No)
}

/// A table that shows that somebody uses this database.
async fn used(db: &Db) -> Result<Option<String>, BackupError> {
    let snapshot = db.snapshot().await?;
    let mut used = None;
    for table in snapshot.tables().await?.into_iter().filter(|table| USED.contains(&table.name.as_str())) {
        let filled = {
            let mut rows = std::pin::pin!(snapshot.rows(&table).await?);
            rows.try_next().await?.is_some()
        };
        if filled {
            used = Some(table.name);
        }
    }
    snapshot.close().await?;
    Ok(used)
}

/// The key that is to be put in its place, if it is not there already; whether it is the right one is looked at here.
fn right_key(place: &Place, from: &Unpacking<'_>) -> Result<Option<Vec<u8>>, BackupError> {
    let (data, there) = (place.data.display().to_string(), from.key()?);
    match Keys::find(&place.data, &place.ids, place.clock.clone())? {
        Some(keys) if keys.check() != from.contents.key_check => Err(BackupError::OtherKey(data)),
        Some(_) => Ok(None),
        None => there.map(Some).ok_or(BackupError::NoKey(data)),
    }
}

async fn put_blobs(place: &Place, from: &Unpacking<'_>) -> Result<(), BackupError> {
    let mut put = 0;
    for part in from.contents.below(BUNDLES) {
        let put_one = |(hash, content): (BlobHash, Bytes)| async move {
            place.storage.put_as(hash, content).await?;
            from.stage(1, "blobs")
        };
        let coming = coming(from.blobs(&part.path)).map_err(|error| from.damaged(error));
        let mut done = std::pin::pin!(coming.map_ok(put_one).try_buffer_unordered(AT_ONCE));
        while done.try_next().await?.is_some() {
            put += 1;
        }
    }
    place.storage.settle().await?;
    if put == from.contents.blobs { Ok(()) } else { Err(from.damaged("blobs are missing")) }
}

async fn put_artefacts(place: &Place, from: &Unpacking<'_>) -> Result<(), BackupError> {
    for part in from.contents.below(ARTEFACTS) {
        let plain = |name: &&str| !name.is_empty() && !name.starts_with('.');
        let mut names = part.path.split('/').skip(1).filter(plain);
        let (Some(folder), Some(name), None) = (names.next(), names.next(), names.next()) else {
            return Err(from.damaged(format_args!("{} has no place here", part.path)));
        };
        let content = coming(from.bytes(&part.path)).map_err(|error| from.damaged(error));
        place.storage.put_artefact(folder, name, content).await?;
        from.stage(1, "exports")?;
    }
    Ok(())
}

fn coming<T>(receiver: Coming<T>) -> impl Stream<Item = std::io::Result<T>> {
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}
