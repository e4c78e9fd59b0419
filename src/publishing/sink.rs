//! From the press's threads to storage: files are hashed and compressed where they were rendered, and kept by a task
//! that the threads wait for when it falls behind, so that memory stays bounded.

use std::io;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use press::{OutFile, Sink};
use tokio::sync::mpsc;

use super::compress;
use super::manifest::{Blob, Entry};
use crate::storage::{BlobHash, Storage, StorageError};

/// Files on their way to storage at once.
const IN_FLIGHT: usize = 32;

pub(super) struct Packed {
    entry: Entry,
    blobs: Vec<(BlobHash, Bytes)>,
}

/// The press's end.
pub(super) struct Collector {
    packed: mpsc::Sender<Packed>,
    removed: Mutex<Vec<String>>,
}

/// A collector, and the other end of its channel for [`keep`].
pub(super) fn collector() -> (Collector, mpsc::Receiver<Packed>) {
    let (packed, receiver) = mpsc::channel(IN_FLIGHT);
    (Collector { packed, removed: Mutex::default() }, receiver)
}

impl Collector {
    /// The paths that are gone.
    pub(super) fn into_removed(self) -> Vec<String> {
        self.removed.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Collector {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        let packed = pack(&file)?;
        self.packed.blocking_send(packed).map_err(|_| io::Error::other("the storage gave up"))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.removed.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        Ok(())
    }
}

fn pack(file: &OutFile<'_>) -> io::Result<Packed> {
    let mut blobs = Vec::with_capacity(3);
    let mut blob = |bytes: Vec<u8>| {
        let bytes = Bytes::from(bytes);
        let blob = Blob { hash: BlobHash::of(&bytes), len: bytes.len() as u64 };
        blobs.push((blob.hash, bytes));
        blob
    };
    let (br, gz) = if compress::is_text(file.media_type) {
        (Some(blob(compress::brotli(file.bytes)?)), Some(blob(compress::gzip(file.bytes)?)))
    } else {
        (None, None)
    };
    let entry = Entry {
        path: file.path.to_owned(),
        media_type: file.media_type.to_owned(),
        immutable: file.immutable,
        redirect: file.redirect.map(str::to_owned),
        keeps_method: false,
        identity: blob(file.bytes.to_vec()),
        br,
        gz,
    };
    Ok(Packed { entry, blobs })
}

/// Keeps what comes until the press is done; its entries. After an error the channel closes, which stops the press.
pub(super) async fn keep(
    storage: Storage,
    packed: mpsc::Receiver<Packed>,
) -> Result<Vec<Entry>, StorageError> {
    let packed = stream::unfold(packed, |mut packed| async move {
        let next = packed.recv().await?;
        Some((next, packed))
    });
    packed
        .map(|packed| {
            let storage = storage.clone();
            async move {
                for (hash, bytes) in packed.blobs {
                    storage.put_as(hash, bytes).await?;
                }
                Ok(packed.entry)
            }
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await
}
