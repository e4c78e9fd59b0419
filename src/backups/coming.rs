//! What comes out of an archive's parts: read on a thread, some at a time, through a bounded channel. An archive may come from
//! anywhere: nothing that it says of a length makes this take more memory than what is there, and never more than is allowed.

use std::io::{self, BufRead, ErrorKind, Read};

use bytes::Bytes;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::BackupError;
use super::format::{LARGEST, rows_of};
use super::room::{Room, Taken};
use super::unpack::{Unpacking, part_of};
use crate::storage::BlobHash;

/// Batches and blobs on their way at once.
const IN_FLIGHT: usize = 4;
/// Rows of one batch, and their length.
const ROWS: usize = 500;
const BATCH: usize = 1024 * 1024;
/// The longest row: no text of ours comes near it.
const LONGEST_ROW: u64 = 256 * 1024 * 1024;
/// The longest line above a blob: hash and length.
const LONGEST_LINE: u64 = 128;

/// What comes from the thread that reads, until there is no more.
pub(super) type Coming<T> = mpsc::Receiver<io::Result<T>>;

impl Unpacking<'_> {
    /// The rows of a table, some at a time.
    pub fn rows(&self, table: &str) -> Result<Coming<Vec<Vec<Value>>>, BackupError> {
        self.coming(rows_of(table), |content, send| {
            let (mut batch, mut length, mut line) = (Vec::new(), 0, Vec::new());
            while read_line(content, LONGEST_ROW, &mut line)? {
                batch.push(serde_json::from_slice(&line)?);
                length += line.len();
                if batch.len() >= ROWS || length >= BATCH {
                    send(std::mem::take(&mut batch))?;
                    length = 0;
                }
            }
            if batch.is_empty() { Ok(()) } else { send(batch) }
        })
    }

    /// The blobs of a bundle, as fast as there is room for them. None is what its name does not promise.
    pub fn blobs(&self, part: &str, room: &Room) -> Result<Coming<(BlobHash, Bytes, Taken)>, BackupError> {
        let (room, runtime) = (room.clone(), Handle::current());
        self.coming(part.to_owned(), move |content, send| {
            let mut line = Vec::new();
            while read_line(content, LONGEST_LINE, &mut line)? {
                let (hash, length) = head(&line)?;
                let taken = runtime.block_on(room.take(length));
                let mut blob = Vec::new();
                Read::take(&mut *content, length).read_to_end(&mut blob)?;
                if BlobHash::of(&blob) != hash {
                    return Err(wrong(format!("blob {hash} is damaged")));
                }
                send((hash, blob.into(), taken))?;
            }
            Ok(())
        })
    }

    /// The bytes of a part, some at a time.
    pub fn bytes(&self, part: &str) -> Result<Coming<Bytes>, BackupError> {
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
    ) -> Result<Coming<T>, BackupError> {
        let known = self.contents.parts.iter().find(|known| known.path == part);
        let most = known.ok_or_else(|| self.damaged(format_args!("it has no {part}")))?.bytes;
        let (sender, receiver) = mpsc::channel(IN_FLIGHT);
        let path = self.path.to_owned();
        tokio::task::spawn_blocking(move || {
            let mut send = |thing| sender.blocking_send(Ok(thing)).map_err(|_| ErrorKind::BrokenPipe.into());
            let whole = part_of(&path, &part, most, |content| read(content, &mut send));
            if let Err(error) = whole {
                // Nobody listens any more: they have their own reason.
                let _ = sender.blocking_send(Err(io::Error::new(error.kind(), format!("{part}: {error}"))));
            }
        });
        Ok(receiver)
    }
}

/// Reads the next line, which is not longer than it may be; whether there is one.
fn read_line(content: &mut dyn BufRead, most: u64, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = content.take(most).read_until(b'\n', line)?;
    if read as u64 == most && line.last() != Some(&b'\n') {
        return Err(wrong(format!("a line is longer than {most} bytes")));
    }
    Ok(read > 0)
}

/// What a line tells of the blob below it.
fn head(line: &[u8]) -> io::Result<(BlobHash, u64)> {
    let line = str::from_utf8(line).map_err(|error| wrong(error.to_string()))?;
    let (hash, length) = line.trim_end().split_once(' ').unwrap_or_default();
    let hash: BlobHash = hash.parse().map_err(|error| wrong(format!("{error}")))?;
    let length: u64 = length.parse().map_err(|error| wrong(format!("{error}")))?;
    if length > LARGEST {
        return Err(wrong(format!("blob {hash} is larger than {LARGEST} bytes")));
    }
    Ok((hash, length))
}

fn wrong(what: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_end_and_a_blob_without_measure_are_refused_before_they_fill_the_memory() {
        let mut line = Vec::new();
        let mut content = io::BufReader::new(io::repeat(b'x'));
        let refused = read_line(&mut content, 1000, &mut line).unwrap_err().to_string();
        assert_eq!((refused.as_str(), line.len()), ("a line is longer than 1000 bytes", 1000));
        let mut content = &b"one\ntwo"[..];
        assert!(read_line(&mut content, 4, &mut line).unwrap() && line == b"one\n");
        assert!(read_line(&mut content, 4, &mut line).unwrap() && line == b"two");
        assert!(!read_line(&mut content, 4, &mut line).unwrap());
        let hash = BlobHash::of(b"x");
        assert_eq!(head(format!("{hash} 7\n").as_bytes()).unwrap(), (hash, 7));
        let refused = head(format!("{hash} {}\n", LARGEST + 1).as_bytes()).unwrap_err().to_string();
        assert!(refused.contains("larger than"), "{refused}");
        assert!(head(b"\xff 7\n").is_err() && head(b"7\n").is_err());
    }
}
