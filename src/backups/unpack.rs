//! An archive as it is read: looked through from end to end before anything is taken from it, then part by part.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;
use zip::ZipArchive;

use super::format::{CONTENTS, Contents, FORMAT, KEY, rows_of};
use super::{BackupError, Told};
use crate::db::Db;
use crate::storage::BlobHash;

const BUFFER: usize = 256 * 1024;
/// Batches and blobs on their way at once.
const IN_FLIGHT: usize = 4;
/// Rows of one batch, and their length.
const ROWS: usize = 500;
const BATCH: usize = 1024 * 1024;
/// The longest table of contents.
const LONGEST: u64 = 256 * 1024 * 1024;

/// What comes from the thread that reads, until there is no more.
pub(super) type Coming<T> = mpsc::Receiver<io::Result<T>>;

/// An archive that is being restored.
pub(super) struct Unpacking<'a> {
    path: &'a Path,
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
    pub fn open(path: &'a Path, told: Told<'a>) -> Result<Unpacking<'a>, BackupError> {
        let mut zip = ZipArchive::new(reader(path).map_err(BackupError::file(path))?)
            .map_err(|error| BackupError::damaged(path, error))?;
        let mut text = Vec::new();
        let entry = zip.by_name(CONTENTS).map_err(|error| {
            BackupError::damaged(
                path,
                format_args!("it has no {CONTENTS}, so it is no whole backup: {error}"),
            )
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
            let (path, name) = (self.path.to_owned(), part.path.clone());
            let hashed = tokio::task::spawn_blocking(move || {
                let mut hasher = blake3::Hasher::new();
                let read = part_of(&path, &name, |content| io::copy(content, &mut hasher))?;
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
        let read = part_of(self.path, KEY, |content| content.take(1024).read_to_end(&mut key));
        read.map_err(|error| self.damaged(format_args!("{KEY}: {error}")))?;
        Ok(Some(key))
    }

    /// The rows of a table, some at a time.
    pub fn rows(&self, table: &str) -> Result<Coming<Vec<Vec<Value>>>, BackupError> {
        let part = rows_of(table);
        if !self.contents.parts.iter().any(|known| known.path == part) {
            return Err(self.damaged(format_args!("it has no {part}")));
        }
        Ok(self.coming(part, |content, send| {
            let (mut batch, mut length, mut line) = (Vec::new(), 0, Vec::new());
            while content.read_until(b'\n', &mut line)? > 0 {
                batch.push(serde_json::from_slice(&line)?);
                length += line.len();
                line.clear();
                if batch.len() >= ROWS || length >= BATCH {
                    send(std::mem::take(&mut batch))?;
                    length = 0;
                }
            }
            if batch.is_empty() { Ok(()) } else { send(batch) }
        }))
    }

    /// The blobs of a bundle. None is what its name does not promise.
    pub fn blobs(&self, part: &str) -> Coming<(BlobHash, Bytes)> {
        self.coming(part.to_owned(), |content, send| {
            let wrong = |what: String| io::Error::new(ErrorKind::InvalidData, what);
            let mut line = String::new();
            while content.read_line(&mut line)? > 0 {
                let (hash, length) = line.trim_end().split_once(' ').unwrap_or_default();
                let hash: BlobHash = hash.parse().map_err(|error| wrong(format!("{error}")))?;
                let length: u64 = length.parse().map_err(|error| wrong(format!("{error}")))?;
                let mut blob = Vec::new();
                Read::take(&mut *content, length).read_to_end(&mut blob)?;
                if BlobHash::of(&blob) != hash {
                    return Err(wrong(format!("blob {hash} is damaged")));
                }
                send((hash, blob.into()))?;
                line.clear();
            }
            Ok(())
        })
    }

    /// The bytes of a part, some at a time.
    pub fn bytes(&self, part: &str) -> Coming<Bytes> {
        self.coming(part.to_owned(), |content, send| {
            loop {
                let some = content.fill_buf()?;
                if some.is_empty() {
                    return Ok(());
                }
                let (length, some) = (some.len(), Bytes::copy_from_slice(some));
                content.consume(length);
                send(some)?;
            }
        })
    }

    /// Has a thread read a part and send what it finds.
    fn coming<T: Send + 'static>(
        &self,
        part: String,
        read: impl FnOnce(&mut dyn BufRead, &mut dyn FnMut(T) -> io::Result<()>) -> io::Result<()>
        + Send
        + 'static,
    ) -> Coming<T> {
        let (sender, receiver) = mpsc::channel(IN_FLIGHT);
        let path = self.path.to_owned();
        tokio::task::spawn_blocking(move || {
            let mut send = |thing| sender.blocking_send(Ok(thing)).map_err(|_| ErrorKind::BrokenPipe.into());
            let whole = part_of(&path, &part, |content| read(content, &mut send));
            if let Err(error) = whole {
                // Nobody listens any more: they have their own reason.
                let _ = sender.blocking_send(Err(io::Error::new(error.kind(), format!("{part}: {error}"))));
            }
        });
        receiver
    }
}

fn reader(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(BUFFER, File::open(path)?))
}

/// Reads a part of an archive.
fn part_of<T>(
    path: &Path,
    part: &str,
    read: impl FnOnce(&mut dyn BufRead) -> io::Result<T>,
) -> io::Result<T> {
    let mut zip = ZipArchive::new(reader(path)?)?;
    let entry = zip.by_name(part)?;
    read(&mut BufReader::with_capacity(BUFFER, entry))
}
