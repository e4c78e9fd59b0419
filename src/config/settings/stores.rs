//! Where things are kept.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::base::Secret;
use crate::cache::CacheConfig;
use crate::db::DbConfig;
use crate::storage::BucketConfig;

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Secret,
    pub replica_url: Secret,
    readers: NonZeroU32,
    connections: NonZeroU32,
    statement_seconds: u64,
}

impl Database {
    /// The pools' own form of these settings; `data` is the data folder.
    pub fn pools(&self, data: &Path) -> DbConfig {
        DbConfig {
            url: self.url.reveal().to_owned(),
            replica: self.replica_url.reveal().to_owned(),
            data: data.to_owned(),
            readers: self.readers.get(),
            connections: self.connections.get(),
            statement: Duration::from_secs(self.statement_seconds.max(1)),
        }
    }
}

/// A bucket.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub bucket: String,
    pub endpoint: String,
    region: String,
    pub access_key: Secret,
    pub secret_key: Secret,
    prefix: String,
    pub patience_seconds: u64,
}

impl Storage {
    /// The bucket, where one is set; else blobs are files in the data folder.
    pub fn bucket(&self) -> Option<BucketConfig> {
        let Storage { bucket, endpoint, region, access_key, secret_key, prefix, patience_seconds } =
            self.clone();
        let patience = Duration::from_secs(patience_seconds.max(1));
        let config = BucketConfig { bucket, endpoint, region, access_key, secret_key, prefix, patience };
        (!config.bucket.is_empty()).then_some(config)
    }
}

/// What processes share beside the database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    pub url: Secret,
    pub prefix: String,
}

impl Redis {
    /// The cache's own form of these settings, where there is a server; `key` is the installation's.
    pub fn cache(&self, key: [u8; 32]) -> Option<CacheConfig> {
        let Redis { url, prefix } = self.clone();
        (!url.is_empty()).then_some(CacheConfig { url, prefix, key })
    }
}
