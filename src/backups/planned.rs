//! Backups that are made by themselves, and how long each is kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{blocking, remove};
use super::kept::{named, newest, over};
use super::unpack::Unpacking;
use super::{BackupError, Backups, Told, Written};
use crate::queue::{Filter, Job, Policy, Queue, Reach, State};

/// Where, when and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The folder of the archives.
    pub folder: PathBuf,
    /// How long they are kept.
    pub keep: Duration,
    /// When one is made: five fields of cron, in UTC.
    pub schedule: String,
    /// Whether the key is put in as well.
    pub with_key: bool,
}

/// Make a backup where the plan says. Done again it makes another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeBackup {}

impl Job for MakeBackup {
    const NAME: &'static str = "backups.make";

    fn policy() -> Policy {
        let timeout = Duration::from_secs(12 * 60 * 60);
        Policy { attempts: 3, timeout, concurrency: Some(1), ..Policy::default() }
    }
}

/// Jobs of one look: there is hardly more than one.
const MOST: u64 = 200;

impl Backups {
    /// When backups are made by themselves, if they are.
    pub fn schedule(&self) -> Option<&str> {
        self.parts.plan.as_ref().map(|plan| plan.schedule.as_str())
    }

    /// Makes the backup that is due, reads it back, and removes those that have been kept long enough: whole ones only after a
    /// new one is there, which is whole.
    ///
    /// # Errors
    /// As [`Backups::write`]; [`BackupError::NotPlanned`]; [`BackupError::Unreadable`].
    pub async fn make(&self, told: Told<'_>) -> Result<Written, BackupError> {
        let Plan { folder, keep, with_key, .. } = self.parts.plan.as_ref().ok_or(BackupError::NotPlanned)?;
        let (failed, made) = (BackupError::file(folder), folder.clone());
        blocking(move || std::fs::create_dir_all(made)).await.map_err(&failed)?;
        let now = self.parts.clock.now();
        let (draft, contents) = self.draft(folder, folder, *with_key, told).await?;
        let read = async { Unpacking::open(draft.path(), told).await?.verify().await };
        read.await.map_err(|error| error.of_the_new(folder))?;
        let whole = contents.lost.is_empty();
        let written = Written::of(contents, draft.put(folder.join(named(now, whole))).await?);
        let (folder, keep) = (folder.clone(), *keep);
        // The new one is there, and what comes now can wait for the next.
        if let Err(error) = blocking(move || over(&folder, now, keep, whole).map(remove)).await {
            tracing::warn!(target: "backups", %error, "old backups can't be looked for");
        }
        Ok(written)
    }

    /// Calls off the backups that an archive's queue still had to make.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn call_off(&self) -> Result<(), BackupError> {
        let kind = Some(MakeBackup::NAME.to_owned());
        for state in [State::Queued, State::Running] {
            let planned = Filter { kind: kind.clone(), state: Some(state), ..Filter::default() };
            for job in self.parts.queue.list(Reach::All, &planned, MOST).await? {
                self.parts.queue.call_off(Reach::All, job.id).await?;
            }
        }
        Ok(())
    }

    /// When the last whole backup was made by itself, in milliseconds since the epoch; `None` where none was.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn last_success(&self) -> Result<Option<i64>, BackupError> {
        let folder = self.parts.plan.as_ref().map(|plan| plan.folder.as_path());
        last_made(&self.parts.queue, folder, self.parts.clock.now()).await
    }
}

/// As [`Backups::last_success`], by what the queue remembers and what lies in the folder: other machines may make them.
///
/// # Errors
/// When the database can't be read.
pub async fn last_made(
    queue: &Queue,
    folder: Option<&Path>,
    now: Timestamp,
) -> Result<Option<i64>, BackupError> {
    let kind = Some(MakeBackup::NAME.to_owned());
    let done = Filter { kind, state: Some(State::Done), ..Filter::default() };
    let jobs = queue.list(Reach::All, &done, 1).await?;
    let remembered = jobs.first().and_then(|job| job.finished_at);
    let lying = match folder.map(Path::to_owned) {
        // A folder that can't be read holds nothing that counts.
        Some(folder) => blocking(move || Ok(newest(&folder, now))).await.ok().flatten(),
        None => None,
    };
    Ok(remembered.max(lying).map(Timestamp::as_millisecond))
}
