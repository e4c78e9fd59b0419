//! A bucket that answers 500, falls silent, is slow, and gives half or something else.

use std::time::{Duration, Instant};

use bytes::Bytes;
use citepress::storage::{Storage, StorageError};

use super::proxy::{Proxy, Weather};
use super::s3::{S3, config};

async fn behind() -> (S3, Proxy, Storage) {
    let s3 = S3::start().await;
    let proxy = Proxy::before(s3.port).await;
    let storage = Storage::bucket(&config(proxy.port)).unwrap();
    (s3, proxy, storage)
}

#[tokio::test]
async fn a_bucket_that_fails_or_is_silent_is_given_up_after_a_bounded_time_and_found_again() {
    let (_s3, proxy, storage) = behind().await;
    let hash = storage.put(Bytes::from(vec![7; 100_000])).await.unwrap();
    for weather in [Weather::Failing, Weather::Silent] {
        proxy.set(weather);
        let began = Instant::now();
        let error = storage.get(hash).await.unwrap_err();
        assert!(matches!(error, StorageError::Unavailable(_)), "{weather:?}: {error}");
        let refused = storage.put(Bytes::from_static(b"new")).await.unwrap_err();
        assert!(matches!(refused, StorageError::Unavailable(_)), "{weather:?}: {refused}");
        assert!(began.elapsed() < Duration::from_secs(60), "{weather:?}: {:?}", began.elapsed());
        proxy.set(Weather::Fair);
        assert_eq!(storage.get(hash).await.unwrap().len(), 100_000);
    }
}

fn is_it(content: &Bytes) -> bool {
    content.as_ref() == vec![7; 100_000]
}

#[tokio::test]
async fn half_a_blob_or_another_is_never_taken_for_it() {
    let (s3, proxy, storage) = behind().await;
    let hash = storage.put(Bytes::from(vec![7; 100_000])).await.unwrap();
    // Half of it is gone on from where it broke off; hardly anything of it is given up.
    proxy.set(Weather::CutOff(50_000));
    assert!(storage.get(hash).await.is_ok_and(|content| is_it(&content)));
    proxy.set(Weather::CutOff(400));
    assert!(matches!(storage.get(hash).await, Err(StorageError::Unavailable(_))));
    proxy.set(Weather::Slow(300));
    assert_eq!(storage.get(hash).await.unwrap().len(), 100_000, "slow is not away");

    // Wrong once is the network's doing.
    proxy.set(Weather::GarbledOnce(60_000));
    assert!(storage.get(hash).await.is_ok_and(|content| is_it(&content)));

    // Wrong each time it is damaged: whoever has the content keeps it anew.
    proxy.set(Weather::Garbled(60_000));
    assert!(matches!(storage.get(hash).await, Err(StorageError::Damaged(_))));
    proxy.set(Weather::Fair);
    assert!(matches!(s3.storage().get(hash).await, Err(StorageError::Missing(_))));
    storage.put(Bytes::from(vec![7; 100_000])).await.unwrap();
    assert_eq!(storage.get(hash).await.unwrap().len(), 100_000);
}
