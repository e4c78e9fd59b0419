//! What the storage promises, in a bucket as on a disk.

use bytes::Bytes;
use citepress::storage::{BlobHash, Storage, StorageError};
use futures_util::{TryStreamExt, stream};

use super::s3::S3;

async fn read(storage: &Storage, hash: BlobHash, len: u64) -> Vec<u8> {
    let parts: Vec<Bytes> = storage.parts(hash, len, 0..len).await.unwrap().try_collect().await.unwrap();
    parts.concat()
}

async fn lying(storage: &Storage) -> Vec<BlobHash> {
    let mut found: Vec<BlobHash> = storage.blobs().map_ok(|lying| lying.hash).try_collect().await.unwrap();
    found.sort();
    found
}

#[tokio::test]
async fn a_blob_comes_back_as_it_was_put_whole_and_in_parts() {
    let s3 = S3::start().await;
    let storage = s3.storage();
    let hash = storage.put(Bytes::from_static(b"hello")).await.unwrap();
    assert_eq!(storage.put(Bytes::from_static(b"hello")).await.unwrap(), hash);
    storage.settle().await.unwrap();
    assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello");
    assert_eq!(storage.get_part(hash, 1..3).await.unwrap().as_ref(), b"el");
    let content: Vec<u8> = (0..700_001_u32).map(|n| (n % 251) as u8).collect();
    let large = storage.put(content.clone().into()).await.unwrap();
    assert_eq!(read(&storage, large, content.len() as u64).await, content);
    let nothing = BlobHash::of(b"nothing");
    assert!(matches!(storage.get(nothing).await, Err(StorageError::Missing(_))));
    assert_eq!(storage.file(hash), None, "it is no file here");
    storage.try_out("doctor").await.unwrap();
    assert_eq!(lying(&storage).await.len(), 2, "and nothing else");
}

#[tokio::test]
async fn what_a_sweep_has_set_aside_comes_back_to_whoever_reads_it() {
    let s3 = S3::start().await;
    let storage = s3.storage();
    let [hash, other] = [&b"hello"[..], b"other"].map(Bytes::from_static);
    let (hash, other) = (storage.put(hash).await.unwrap(), storage.put(other).await.unwrap());
    let aside = storage.aside("one");
    assert!(aside.put(hash).await.unwrap() && !aside.put(hash).await.unwrap());
    assert_eq!((lying(&storage).await, aside.list().await.unwrap()), (vec![other], vec![hash]));
    assert_eq!(storage.get(hash).await.unwrap().as_ref(), b"hello");
    assert_eq!(lying(&storage).await.len(), 2);
    aside.put(hash).await.unwrap();
    storage.ensure(hash).await.unwrap();

    aside.put(hash).await.unwrap();
    let next = storage.aside("two");
    assert!(next.adopt().await.unwrap() && !next.adopt().await.unwrap());
    next.discard(hash).await.unwrap();
    assert!(matches!(storage.get(hash).await, Err(StorageError::Missing(_))));
    assert_eq!(storage.get(other).await.unwrap().as_ref(), b"other");
}

#[tokio::test]
async fn an_artefact_is_there_whole_or_not_at_all() {
    let s3 = S3::start().await;
    let storage = s3.storage();
    // Parts of 5 MiB: the second is one exactly, and nothing is left of it.
    for (name, parts) in [("a.zip", 30), ("b.zip", 20), ("c.zip", 0)] {
        let content = (0..parts).map(|n: u8| Ok(Bytes::from(vec![n; 512 * 1024])));
        let put = storage.put_artefact::<StorageError>("exports", name, stream::iter(content));
        assert_eq!(put.await.unwrap(), u64::from(parts) * 512 * 1024, "{name}");
        let found = storage.artefact("exports", name).await.unwrap().unwrap();
        let content: Vec<Bytes> = found.content.try_collect().await.unwrap();
        assert_eq!(content.concat().len(), usize::from(parts) * 512 * 1024, "{name}");
    }
    let broken = (0..30u8).map(|n| Ok(Bytes::from(vec![n; 512 * 1024])));
    let broken = broken.chain([Err(StorageError::Unavailable("it broke off".into()))]);
    assert!(storage.put_artefact("exports", "d.zip", stream::iter(broken)).await.is_err());
    let mut names = storage.artefacts("exports").await.unwrap();
    names.sort();
    assert_eq!(names, ["a.zip", "b.zip", "c.zip"]);
    storage.remove_artefact("exports", "a.zip").await.unwrap();
    storage.remove_artefact("exports", "a.zip").await.unwrap();
    assert!(storage.artefact("exports", "a.zip").await.unwrap().is_none());
}
