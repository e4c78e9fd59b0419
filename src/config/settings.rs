//! The settings as the program reads them. Their defaults and meanings stand in `known.rs`.

use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::base::{Address, HostName, Secret};
use crate::browser::Origin;
use crate::cache::CacheConfig;
use crate::cdn::CdnConfig;
use crate::crawl::{Allow, Caps, CrawlConfig};
use crate::db::DbConfig;
use crate::dns::DnsConfig;
use crate::limits::Proxies;
use crate::oidc::OidcConfig;
use crate::queue::Pattern;
use crate::storage::BucketConfig;
use crate::tenancy::Quotas;

/// All settings of one process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub data: PathBuf,
    sites_dir: PathBuf,
    pub server: Server,
    pub database: Database,
    pub storage: Storage,
    pub redis: Redis,
    pub accounts: Accounts,
    pub oidc: Oidc,
    pub api: Api,
    pub cdn: Cdn,
    pub quota: Quotas,
    pub host: Host,
    pub jobs: Jobs,
    pub dns: Dns,
    pub editions: Editions,
    pub crawl: Crawl,
    pub mail: Mail,
    pub llm: Llm,
    pub backup: Backup,
    pub log: Log,
    pub metrics: Metrics,
    pub otlp: Otlp,
    pub sentry: Sentry,
}

/// Where the process listens and how it is called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub bind: IpAddr,
    pub port: u16,
    public_url: String,
    #[serde(deserialize_with = "all_from_text")]
    pub trusted_proxies: Vec<Proxies>,
    #[serde(deserialize_with = "from_text")]
    pub sites_domain: HostName,
    pub connections: usize,
    drain_seconds: u64,
}

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

/// People and organisations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    pub sign_up: bool,
    pub attempts_per_minute: NonZeroU32,
    pub operators: Vec<String>,
}

/// A sign-in provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    pub audience: String,
    pub label: String,
}

/// What programs call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub requests_per_minute: NonZeroU32,
    pub wrong_keys_per_minute: NonZeroU32,
    #[serde(deserialize_with = "all_from_text")]
    pub cors_origins: Vec<Origin>,
}

/// A cache in front of the published sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cdn {
    pub purge_url: String,
    pub token: Secret,
    pub batch: NonZeroUsize,
}

/// Published sites.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    cache_mib: u64,
}

/// Jobs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    pub worker: bool,
    pub slots: u32,
    keep_days: u64,
}

/// Looking names up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    pub servers: Vec<SocketAddr>,
    timeout_seconds: u64,
}

/// Which editions are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Editions {
    pub keep_newest: u32,
    pub keep_days: u32,
}

/// The fetcher.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crawl {
    #[serde(deserialize_with = "all_from_text")]
    pub allow: Vec<Allow>,
    pub ports: Vec<u16>,
    pub contact: String,
    pub pause_ms: u64,
    pub max_pages: usize,
    pub max_depth: usize,
    pub wire_bytes: u64,
    pub inflated_bytes: u64,
    pub connect_seconds: u64,
    pub first_byte_seconds: u64,
    pub total_seconds: u64,
}

/// Mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp: Secret,
    pub from: String,
}

/// Language models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llm {
    pub engines: Vec<String>,
    timeout_seconds: u64,
    pub openai: Engine,
}

/// One provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub api_key: Secret,
    pub base_url: String,
    pub model: String,
}

/// Backups that are made by themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    pub folder: PathBuf,
    keep_days: u32,
    #[serde(deserialize_with = "from_text")]
    pub schedule: Pattern,
    pub with_key: bool,
}

/// Log lines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

/// Figures for Prometheus.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    #[serde(deserialize_with = "perhaps_from_text")]
    pub bind: Option<SocketAddr>,
    pub token: Secret,
}

/// Traces.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otlp {
    pub endpoint: String,
    pub headers: Secret,
    pub service_name: String,
    pub ratio: f64,
}

/// Reports of errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentry {
    pub dsn: Secret,
    pub environment: String,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

impl Settings {
    /// Where the published trees are written.
    pub fn sites_dir(&self) -> PathBuf {
        if self.sites_dir.as_os_str().is_empty() { self.data.join("sites") } else { self.sites_dir.clone() }
    }
}

impl Oidc {
    /// The provider's own form of these settings, where there is one.
    pub fn provider(&self) -> Option<OidcConfig> {
        let Oidc { issuer, client_id, client_secret, audience, label } = self.clone();
        let is_set = !(issuer.is_empty() && client_id.is_empty() && audience.is_empty());
        is_set.then_some(OidcConfig { issuer, client_id, client_secret, audience, label })
    }
}

impl Cdn {
    /// The cache's own form of these settings.
    pub fn purging(&self) -> CdnConfig {
        let Cdn { purge_url, token, batch } = self.clone();
        CdnConfig { purge_url, token, batch }
    }
}

impl Server {
    /// The console's address, given the port that is really listened on.
    pub fn public_url(&self, port: u16) -> String {
        match self.public_url.trim_end_matches('/') {
            "" => format!("http://localhost:{port}"),
            given => given.to_owned(),
        }
    }

    /// The console's host.
    pub fn public_host(&self, port: u16) -> Option<HostName> {
        let url = url::Url::parse(&self.public_url(port)).ok()?;
        url.host_str()?.parse().ok()
    }

    /// How readers reach the sites: by the public URL's scheme, and with the port where the sites are local.
    pub fn sites_address(&self, port: u16) -> Address {
        let https = self.public_url.starts_with("https://");
        let port = Some(port).filter(|port| !https && *port != 80);
        Address { scheme: if https { "https" } else { "http" }, port }
    }

    /// How long to let running work finish.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }
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

impl Jobs {
    /// How long finished jobs are kept.
    pub fn keep(&self) -> Duration {
        Duration::from_secs(self.keep_days * 24 * 60 * 60)
    }
}

impl Dns {
    /// The resolver's own form of these settings.
    pub fn looking_up(&self) -> DnsConfig {
        DnsConfig { servers: self.servers.clone(), timeout: Duration::from_secs(self.timeout_seconds) }
    }
}

impl Editions {
    /// How long editions are kept beyond the newest.
    pub fn keep(&self) -> Duration {
        Duration::from_secs(u64::from(self.keep_days) * 24 * 60 * 60)
    }
}

impl Backup {
    /// The folder for them, where any are to be made.
    pub fn folder(&self) -> Option<&Path> {
        Some(self.folder.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }

    /// How long they are kept.
    pub fn keep(&self) -> Duration {
        Duration::from_secs(u64::from(self.keep_days) * 24 * 60 * 60)
    }
}

impl Crawl {
    /// The fetcher's own form of these settings.
    pub fn fetching(&self) -> CrawlConfig {
        let seconds = Duration::from_secs;
        let caps = Caps {
            wire_bytes: self.wire_bytes,
            inflated_bytes: self.inflated_bytes,
            connect: seconds(self.connect_seconds),
            first_byte: seconds(self.first_byte_seconds),
            total: seconds(self.total_seconds),
            ..Caps::default()
        };
        CrawlConfig {
            allow: self.allow.clone(),
            ports: self.ports.clone(),
            contact: Some(self.contact.clone()).filter(|contact| !contact.is_empty()),
            pause: Duration::from_millis(self.pause_ms),
            caps,
            ..CrawlConfig::default()
        }
    }
}

impl Llm {
    /// The longest one answer may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// Nothing from the empty text.
fn perhaps_from_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

fn all_from_text<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(serde::de::Error::custom)).collect()
}
