//! Large blobs, read bit by bit.

use std::ops::Range;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::{BlobHash, Storage, StorageError};

/// How much is read at once: what one slow reader of a large blob holds in memory.
const PART: u64 = 256 * 1024;

impl Storage {
    /// A range of a blob of `len` bytes, in parts. A blob that is read whole is checked as it goes by: if it is damaged,
    /// its last part never comes.
    ///
    /// # Errors
    /// When the first part can't be read, as [`Storage::get_part`]; what fails later is an item.
    pub async fn parts(
        &self,
        hash: BlobHash,
        len: u64,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, StorageError>> + use<>, StorageError> {
        let hasher = (range == (0..len)).then(blake3::Hasher::new);
        let mut reading = Reading { storage: self.clone(), hash, hasher, left: range };
        let first = reading.next().await?;
        let rest = stream::try_unfold(reading, |mut reading| async {
            Ok(reading.next().await?.map(|part| (part, reading)))
        });
        Ok(stream::iter(first.map(Ok)).chain(rest))
    }
}

struct Reading {
    storage: Storage,
    hash: BlobHash,
    hasher: Option<blake3::Hasher>,
    left: Range<u64>,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        if self.left.is_empty() {
            return Ok(None);
        }
        let end = self.left.end.min(self.left.start + PART);
        let part = self.storage.get_part(self.hash, self.left.start..end).await?;
        self.left.start = end;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&part);
            if self.left.is_empty() && hasher.finalize().as_bytes() != self.hash.as_bytes() {
                return Err(StorageError::Damaged(self.hash));
            }
        }
        Ok(Some(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt;

    async fn read(
        storage: &Storage,
        hash: BlobHash,
        len: u64,
        range: Range<u64>,
    ) -> Result<Vec<u8>, StorageError> {
        let parts: Vec<Bytes> = storage.parts(hash, len, range).await?.try_collect().await?;
        assert!(parts.iter().all(|part| part.len() as u64 <= PART));
        Ok(parts.concat())
    }

    #[tokio::test]
    async fn a_large_blob_comes_in_parts_and_a_damaged_one_never_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let content: Vec<u8> = (0..700_001_u32).map(|n| (n % 251) as u8).collect();
        let len = content.len() as u64;
        let hash = storage.put(content.clone().into()).await.unwrap();
        assert_eq!(read(&storage, hash, len, 0..len).await.unwrap(), content);
        assert_eq!(read(&storage, hash, len, 262_143..600_000).await.unwrap(), content[262_143..600_000]);

        let mut damaged = content;
        damaged[5] ^= 1;
        std::fs::write(storage.file(hash).unwrap(), &damaged).unwrap();
        let error = read(&storage, hash, len, 0..len).await.unwrap_err();
        assert!(matches!(error, StorageError::Damaged(_)), "{error}");
    }
}
