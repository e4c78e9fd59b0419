//! How the process is reached, and who may come in.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use super::text::{all_from_text, from_text};
use crate::base::{Address, HostName, Secret};
use crate::browser::Origin;
use crate::limits::Proxies;
use crate::oidc::OidcConfig;

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

/// What programs call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    pub requests_per_minute: NonZeroU32,
    pub wrong_keys_per_minute: NonZeroU32,
    #[serde(deserialize_with = "all_from_text")]
    pub cors_origins: Vec<Origin>,
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

impl Oidc {
    /// The provider's own form of these settings, where there is one.
    pub fn provider(&self) -> Option<OidcConfig> {
        let Oidc { issuer, client_id, client_secret, audience, label } = self.clone();
        let is_set = !(issuer.is_empty() && client_id.is_empty() && audience.is_empty());
        is_set.then_some(OidcConfig { issuer, client_id, client_secret, audience, label })
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
