//! An archive as it is read: looked through from end to end before anything is taken from it, then part by part.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;

use super::format::{CONTENTS, Contents, FORMAT, KEY};
use super::{BackupError, Told};
use crate::db::Db;

const BUFFER: usize = 256 * 1024;
/// The longest table of contents.
const LONGEST: u64 = 256 * 1024 * 1024;

/// An archive that is being restored.
pub(super) struct Unpacking<'a> {
    pub(super) path: &'a Path,
    pub contents: Contents,
    /// What tells it from others.
    pub fingerprint: String,
    told: Told<'a>,
    done: AtomicU64,
}

/// What an archive of any version says first.
#[derive(serde::Deserialize)]
struct Head {
    format: u32,
    version: String,
    migrations: Vec<String>,
}

impl<'a> Unpacking<'a> {
    /// Opens an archive of this program or an older one.
    pub async fn open(path: &'a Path, told: Told<'a>) -> Result<Unpacking<'a>, BackupError> {
        let archive = path.to_owned();
        let read = tokio::task::spawn_blocking(move || contents_of(&archive)).await;
        let (contents, fingerprint) = read.map_err(|error| BackupError::damaged(path, error)).flatten()?;
        Ok(Unpacking { path, contents, fingerprint, told, done: AtomicU64::new(0) })
    }

    pub fn damaged(&self, what: impl ToString) -> BackupError {
        BackupError::damaged(self.path, what)
    }

    /// Says what is done, and asks whether it is still wanted.
    pub fn stage(&self, things: u64, stage: &str) -> Result<(), BackupError> {
        let done = self.done.fetch_add(things, Ordering::Relaxed) + things;
        if (self.told)(done, stage) { Ok(()) } else { Err(BackupError::CalledOff) }
    }

    /// Reads every part to its end and compares it with its hash.
    pub async fn verify(&self) -> Result<(), BackupError> {
        for part in &self.contents.parts {
            let (path, name, most) = (self.path.to_owned(), part.path.clone(), part.bytes.saturating_add(1));
            let hashed = tokio::task::spawn_blocking(move || {
                let mut hasher = blake3::Hasher::new();
                // One byte more than is promised is enough to tell, whatever comes behind it.
                let read = part_of(&path, &name, most, |content| io::copy(content, &mut hasher))?;
                io::Result::Ok((read, hasher.finalize().to_hex().to_string()))
            });
            let hashed = hashed.await.map_err(|error| self.damaged(error))?;
            let same = hashed.map_err(|error| self.damaged(format_args!("{}: {error}", part.path)))?
                == (part.bytes, part.hash.clone());
            if !same {
                return Err(self.damaged(format_args!("{} does not match its hash", part.path)));
            }
            self.stage(1, "looking through the archive")?;
        }
        Ok(())
    }

    /// The key, where it was put in.
    pub fn key(&self) -> Result<Option<Vec<u8>>, BackupError> {
        if !self.contents.with_key {
            return Ok(None);
        }
        let mut key = Vec::new();
        let read = part_of(self.path, KEY, 1024, |content| content.read_to_end(&mut key));
        read.map_err(|error| self.damaged(format_args!("{KEY}: {error}")))?;
        Ok(Some(key))
    }
}

/// What an archive tells of itself, and what tells it from others.
fn contents_of(path: &Path) -> Result<(Contents, String), BackupError> {
    let mut zip = ZipArchive::new(reader(path).map_err(BackupError::file(path))?)
        .map_err(|error| BackupError::damaged(path, error))?;
    let mut text = Vec::new();
    let entry = zip.by_name(CONTENTS).map_err(|error| {
        BackupError::damaged(path, format_args!("it has no {CONTENTS}, so it is no whole backup: {error}"))
    })?;
    entry.take(LONGEST).read_to_end(&mut text).map_err(|error| BackupError::damaged(path, error))?;
    let head: Head = serde_json::from_slice(&text).map_err(|error| BackupError::damaged(path, error))?;
    let newer = |what: String| BackupError::Newer {
        path: path.display().to_string(),
        version: head.version.clone(),
        what,
    };
    if head.format > FORMAT {
        return Err(newer(format!("its format is {}", head.format)));
    }
    let known = Db::known_migrations();
    if let Some(unknown) = head.migrations.iter().find(|name| !known.contains(name)) {
        return Err(newer(format!("migration {unknown}")));
    }
    if !known.starts_with(&head.migrations) {
        return Err(BackupError::damaged(path, "its migrations are out of order"));
    }
    let contents = serde_json::from_slice(&text).map_err(|error| BackupError::damaged(path, error))?;
    let fingerprint = blake3::hash(&text).to_hex().to_string();
    Ok((contents, fingerprint))
}

fn reader(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(BUFFER, File::open(path)?))
}

/// Reads a part of an archive, so many bytes of it at most.
pub(super) fn part_of<T>(
    path: &Path,
    part: &str,
    most: u64,
    read: impl FnOnce(&mut dyn BufRead) -> io::Result<T>,
) -> io::Result<T> {
    let mut zip = ZipArchive::new(reader(path)?)?;
    let entry = zip.by_name(part)?;
    read(&mut BufReader::with_capacity(BUFFER, entry.take(most)))
}
