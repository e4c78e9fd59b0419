//! Artefacts under a name of their own, such as archives for download: kept until somebody removes them, never shared.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStoreExt, PutPayload};

use super::{Storage, StorageError, unavailable};

/// What goes to the store at once. A bucket takes no parts under 5 MiB, but for the last.
const PART: usize = 5 * 1024 * 1024;

/// An artefact to be read.
pub struct Reading<S> {
    /// Its length in bytes.
    pub len: u64,
    /// Its content.
    pub content: S,
}

impl Storage {
    /// Keeps an artefact whose content comes bit by bit; its length. One of the same name is replaced at the end, so that
    /// it is never there in part.
    ///
    /// # Errors
    /// The content's own error, or [`StorageError::Unavailable`]: nothing is left of it then.
    pub async fn put_artefact<E: From<StorageError>>(
        &self,
        folder: &str,
        name: &str,
        content: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, E> {
        let begun = self.store.put_multipart(&Path::from_iter([folder, name])).await;
        let mut upload = begun.map_err(|error| unavailable(&error))?;
        let sent = async {
            let len = send(&mut *upload, content).await?;
            upload.complete().await.map_err(|error| unavailable(&error))?;
            Ok(len)
        };
        let sent: Result<u64, E> = sent.await;
        if sent.is_err()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(target: "storage", name, %error, "a part of an artefact stays until it is cleared");
        }
        sent
    }

    /// An artefact's length and content; `None` where there is none.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`]; what fails later is an item.
    pub async fn artefact(
        &self,
        folder: &str,
        name: &str,
    ) -> Result<Option<Reading<impl Stream<Item = Result<Bytes, StorageError>> + Send + use<>>>, StorageError>
    {
        match self.store.get(&Path::from_iter([folder, name])).await {
            Ok(found) => {
                let len = found.meta.size;
                let content = found.into_stream().map_err(|error| unavailable(&error));
                Ok(Some(Reading { len, content }))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Removes an artefact, where there is one.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn remove_artefact(&self, folder: &str, name: &str) -> Result<(), StorageError> {
        match self.store.delete(&Path::from_iter([folder, name])).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// The names of a folder's artefacts.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn artefacts(&self, folder: &str) -> Result<Vec<String>, StorageError> {
        let found = self.store.list(Some(&Path::from(folder))).map_err(|error| unavailable(&error));
        let name = |object: Result<object_store::ObjectMeta, StorageError>| {
            Ok(object?.location.filename().map(str::to_owned))
        };
        found.map(name).try_filter_map(|name| async move { Ok(name) }).try_collect().await
    }
}

async fn send<E: From<StorageError>>(
    upload: &mut dyn MultipartUpload,
    content: impl Stream<Item = Result<Bytes, E>>,
) -> Result<u64, E> {
    let (mut content, mut part, mut len) = (std::pin::pin!(content), BytesMut::new(), 0);
    while let Some(bytes) = content.try_next().await? {
        len += bytes.len() as u64;
        part.extend_from_slice(&bytes);
        if part.len() >= PART {
            // One after the other: what is not sent yet is one part, whatever the length of the whole.
            let payload = PutPayload::from_bytes(part.split().freeze());
            upload.put_part(payload).await.map_err(|error| unavailable(&error))?;
        }
    }
    // Of a length that is just so many parts nothing is left; of nothing there is one empty part.
    if !part.is_empty() || len == 0 {
        upload_last(upload, part).await?;
    }
    Ok(len)
}

async fn upload_last(upload: &mut dyn MultipartUpload, part: BytesMut) -> Result<(), StorageError> {
    let payload = PutPayload::from_bytes(part.freeze());
    upload.put_part(payload).await.map_err(|error| unavailable(&error))
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn an_artefact_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::disk(folder.path()).unwrap();
        let parts = || (0..30u8).map(|n| Ok(Bytes::from(vec![n; 400_000])));
        let len =
            storage.put_artefact::<StorageError>("exports", "a.zip", stream::iter(parts())).await.unwrap();
        assert_eq!(len, 12_000_000);
        let found = storage.artefact("exports", "a.zip").await.unwrap().unwrap();
        let content: Vec<Bytes> = found.content.try_collect().await.unwrap();
        assert_eq!((found.len, content.concat().len(), content.concat()[11_999_999]), (len, 12_000_000, 29));

        let broken = parts().chain([Err(StorageError::Unavailable("it broke off".into()))]);
        let cut = storage.put_artefact("exports", "b.zip", stream::iter(broken)).await;
        assert!(cut.is_err());
        assert_eq!(storage.artefacts("exports").await.unwrap(), ["a.zip"]);
        assert_eq!(std::fs::read_dir(folder.path().join("exports")).unwrap().count(), 1, "no part of it");
        storage.remove_artefact("exports", "a.zip").await.unwrap();
        storage.remove_artefact("exports", "a.zip").await.unwrap();
        assert!(storage.artefact("exports", "a.zip").await.unwrap().is_none());
    }
}
