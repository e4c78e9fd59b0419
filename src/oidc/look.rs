//! Looking a provider up: what it publishes, judged; by our own requests, or by those that another process has made.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::keys::Key;
use super::provider::{FRESH, Provider};
use super::{Oidc, OidcError};

/// What it is kept as in the cache.
const KEPT_AS: &str = "oidc provider";

/// Discovery (OpenID Connect Discovery 1.0, 3).
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    #[serde(deserialize_with = "address")]
    pub authorization_endpoint: Url,
    #[serde(deserialize_with = "address")]
    pub token_endpoint: Url,
    #[serde(deserialize_with = "address")]
    jwks_uri: Url,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[derive(Debug, Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// What a provider has answered, as it was.
#[derive(Debug, Serialize, Deserialize)]
struct Answers {
    metadata: Value,
    keys: Vec<Value>,
}

impl Oidc {
    /// Asks the provider, and tells the other processes.
    pub(super) async fn look(&self) -> Result<Provider, OidcError> {
        let issuer = &self.0.config.issuer;
        let document = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let document = document.parse().map_err(|_| OidcError::Away("its address is none".to_owned()))?;
        let metadata: Value = self.0.http.get(document).await?;
        // Before anything that it names is asked.
        let jwks_uri = self.judged(metadata.clone())?.jwks_uri;
        let set: KeySet = self.0.http.get(jwks_uri).await?;
        let answers = Answers { metadata, keys: set.keys };
        if let Ok(content) = serde_json::to_vec(&answers) {
            self.0.cache.keep(KEPT_AS, issuer, &content, FRESH).await;
        }
        self.provider_of(answers, Duration::ZERO)
    }

    /// What another process was answered within the time that this is good; judged here as if it were our own.
    pub(super) async fn look_of_others(&self) -> Option<Provider> {
        let kept = self.0.cache.kept(KEPT_AS, &self.0.config.issuer).await?;
        let answers = serde_json::from_slice(&kept.content).ok()?;
        self.provider_of(answers, FRESH.checked_sub(kept.left)?).ok()
    }

    fn provider_of(&self, answers: Answers, age: Duration) -> Result<Provider, OidcError> {
        let metadata = self.judged(answers.metadata)?;
        // A key that is of no use here says nothing about the others.
        let keys = answers.keys.into_iter().filter_map(Key::of).collect();
        let now = Instant::now();
        Ok(Provider { metadata, keys, seen: now.checked_sub(age).unwrap_or(now) })
    }

    fn judged(&self, metadata: Value) -> Result<Metadata, OidcError> {
        let config = &self.0.config;
        let metadata: Metadata =
            serde_json::from_value(metadata).map_err(|error| OidcError::Away(error.to_string()))?;
        if metadata.issuer != config.issuer {
            let told: String = metadata.issuer.chars().take(200).collect();
            return Err(OidcError::Away(format!(
                "it calls itself {told:?}: set oidc.issuer to exactly that if it is right"
            )));
        }
        for url in [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri] {
            if !config.may_ask(url) {
                return Err(OidcError::Away("it names an address that is not https".to_owned()));
            }
        }
        Ok(metadata)
    }
}
