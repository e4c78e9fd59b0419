//! API keys: shown once, kept by their hash, ended at once.

use jiff::Timestamp;
use serde_json::json;

use super::{AccountError, Accounts, ApiKey, KeyScope, rules, store, token};
use crate::base::Secret;
use crate::events::Happened;
use crate::tenancy::{Actor, ApiKeyId, OrgScope};

/// How a key begins, so that scanners of leaked secrets know it.
const LIVE: &str = "cp_live_";
/// Characters of a key that stay visible: the beginning and six more.
const VISIBLE: usize = LIVE.len() + 6;
/// The least time between two notes that a key was used.
const NOTED_MS: i64 = 60 * 1000;

impl Accounts {
    /// Makes a key. Its secret is given out here and never again.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::Name`].
    pub async fn create_key(
        &self,
        scope: &OrgScope,
        name: &str,
        key_scope: KeyScope,
        expires: Option<Timestamp>,
    ) -> Result<(ApiKey, Secret), AccountError> {
        rules::may_admin(scope)?;
        let secret = Secret::new(format!("{LIVE}{}", token::new(&self.ids).reveal()));
        let key = ApiKey {
            id: self.ids.new_id(),
            name: rules::name(name)?,
            prefix: secret.reveal().chars().take(VISIBLE).collect(),
            scope: key_scope,
            created_by: scope.actor().to_string(),
            created_at: self.clock.millis(),
            expires_at: expires.map(Timestamp::as_millisecond),
            used_at: None,
            revoked_at: None,
        };
        let mut tx = self.db.write().await?;
        store::keys::insert(&tx, scope.org(), &key, &token::hash(secret.reveal())).await?;
        let data = json!({ "name": key.name, "scope": key.scope, "prefix": key.prefix });
        let happened = Happened { kind: "api_key.created", subject: key.id.to_string(), data };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened).await?;
        tx.commit().await?;
        Ok((key, secret))
    }

    /// The organisation's keys, newest first, ended ones too.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`].
    pub async fn keys(&self, scope: &OrgScope) -> Result<Vec<ApiKey>, AccountError> {
        rules::may_admin(scope)?;
        Ok(store::keys::list(&self.db, scope.org()).await?)
    }

    /// Ends a key.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::NotFound`].
    pub async fn revoke_key(&self, scope: &OrgScope, id: ApiKeyId) -> Result<(), AccountError> {
        rules::may_admin(scope)?;
        let mut tx = self.db.write().await?;
        if !store::keys::revoke(&tx, scope.org(), id, self.clock.millis()).await? {
            return Err(AccountError::NotFound("API key"));
        }
        let happened = Happened { kind: "api_key.revoked", subject: id.to_string(), data: json!({}) };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened).await?;
        Ok(tx.commit().await?)
    }

    /// What a key opens. Every request asks: an ended key opens nothing from the next request on.
    ///
    /// # Errors
    /// When the database can't be reached. `None` when it is no key, or none any more.
    pub async fn key_scope(&self, secret: &str) -> Result<Option<(OrgScope, ApiKey)>, AccountError> {
        let now = self.clock.millis();
        let Some((org, key)) = store::keys::by_hash(&self.db, &token::hash(secret)).await? else {
            return Ok(None);
        };
        if key.revoked_at.is_some() || key.expires_at.is_some_and(|end| end <= now) {
            return Ok(None);
        }
        if now - key.used_at.unwrap_or(0) >= NOTED_MS {
            let tx = self.db.write().await?;
            store::keys::used(&tx, key.id, now).await?;
            tx.commit().await?;
        }
        Ok(Some((OrgScope::grant(org, key.scope.role(), Actor::Key(key.id)), key)))
    }
}
