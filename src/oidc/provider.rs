//! What a provider publishes about itself, remembered: asked for once at a time, and again after a pause, however many
//! tokens come with keys that nobody knows.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use super::keys::Key;
use super::{Oidc, OidcError};

/// The least time between two looks.
const COOLDOWN: Duration = Duration::from_secs(60);
/// The same after a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// What is older is looked up again before it is believed: keys are withdrawn.
const FRESH: Duration = Duration::from_secs(60 * 60);

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
    keys: Vec<serde_json::Value>,
}

/// One look at the provider.
pub(super) struct Provider {
    pub metadata: Metadata,
    pub keys: Vec<Key>,
    seen: Instant,
}

#[derive(Default)]
pub(super) struct Cached {
    known: RwLock<Option<Arc<Provider>>>,
    /// Held by the one who looks; the moment from which on there may be another look.
    turn: Mutex<Option<Instant>>,
}

impl Cached {
    fn known(&self) -> Option<Arc<Provider>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Oidc {
    /// The provider as it is known, looked up again where that is not `enough` and there was a pause.
    pub(super) async fn provider(
        &self,
        enough: impl Fn(&Provider) -> bool,
    ) -> Result<Arc<Provider>, OidcError> {
        let cached = &self.0.cached;
        let good = || cached.known().filter(|known| known.seen.elapsed() < FRESH && enough(known));
        if let Some(known) = good() {
            return Ok(known);
        }
        let mut turn = cached.turn.lock().await;
        // Whoever had the turn before may have found it.
        if let Some(known) = good() {
            return Ok(known);
        }
        if turn.is_none_or(|next| next <= Instant::now()) {
            // Before anything is asked: who hangs up while we wait has had this look all the same.
            *turn = Some(Instant::now() + AFTER_FAILURE);
            match self.look().await {
                Ok(provider) => {
                    *turn = Some(Instant::now() + COOLDOWN);
                    *cached.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(provider));
                }
                Err(error) => {
                    *turn = Some(Instant::now() + AFTER_FAILURE);
                    tracing::warn!(target: "oidc", ?error, "the provider could not be looked up");
                }
            }
        }
        cached.known().ok_or_else(|| OidcError::Away("it could not be looked up yet".to_owned()))
    }

    async fn look(&self) -> Result<Provider, OidcError> {
        let config = &self.0.config;
        let document = format!("{}/.well-known/openid-configuration", config.issuer.trim_end_matches('/'));
        let document = document.parse().map_err(|_| OidcError::Away("its address is none".to_owned()))?;
        let metadata: Metadata = self.0.http.get(document).await?;
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
        let set: KeySet = self.0.http.get(metadata.jwks_uri.clone()).await?;
        // A key that is of no use here says nothing about the others.
        let keys = set.keys.into_iter().filter_map(Key::of).collect();
        Ok(Provider { metadata, keys, seen: Instant::now() })
    }
}
