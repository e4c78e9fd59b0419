//! OpenID Connect: signing in at a provider, and tokens that a provider has signed. Knows no people: what it proves is a
//! subject of an issuer.
//!
//! Nothing in a token chooses how it is judged: algorithms are listed here, keys come from the issuer's own document, and
//! issuer and audience are compared as text.

mod claims;
mod config;
mod error;
mod flow;
mod http;
mod keys;
mod look;
mod provider;
mod verify;

pub use config::{BadOidc, OidcConfig};
pub use error::{BadToken, OidcError};
pub use flow::Ticket;

use std::sync::Arc;

use self::http::Http;
use self::provider::Cached;
use crate::base::Clock;
use crate::cache::Cache;

/// A provider that is trusted.
#[derive(Clone)]
pub struct Oidc(Arc<Inner>);

struct Inner {
    config: OidcConfig,
    http: Http,
    clock: Clock,
    cached: Cached,
    /// What other processes have looked up.
    cache: Cache,
}

/// Whom a provider has vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Its own name for them, which never changes.
    pub subject: String,
    /// Their address, if the provider says that it has looked.
    pub email: Option<String>,
    /// When the token ends, in seconds since the epoch.
    pub expires: i64,
}

impl Oidc {
    /// The provider of the settings. Nothing is asked of it yet: it may be away while this process starts.
    ///
    /// # Errors
    /// When a setting can't be meant.
    pub fn new(config: OidcConfig, clock: Clock, cache: Cache) -> Result<Oidc, BadOidc> {
        config.check()?;
        let http = Http::new()?;
        Ok(Oidc(Arc::new(Inner { config, http, clock, cached: Cached::default(), cache })))
    }

    /// What the button says, where people may sign in by the provider.
    pub fn label(&self) -> Option<&str> {
        let config = &self.0.config;
        (!config.client_id.is_empty()).then_some(config.label.as_str())
    }

    /// Whether programs may come with tokens of the provider.
    pub fn takes_tokens(&self) -> bool {
        !self.0.config.audience.is_empty()
    }

    /// Whom a program's token is of.
    ///
    /// # Errors
    /// [`OidcError::Token`]; [`OidcError::Away`] while the provider's keys can't be had.
    pub async fn identity(&self, token: &str) -> Result<Identity, OidcError> {
        let audience = &self.0.config.audience;
        if audience.is_empty() {
            return Err(BadToken::Audience.into());
        }
        Ok(self.verified(token, audience).await?.identity())
    }
}
