//! API keys: shown once, kept by their hash, ended at once.

use jiff::Timestamp;
use serde_json::json;

use super::{AccountError, Accounts, ApiKey, KeyScope, SessionId, rules, store, token};
use crate::base::Secret;
use crate::db::WriteTx;
use crate::events::Happened;
use crate::tenancy::{Actor, ApiKeyId, OrgScope, Role};

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
    /// [`AccountError::Forbidden`], [`AccountError::Name`], [`AccountError::Expired`]; [`AccountError::NotFound`] when the
    /// organisation has gone, or the key that asks was ended meanwhile.
    pub async fn create_key(
        &self,
        scope: &OrgScope,
        name: &str,
        key_scope: KeyScope,
        expires: Option<Timestamp>,
    ) -> Result<(ApiKey, Secret), AccountError> {
        rules::may_admin(scope)?;
        let name = rules::name(name)?;
        let mut tx = self.db.write_system().await?;
        store::depart::lock(&tx, scope.org()).await?.ok_or(AccountError::NotFound("organisation"))?;
        let expires_at = self.end_of_key(&tx, scope, expires.map(Timestamp::as_millisecond)).await?;
        let secret = Secret::new(format!("{LIVE}{}", token::new(&self.ids).reveal()));
        let key = ApiKey {
            id: self.ids.new_id(),
            name,
            prefix: secret.reveal().chars().take(VISIBLE).collect(),
            scope: key_scope,
            created_by: scope.actor().to_string(),
            created_at: self.clock.millis(),
            expires_at,
            used_at: None,
            revoked_at: None,
        };
        store::keys::insert(&tx, scope.org(), &key, &token::hash(secret.reveal())).await?;
        let data = json!({ "name": key.name, "scope": key.scope, "prefix": key.prefix });
        let happened = Happened { kind: "api_key.created", subject: key.id.to_string(), data };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened);
        tx.conclude().await?;
        Ok((key, secret))
    }

    /// When a new key ends: not in the past, and not after the key that makes it. Whoever makes it has to be good now, under
    /// the lock: they were proved before, and may have been cut off while they waited for it.
    async fn end_of_key(
        &self,
        tx: &WriteTx,
        scope: &OrgScope,
        wanted: Option<i64>,
    ) -> Result<Option<i64>, AccountError> {
        let (org, now) = (scope.org(), self.clock.millis());
        if wanted.is_some_and(|end| end <= now) {
            return Err(AccountError::Expired);
        }
        let latest = match scope.actor() {
            Actor::Key(maker) => {
                let maker = store::keys::by_id(tx.conn(), org, maker).await?;
                maker.filter(|maker| maker.is_open(now)).ok_or(AccountError::NotFound("API key"))?.expires_at
            }
            Actor::Person(person) => {
                let role = store::members::role_of(tx.conn(), org, person).await?;
                role.filter(|role| *role >= Role::Admin)
                    .ok_or(AccountError::Forbidden("owners and admins"))?;
                None
            }
            Actor::Operator | Actor::System => None,
        };
        Ok(match (wanted, latest) {
            (Some(wanted), Some(latest)) => Some(wanted.min(latest)),
            (wanted, latest) => wanted.or(latest),
        })
    }

    /// The organisation's keys, newest first, ended ones too.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`].
    pub async fn keys(&self, scope: &OrgScope) -> Result<Vec<ApiKey>, AccountError> {
        rules::may_admin(scope)?;
        Ok(store::keys::list(&self.db, scope.org()).await?)
    }

    /// Ends a key, and the keys that were made with it.
    ///
    /// # Errors
    /// [`AccountError::Forbidden`], [`AccountError::NotFound`].
    pub async fn revoke_key(&self, scope: &OrgScope, id: ApiKeyId) -> Result<(), AccountError> {
        rules::may_admin(scope)?;
        let mut tx = self.db.write_system().await?;
        // Who is making a key with this one has made it by now, or finds this one ended.
        store::depart::lock(&tx, scope.org()).await?.ok_or(AccountError::NotFound("organisation"))?;
        if !store::keys::revoke(&tx, scope.org(), id, self.clock.millis()).await? {
            return Err(AccountError::NotFound("API key"));
        }
        // Whoever has found the key may have made others with it, and with those again others.
        let mut ended = vec![id];
        while let Some(id) = ended.pop() {
            let happened = Happened { kind: "api_key.revoked", subject: id.to_string(), data: json!({}) };
            self.events.record(&mut tx, scope.org(), scope.actor(), happened);
            ended.extend(store::keys::revoke_made_by(&tx, scope.org(), id, self.clock.millis()).await?);
        }
        Ok(tx.commit().await?)
    }

    async fn note_use(&self, id: ApiKeyId, now: i64) -> Result<(), AccountError> {
        let tx = self.db.write_system().await?;
        store::keys::used(&tx, id, now).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the credential behind a scope (for a person's, this session) is still good: for what goes on after its
    /// request has been answered.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn is_good(&self, scope: &OrgScope, session: Option<SessionId>) -> Result<bool, AccountError> {
        let now = self.clock.millis();
        match scope.actor() {
            Actor::Key(id) => {
                let key = store::keys::by_id(self.db.system(), scope.org(), id).await?;
                Ok(key.is_some_and(|key| key.is_open(now)))
            }
            Actor::Person(person) => {
                let open = store::sessions::list(&self.db, person, now).await?;
                let is_open = session.is_none_or(|id| open.iter().any(|session| session.id == id));
                let role = store::members::role_of(self.db.system(), scope.org(), person).await?;
                Ok(is_open && role == Some(scope.role()))
            }
            Actor::Operator | Actor::System => Ok(true),
        }
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
        if !key.is_open(now) {
            return Ok(None);
        }
        if now - key.used_at.unwrap_or(0) >= NOTED_MS
            && let Err(error) = self.note_use(key.id, now).await
        {
            // Reads go on while the disk is full.
            tracing::warn!(target: "accounts", %error, "that a key was used could not be noted");
        }
        Ok(Some((OrgScope::grant(org, key.scope.role(), Actor::Key(key.id)), key)))
    }
}
