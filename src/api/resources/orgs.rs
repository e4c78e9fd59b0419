//! `/orgs`

use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::problem::Problem;
use crate::tenancy::Role;

pub(in crate::api) struct OrgsApi;

/// The organisation that a credential opens.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Org {
    /// Its id, `org_…`
    id: String,
    /// Its short name in addresses
    slug: String,
    /// Its name
    name: String,
    /// What the caller may do in it
    role: RoleWord,
}

/// What a member may do
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "Role", rename_all = "lowercase")]
pub(in crate::api) enum RoleWord {
    /// Writes and reviews
    Member,
    /// Also invites, publishes and sets up
    Admin,
    /// Also pays and deletes
    Owner,
}

#[OpenApi(prefix_path = "/orgs", tag = "Tag::Orgs")]
impl OrgsApi {
    /// Get the organisation of the credential
    #[oai(path = "/current", method = "get", operation_id = "orgs_current")]
    async fn current(&self, who: As<Reader>) -> Result<Fetched<Org>, Problem> {
        let org =
            who.rooms.accounts.org(&who.org).await?.ok_or_else(|| Problem::not_found("organisation"))?;
        let role = who.org.role().into();
        Ok(Fetched::new(Org { id: org.id.to_string(), slug: org.slug, name: org.name, role }).tagged())
    }
}

impl From<Role> for RoleWord {
    fn from(role: Role) -> RoleWord {
        match role {
            Role::Member => RoleWord::Member,
            Role::Admin => RoleWord::Admin,
            Role::Owner => RoleWord::Owner,
        }
    }
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Role {
        match word {
            RoleWord::Member => Role::Member,
            RoleWord::Admin => Role::Admin,
            RoleWord::Owner => Role::Owner,
        }
    }
}
