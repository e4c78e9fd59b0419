//! The settings as the program reads them. Their defaults and meanings stand in `known.rs`.

mod server;
mod sites;
mod stores;
mod text;
mod watch;
mod work;

pub use server::{Accounts, Api, Oidc, Server};
pub use sites::{Cdn, Dns, Editions, Host};
pub use stores::{Database, Redis, Storage};
pub use watch::{Log, LogFormat, Metrics, Otlp, Sentry};
pub use work::{Backup, Crawl, Engine, Jobs, Llm, Mail};

use std::path::PathBuf;

use serde::Deserialize;

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

impl Settings {
    /// Where the published trees are written.
    pub fn sites_dir(&self) -> PathBuf {
        if self.sites_dir.as_os_str().is_empty() { self.data.join("sites") } else { self.sites_dir.clone() }
    }
}
