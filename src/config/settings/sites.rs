//! Published sites and what stands before them.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Deserialize;

use crate::base::Secret;
use crate::cdn::CdnConfig;
use crate::dns::DnsConfig;

/// Published sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    cache_mib: u64,
}

impl Host {
    /// The memory that published files may take beside their manifests, in bytes.
    pub fn cache_bytes(&self) -> u64 {
        self.cache_mib * 1024 * 1024 - self.manifest_bytes()
    }

    /// Of that memory, what manifests get, in bytes: an eighth. A site of 10,000 pages has some 6 MB of them.
    pub fn manifest_bytes(&self) -> u64 {
        self.cache_mib * 1024 * 1024 / 8
    }
}

/// A cache in front of the published sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cdn {
    pub purge_url: String,
    pub token: Secret,
    pub batch: NonZeroUsize,
}

impl Cdn {
    /// The cache's own form of these settings.
    pub fn purging(&self) -> CdnConfig {
        let Cdn { purge_url, token, batch } = self.clone();
        CdnConfig { purge_url, token, batch }
    }
}

/// Looking names up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    pub servers: Vec<SocketAddr>,
    timeout_seconds: u64,
}

impl Dns {
    /// The resolver's own form of these settings.
    pub fn looking_up(&self) -> DnsConfig {
        DnsConfig { servers: self.servers.clone(), timeout: Duration::from_secs(self.timeout_seconds) }
    }
}

/// Which editions are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Editions {
    pub keep_newest: u32,
    pub keep_days: u32,
}

impl Editions {
    /// How long editions are kept beyond the newest.
    pub fn keep(&self) -> Duration {
        Duration::from_secs(u64::from(self.keep_days) * 24 * 60 * 60)
    }
}
