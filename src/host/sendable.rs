//! Contents that the kernel sends by itself. Of a body of some size, copying it into the socket is the larger part of an
//! answer's work; what lies in a file of memory is sent without.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use quick_cache::sync::Cache;
use rustix::fs::{MemfdFlags, memfd_create};

use crate::storage::BlobHash;

/// A content to be sent.
pub(super) enum Content {
    Bytes(Bytes),
    /// A file of memory, and its length.
    File(Arc<OwnedFd>, usize),
}

impl Content {
    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        match self {
            Content::Bytes(bytes) => bytes.len(),
            Content::File(_, len) => *len,
        }
    }
}

/// The contents that are asked for most.
pub(super) struct Sendables {
    files: Cache<BlobHash, Arc<OwnedFd>>,
    /// When the next may be made, in milliseconds.
    next: AtomicI64,
}

/// Below this, copying is cheaper than a second system call.
const SMALLEST: usize = 12 * 1024;
const LARGEST: usize = 128 * 1024;
/// Each is an open file.
const MOST: u64 = 128;
/// Between two that are made: where requests go everywhere, making files for each would cost more than it saves.
const PAUSE_MS: i64 = 20;

impl Sendables {
    /// With room for so many bytes at most; and what it will take of them.
    pub(super) fn new(bytes: u64) -> (Sendables, u64) {
        let slots = (bytes / LARGEST as u64).clamp(1, MOST);
        let files = Cache::new(usize::try_from(slots).unwrap_or(1));
        (Sendables { files, next: AtomicI64::new(0) }, slots * LARGEST as u64)
    }

    /// The best form of a content to send at time `now`, in milliseconds.
    pub(super) fn of(&self, hash: BlobHash, content: Bytes, now: i64) -> Content {
        let len = content.len();
        if !(SMALLEST..=LARGEST).contains(&len) {
            return Content::Bytes(content);
        }
        if let Some(file) = self.files.get(&hash) {
            return Content::File(file, len);
        }
        let next = self.next.load(Ordering::Relaxed);
        // The clock may have been set back.
        let early = now < next && next - now <= PAUSE_MS;
        if early
            || self.next.compare_exchange(next, now + PAUSE_MS, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            return Content::Bytes(content);
        }
        match file_of(&content) {
            Ok(file) => {
                let file = Arc::new(file);
                self.files.insert(hash, Arc::clone(&file));
                Content::File(file, len)
            }
            // Too many open files, or a system without: it is only slower.
            Err(_) => Content::Bytes(content),
        }
    }
}

fn file_of(content: &[u8]) -> io::Result<OwnedFd> {
    let mut file = File::from(memfd_create("published", MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    Ok(file.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    #[test]
    fn a_content_of_some_size_is_put_into_a_file_of_its_own_but_not_many_at_once() {
        let (sendables, most) = Sendables::new(1024 * 1024);
        assert_eq!(most, 1024 * 1024);
        let (page, other) = (Bytes::from(vec![b'a'; 20_000]), Bytes::from(vec![b'b'; 20_000]));
        let of = |content: &Bytes, now| sendables.of(BlobHash::of(content), content.clone(), now);
        let Content::File(file, 20_000) = of(&page, 1_000) else { panic!("no file") };
        assert!(matches!(of(&other, 1_001), Content::Bytes(bytes) if bytes == other), "too soon");
        assert!(matches!(of(&page, 1_001), Content::File(..)), "it is there");
        assert!(matches!(of(&other, 1_000 + PAUSE_MS), Content::File(..)));
        assert!(matches!(of(&Bytes::from_static(b"short"), 9_000), Content::Bytes(_)));
        let mut file = File::from(file.try_clone().unwrap());
        let mut read = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut read).unwrap();
        assert_eq!(read, page);
    }
}
