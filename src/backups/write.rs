//! Making a backup.

use std::io::{self, BufWriter};
use std::path::Path;

use futures_util::TryStreamExt;
use sea_orm::DbBackend;

use super::archive::{Archive, archive};
use super::blobs::Copied;
use super::database;
use super::file::{Draft, folder_of};
use super::format::{ARTEFACTS, CONTENTS, Contents, FORMAT, KEY, Losses};
use super::{BackupError, Backups, Told};
use crate::archive::pack;
use crate::db::{Db, Snapshot};
use crate::departures::EXPORTS;
use crate::storage::Holds;

/// The version of this program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
const BUFFER: usize = 256 * 1024;

/// A backup that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The archive's length.
    pub bytes: u64,
    /// Rows of the database.
    pub rows: u64,
    /// Blobs.
    pub blobs: u64,
    /// What should be in it and could not be read. Empty in a backup that is good.
    pub lost: Losses,
}

impl Written {
    pub(super) fn of(contents: Contents, bytes: u64) -> Written {
        Written { bytes, rows: contents.rows(), blobs: contents.blobs, lost: contents.lost }
    }
}

impl Backups {
    /// Writes everything into an archive that is not there yet. What can't be read because it is damaged or missing is left
    /// out and told of: a backup of all the rest is worth more than none. `told` hears of it as it goes on.
    ///
    /// # Errors
    /// When anything else goes wrong; there is no archive then, and nothing is left of it.
    pub async fn write(&self, out: &Path, with_key: bool, told: Told<'_>) -> Result<Written, BackupError> {
        if out.exists() {
            return Err(BackupError::Taken(out.display().to_string()));
        }
        let (draft, contents) = self.draft(folder_of(out), out, with_key, told).await?;
        Ok(Written::of(contents, draft.put(out.to_owned()).await?))
    }

    /// Writes everything into a draft, which has no name yet; `out` is what is told of when it can't be written.
    pub(super) async fn draft(
        &self,
        folder: &Path,
        out: &Path,
        with_key: bool,
        told: Told<'_>,
    ) -> Result<(Draft, Contents), BackupError> {
        let pending = self.parts.db.pending_migrations().await?;
        if !pending.is_empty() {
            return Err(BackupError::Older(pending.join(", ")));
        }
        let draft = Draft::begin(folder).await?;
        // Before the moment that is copied: see `Holds`.
        let hold = Holds::new(self.parts.db.clone()).take(&self.parts.ids).await?;
        let (archive, pieces) = archive(told);
        let file = BufWriter::with_capacity(BUFFER, draft.file.try_clone().map_err(BackupError::file(out))?);
        let packing = tokio::task::spawn_blocking(move || pack(file, pieces).map(drop));
        let filled = self.fill(archive, with_key).await;
        let packed = packing.await.map_err(io::Error::other).flatten();
        let held = hold.release().await?;
        let contents = match (filled, packed) {
            // When the archive can't be written, that is why nothing more was taken.
            (Err(error), Err(cause)) if cause.kind() == io::ErrorKind::Interrupted => return Err(error),
            (_, Err(cause)) => return Err(BackupError::file(out)(cause)),
            (filled, Ok(())) => filled?,
        };
        if !held {
            return Err(BackupError::LetGo);
        }
        Ok((draft, contents))
    }

    async fn fill(&self, mut archive: Archive<'_>, with_key: bool) -> Result<Contents, BackupError> {
        let made_at = self.parts.clock.now().to_string();
        let snapshot = self.parts.db.snapshot().await?;
        let migrations = snapshot.migrations().await?;
        // Looked at once more: this moment is later than that of the first look.
        if migrations != Db::known_migrations() {
            return Err(BackupError::Migrated);
        }
        let tables = database::write(&snapshot, &mut archive).await?;
        let copied = self.copy_blobs(&snapshot, &mut archive).await?;
        let database = kind(&snapshot).to_owned();
        snapshot.close().await?;
        self.copy_exports(&mut archive).await?;
        if with_key {
            archive.begin(KEY.to_owned()).await?;
            archive.write(self.parts.keys.reveal()).await?;
        }
        archive.close().await?;
        let Copied { blobs, bytes: blob_bytes, lost, .. } = copied;
        let (key_check, parts) = (self.parts.keys.check(), archive.parts.clone());
        let (format, version) = (FORMAT, VERSION.to_owned());
        let contents = Contents {
            format,
            version,
            made_at,
            database,
            migrations,
            key_check,
            with_key,
            tables,
            blobs,
            blob_bytes,
            lost,
            parts,
        };
        // Last, because it tells of all that is before it.
        archive.json(CONTENTS, &contents).await?;
        archive.end().await?;
        Ok(contents)
    }

    /// Archives for download. One that was removed since its folder was read is over, and not missed.
    async fn copy_exports(&self, archive: &mut Archive<'_>) -> Result<(), BackupError> {
        for name in self.parts.storage.artefacts(EXPORTS).await? {
            let Some(found) = self.parts.storage.artefact(EXPORTS, &name).await? else { continue };
            archive.stage(1, "exports")?;
            archive.begin(format!("{ARTEFACTS}/{EXPORTS}/{name}")).await?;
            let mut content = std::pin::pin!(found.content);
            while let Some(bytes) = content.try_next().await? {
                archive.write(&bytes).await?;
            }
        }
        Ok(())
    }
}

fn kind(snapshot: &Snapshot) -> &'static str {
    use sea_orm::ConnectionTrait;
    match snapshot.conn().get_database_backend() {
        DbBackend::Postgres => "postgresql",
        _ => "sqlite",
    }
}
