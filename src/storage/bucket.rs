//! Blobs in a bucket by the S3 protocol. What comes over a network may be late, cut off or another's: every blob is checked
//! against its hash, and tried again a bounded number of times.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3Builder, Checksum};
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};

use super::{BlobHash, Storage, StorageError, missing_or, unavailable};
use crate::base::Secret;

/// Where a bucket is, and what opens it.
#[derive(Debug, Clone)]
pub struct BucketConfig {
    /// Its name.
    pub bucket: String,
    /// The server's address; empty: Amazon's, by the region.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// Which key signs; empty: the one that the machine's own role has.
    pub access_key: Secret,
    /// The key.
    pub secret_key: Secret,
    /// What names of objects begin with, where several share the bucket.
    pub prefix: String,
    /// How long the server may be silent before a request is given up.
    pub patience: Duration,
}

/// How often a blob is read that came cut off or wrong.
const TRIES: u32 = 3;

impl Storage {
    /// Blobs in a bucket, which has to be there. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when its address can't be meant.
    pub fn bucket(config: &BucketConfig) -> Result<Storage, StorageError> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&config.bucket)
            .with_region(&config.region)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(retry(config.patience))
            .with_client_options(options(config));
        if !config.endpoint.is_empty() {
            builder = builder.with_endpoint(config.endpoint.trim_end_matches('/'));
        }
        if !config.access_key.is_empty() {
            builder = builder.with_access_key_id(config.access_key.reveal());
            builder = builder.with_secret_access_key(config.secret_key.reveal());
        }
        let store = builder.build().map_err(|error| unavailable(&error))?;
        let store: Arc<dyn ObjectStore> = match config.prefix.trim_matches('/') {
            "" => Arc::new(store),
            prefix => Arc::new(PrefixStore::new(store, prefix)),
        };
        let (disk, near) = (None, Arc::default());
        Ok(Storage { store, disk, near, unsettled: Arc::default(), settling: Arc::default() })
    }

    /// Whether the storage answers and takes what it is given: writes, reads and removes a small object.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] with what it said.
    pub async fn try_out(&self, name: &str) -> Result<(), StorageError> {
        let place = object_store::path::Path::from_iter(["trial", name]);
        let written = Bytes::from_static(b"citepress");
        self.store.put(&place, written.clone().into()).await.map_err(|error| unavailable(&error))?;
        let read = async { self.store.get(&place).await?.bytes().await };
        let read = read.await.map_err(|error| unavailable(&error))?;
        self.store.delete(&place).await.map_err(|error| unavailable(&error))?;
        if read != written {
            return Err(StorageError::Unavailable("it gave back something else than was put".to_owned()));
        }
        Ok(())
    }

    pub(super) async fn read_from_bucket(&self, hash: BlobHash) -> Result<Bytes, StorageError> {
        if let Some(near) = self.near.get()
            && let Some(bytes) = near.get(hash).await
        {
            return Ok(bytes);
        }
        let bytes = self.read_far(hash).await?;
        if let Some(near) = self.near.get()
            && BlobHash::of(&bytes) == hash
        {
            near.keep(hash, bytes.clone()).await;
        }
        Ok(bytes)
    }

    /// Tried again when it comes cut off, late or wrong; what is wrong each time is given as it is.
    async fn read_far(&self, hash: BlobHash) -> Result<Bytes, StorageError> {
        let mut tries = 1;
        loop {
            let error = match self.store.get(&hash.key()).await {
                Ok(found) => match found.bytes().await {
                    Ok(bytes) if tries == TRIES || BlobHash::of(&bytes) == hash => return Ok(bytes),
                    Ok(_) => StorageError::Damaged(hash),
                    Err(error) => unavailable(&error),
                },
                // The store has tried again by itself what it knows to be passing.
                Err(error) => return Err(missing_or(hash, &error)),
            };
            if tries == TRIES {
                return Err(error);
            }
            tracing::warn!(target: "storage", %hash, tries, %error, "a blob is read again");
            tries += 1;
        }
    }
}

fn options(config: &BucketConfig) -> ClientOptions {
    // A whole archive may take long; silence may not.
    let options = ClientOptions::new().with_timeout_disabled().with_read_timeout(config.patience);
    let options = options.with_connect_timeout(Duration::from_secs(5).min(config.patience));
    // Kept shorter than servers keep connections: an upload must not meet one that is being closed.
    let options = options.with_pool_idle_timeout(Duration::from_secs(10));
    options.with_allow_http(config.endpoint.starts_with("http://"))
}

fn retry(patience: Duration) -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(2),
        base: 2.0,
    };
    RetryConfig { backoff, max_retries: 4, retry_timeout: patience * 2 }
}
