//! Making an installation from a backup.

use std::path::Path;

use super::{App, OpenError};
use crate::backups::{self, BackupError, Place, Restored, Told};
use crate::base::{Clock, Ids};
use crate::config::Settings;
use crate::db::{Db, DbError};
use crate::publishing::PublishError;

/// Why a backup could not be restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup or the place is not as it has to be, or something failed.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A part of the place can't be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The published trees can't be asked for.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Restores a backup into the place that the settings name, and has the published trees of all live sites written by the
/// first worker; how many those are.
///
/// # Errors
/// As [`backups::restore`].
pub async fn restore(
    settings: Settings,
    archive: &Path,
    told: Told<'_>,
) -> Result<(Restored, usize), RestoreError> {
    super::make_folder(&settings.data)?;
    let clock = Clock::system();
    let db = Db::open(&settings.database.pools(&settings.data)).await.map_err(OpenError::from)?;
    let storage = super::storage(&settings).map_err(OpenError::from)?;
    let (data, ids) = (settings.data.clone(), Ids::system(clock.clone()));
    let place = Place { db: db.clone(), storage, data, ids, clock };
    let restored = backups::restore(&place, archive, told).await;
    db.close().await;
    let restored = restored?;

    let port = settings.server.port;
    let app = Box::pin(App::open_unfinished(settings, port)).await?;
    // The archive's own planned backups: this place has another plan, or none.
    app.backups.call_off().await?;
    let mut trees = 0;
    for org in app.accounts.every_as_system().await? {
        for site in app.sites.scopes(&org).await? {
            trees += usize::from(app.publishing.request_tree(&site).await?);
        }
    }
    app.db.close().await;
    backups::finish(&place.storage, &restored).await?;
    Ok((restored, trees))
}
