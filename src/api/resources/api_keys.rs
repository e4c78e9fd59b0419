//! `/api-keys`

use poem_openapi::param::Path;
use poem_openapi::{Enum, Object, OpenApi};

use super::{Tag, time};
use crate::accounts::{self, KeyScope};
use crate::api::answer::{Created, Fetched, Gone};
use crate::api::body::Body;
use crate::api::caller::{Admin, As};
use crate::api::list::List;
use crate::api::problem::{FieldFault, Problem};

pub(in crate::api) struct ApiKeysApi;

/// A program's credential, without its secret.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct ApiKey {
    /// Its id, `key_…`
    id: String,
    /// What people call it
    name: String,
    /// How the key begins: enough to tell keys apart
    prefix: String,
    /// What it may do
    scope: Scope,
    /// Who made it
    created_by: String,
    /// When it was made
    created_at: String,
    /// When it ends by itself
    expires_at: Option<String>,
    /// When it was last used, to the minute
    used_at: Option<String>,
    /// When somebody ended it
    revoked_at: Option<String>,
}

/// A key that was just made, with its secret: it is shown here and never again.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct ApiKeyMade {
    /// The key
    key: ApiKey,
    /// What to send as `Authorization: Bearer`
    secret: String,
}

/// A key to be made.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct ApiKeyNew {
    /// What people call it
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// What it may do
    scope: Scope,
    /// When it ends by itself (RFC 3339); never, if nobody says
    expires_at: Option<String>,
}

/// What a key may do
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "KeyScope", rename_all = "lowercase")]
pub(in crate::api) enum Scope {
    /// Read everything of the organisation but secrets
    Read,
    /// Also change pages and sources
    Write,
    /// Everything that an admin may do
    Admin,
}

#[OpenApi(prefix_path = "/api-keys", tag = "Tag::ApiKeys")]
impl ApiKeysApi {
    /// List the keys
    ///
    /// Newest first, ended ones too.
    #[oai(path = "/", method = "get", operation_id = "api_keys_list")]
    async fn list(&self, who: As<Admin>) -> Result<Fetched<List<ApiKey>>, Problem> {
        let keys = who.rooms.accounts.keys(&who.org).await?;
        Ok(Fetched::new(List::new("/api/v1/api-keys", false, keys.into_iter().map(ApiKey::from).collect())))
    }

    /// Make a key
    #[oai(path = "/", method = "post", operation_id = "api_keys_create")]
    async fn create(&self, who: As<Admin>, new: Body<ApiKeyNew>) -> Result<Created<ApiKeyMade>, Problem> {
        let expires = new.0.expires_at.map(|text| text.parse()).transpose().map_err(|_| {
            let message = "Has to be a time like 2027-01-31T00:00:00Z.".into();
            let fault = FieldFault { pointer: "/expires_at".into(), code: "time".into(), message };
            Problem::invalid(vec![fault])
        })?;
        let scope = new.0.scope.into();
        let (key, secret) = who.rooms.accounts.create_key(&who.org, &new.0.name, scope, expires).await?;
        let made = ApiKeyMade { key: key.into(), secret: secret.reveal().to_owned() };
        Ok(Created::new(made).at("/api/v1/api-keys".to_owned()))
    }

    /// End a key
    ///
    /// From the next request on it opens nothing.
    #[oai(path = "/:key", method = "delete", operation_id = "api_keys_revoke")]
    async fn revoke(
        &self,
        who: As<Admin>,
        /// Its id, `key_…`
        key: Path<String>,
    ) -> Result<Gone, Problem> {
        let id = key.0.parse().map_err(|_| Problem::not_found("API key"))?;
        who.rooms.accounts.revoke_key(&who.org, id).await?;
        Ok(Gone)
    }
}

impl From<accounts::ApiKey> for ApiKey {
    fn from(key: accounts::ApiKey) -> ApiKey {
        let scope = match key.scope {
            KeyScope::Read => Scope::Read,
            KeyScope::Write => Scope::Write,
            KeyScope::Admin => Scope::Admin,
        };
        ApiKey {
            id: key.id.to_string(),
            name: key.name,
            prefix: key.prefix,
            scope,
            created_by: key.created_by,
            created_at: time::of(key.created_at),
            expires_at: key.expires_at.map(time::of),
            used_at: key.used_at.map(time::of),
            revoked_at: key.revoked_at.map(time::of),
        }
    }
}

impl From<Scope> for KeyScope {
    fn from(scope: Scope) -> KeyScope {
        match scope {
            Scope::Read => KeyScope::Read,
            Scope::Write => KeyScope::Write,
            Scope::Admin => KeyScope::Admin,
        }
    }
}
