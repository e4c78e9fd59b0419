//! How far an earlier try to restore the same archive has come: what the storage's note and the database itself tell.

use futures_util::TryStreamExt;

use super::database::mark_of;
use super::format::LEFT_OUT;
use super::unpack::Unpacking;
use super::{BackupError, Place};
use crate::db::{Db, Snapshot};
use crate::storage::{BlobHash, RESTORING};

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    No,
    /// Blobs may be there.
    Yes,
    /// All rows are there as well: they came at once.
    Loaded,
}

/// Tables with rows as soon as anybody uses an installation.
const USED: [&str; 2] = ["orgs", "people"];
/// What `doctor` tries the storage with.
const PROBE: &[u8] = b"doctor";

pub(super) fn note_of(from: &Unpacking<'_>) -> String {
    format!("of-{}", from.fingerprint)
}

pub(super) async fn how_far(place: &Place, from: &Unpacking<'_>) -> Result<Begun, BackupError> {
    let notes = place.storage.artefacts(RESTORING).await?;
    let begun = notes.contains(&note_of(from));
    if !begun && !notes.is_empty() {
        let what = "a restore of another backup was cut off".to_owned();
        let cure = "go on with that one, or empty database and blobs";
        return Err(BackupError::NotEmpty { what, cure });
    }
    let snapshot = place.db.snapshot().await?;
    // The rows alone prove nothing: the note may be in the storage of one place, and the database be another's.
    let loaded = begun && has_mark(&snapshot, &from.fingerprint).await?;
    let used = used(&snapshot).await?;
    snapshot.close().await?;
    match used {
        _ if loaded => return Ok(Begun::Loaded),
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

/// Whether an installation's rows are in this database.
///
/// # Errors
/// When it can't be read.
pub async fn is_used(db: &Db) -> Result<bool, BackupError> {
    let snapshot = db.snapshot().await?;
    let used = used(&snapshot).await?.is_some();
    snapshot.close().await?;
    Ok(used)
}

/// A table that shows that somebody uses this database.
async fn used(snapshot: &Snapshot) -> Result<Option<String>, BackupError> {
    for table in snapshot.tables().await?.into_iter().filter(|table| USED.contains(&table.name.as_str())) {
        let filled = {
            let mut rows = std::pin::pin!(snapshot.rows(&table).await?);
            rows.try_next().await?.is_some()
        };
        if filled {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Whether the transaction that has loaded this archive's rows was committed here.
async fn has_mark(snapshot: &Snapshot, fingerprint: &str) -> Result<bool, BackupError> {
    let mark = mark_of(fingerprint);
    for table in snapshot.tables().await?.into_iter().filter(|table| LEFT_OUT.contains(&table.name.as_str()))
    {
        let mut rows = std::pin::pin!(snapshot.rows(&table).await?);
        while let Some(row) = rows.try_next().await? {
            if row.iter().any(|value| value.as_str() == Some(&mark)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
