//! Backups that are made by themselves, and how long each is kept.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::file::DRAFT;
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
const FORM: &str = "citepress-%Y%m%dT%H%M%SZ.zip";
/// What lacks something: better than nothing, and no reason to let go of one that is whole.
const INCOMPLETE: &str = "citepress-%Y%m%dT%H%M%SZ-incomplete.zip";
/// What is still a draft after this time was cut off.
const DRAFTED: Duration = Duration::from_secs(24 * 60 * 60);

impl Backups {
    /// When backups are made by themselves, if they are.
    pub fn schedule(&self) -> Option<&str> {
        self.parts.plan.as_ref().map(|plan| plan.schedule.as_str())
    }

    /// Makes the backup that is due, and removes those that have been kept long enough: whole ones only after a new one is
    /// there, which is whole.
    ///
    /// # Errors
    /// As [`Backups::write`]; [`BackupError::NotPlanned`].
    pub async fn make(&self, told: Told<'_>) -> Result<Written, BackupError> {
        let plan = self.parts.plan.as_ref().ok_or(BackupError::NotPlanned)?;
        let failed = BackupError::file(&plan.folder);
        std::fs::create_dir_all(&plan.folder).map_err(&failed)?;
        let now = self.parts.clock.now();
        let out = plan.folder.join(named(FORM, now));
        let written = self.write(&out, plan.with_key, told).await?;
        let whole = written.lost.is_empty();
        if !whole {
            std::fs::rename(&out, plan.folder.join(named(INCOMPLETE, now))).map_err(&failed)?;
        }
        for path in over(&plan.folder, now, plan.keep, whole).map_err(&failed)? {
            std::fs::remove_file(path).map_err(&failed)?;
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
        last_made(&self.parts.queue, self.parts.plan.as_ref().map(|plan| plan.folder.as_path())).await
    }
}

/// As [`Backups::last_success`], by what the queue remembers and what lies in the folder: other machines may make them.
///
/// # Errors
/// When the database can't be read.
pub async fn last_made(queue: &Queue, folder: Option<&Path>) -> Result<Option<i64>, BackupError> {
    let kind = Some(MakeBackup::NAME.to_owned());
    let done = Filter { kind, state: Some(State::Done), ..Filter::default() };
    let jobs = queue.list(Reach::All, &done, 1).await?;
    let remembered = jobs.first().and_then(|job| job.finished_at);
    let lying = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let lying = lying.filter_map(|item| time(FORM, item.file_name().to_str()?)).max();
    Ok(remembered.max(lying).map(Timestamp::as_millisecond))
}

/// What is to go: old archives, whole ones only if a newer one is there, and what was cut off.
fn over(folder: &Path, now: Timestamp, keep: Duration, whole: bool) -> std::io::Result<Vec<PathBuf>> {
    let mut over = Vec::new();
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name();
        let Some(name) = name.to_str() else { continue };
        let old = |made: Timestamp| now.duration_since(made).unsigned_abs() > keep && made < now;
        let goes = match (time(FORM, name), time(INCOMPLETE, name)) {
            (Some(made), _) => whole && old(made),
            (None, Some(made)) => old(made),
            (None, None) if name.starts_with('.') && name.ends_with(DRAFT) => {
                let age = item.metadata()?.modified()?.elapsed().unwrap_or_default();
                age > DRAFTED
            }
            (None, None) => false,
        };
        if goes {
            over.push(item.path());
        }
    }
    Ok(over)
}

fn named(form: &str, at: Timestamp) -> String {
    at.strftime(form).to_string()
}

/// The time that a file's name tells, if it is of this form.
fn time(form: &str, name: &str) -> Option<Timestamp> {
    let at = DateTime::strptime(form, name).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn left(folder: &Path, whole: bool) -> Vec<String> {
        let now: Timestamp = "2026-11-28T01:47:00Z".parse().unwrap();
        for path in over(folder, now, DAY * 30, whole).unwrap() {
            std::fs::remove_file(path).unwrap();
        }
        let mut left: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|item| item.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        left
    }

    #[test]
    fn the_last_whole_backup_stays_until_a_newer_one_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (old, young) = ("citepress-20261001T014700Z.zip", "citepress-20261127T014700Z.zip");
        let incomplete = "citepress-20261001T014700Z-incomplete.zip";
        for name in [old, young, incomplete, "citepress-by-hand.zip", "notes.txt"] {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        let others = ["citepress-by-hand.zip", "notes.txt"];
        assert_eq!(left(folder.path(), false), [&[old, young][..], &others].concat());
        assert_eq!(left(folder.path(), true), [&[young][..], &others].concat());
    }
}
