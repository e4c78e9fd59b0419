//! What is done in the background, and with whose help.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::text::{all_from_text, from_text};
use crate::base::Secret;
use crate::crawl::{Allow, Caps, CrawlConfig};
use crate::queue::Pattern;

/// Jobs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    pub worker: bool,
    pub slots: u32,
    keep_days: u64,
}

impl Jobs {
    /// How long finished jobs are kept.
    pub fn keep(&self) -> Duration {
        Duration::from_secs(self.keep_days * 24 * 60 * 60)
    }
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

/// Language models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Llm {
    pub engines: Vec<String>,
    timeout_seconds: u64,
    pub openai: Engine,
}

impl Llm {
    /// The longest one answer may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

/// One provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub api_key: Secret,
    pub base_url: String,
    pub model: String,
}

/// Mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp: Secret,
    pub from: String,
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
