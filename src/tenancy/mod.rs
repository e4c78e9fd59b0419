//! The keys of tenancy. Every query of a room takes a scope, and a scope comes from a credential alone:
//! the layer test allows the `grant` constructors to `accounts` (organisations) and `sites` (sites) and nobody else.

mod quotas;

pub use quotas::{Exceeded, PLAN, Quotas};

use std::fmt;

use crate::id_kind;

id_kind!(/// An organisation: the tenant.
    OrgId, Org, "org");
id_kind!(/// A person who can sign in.
    PersonId, Person, "usr");
id_kind!(/// A program's credential.
    ApiKeyId, ApiKeyKind, "key");
id_kind!(/// A tenant's site.
    SiteId, Site, "site");

/// What a member may do, least first, so that `role >= Role::Admin` reads as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Writes and reviews.
    Member,
    /// Also invites, publishes and sets up.
    Admin,
    /// Also pays and deletes.
    Owner,
}

impl Role {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<Role> {
        [Role::Member, Role::Admin, Role::Owner].into_iter().find(|role| role.as_str() == word)
    }
}

/// Who acts: written into every event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person.
    Person(PersonId),
    /// A program with an API key.
    Key(ApiKeyId),
    /// The operator at the command line.
    Operator,
    /// The product itself, in a job or on a schedule.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Person(id) => id.fmt(f),
            Actor::Key(id) => id.fmt(f),
            Actor::Operator => f.write_str("operator"),
            Actor::System => f.write_str("system"),
        }
    }
}

/// The key to one organisation's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrgScope {
    org: OrgId,
    role: Role,
    actor: Actor,
}

impl OrgScope {
    /// Made by `accounts` from a credential that it has checked.
    pub fn grant(org: OrgId, role: Role, actor: Actor) -> OrgScope {
        OrgScope { org, role, actor }
    }

    /// The organisation that this key opens.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// What the holder may do in it.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Who holds it.
    pub fn actor(&self) -> Actor {
        self.actor
    }
}

/// The key to one site's rows; it implies the organisation's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteScope {
    org: OrgScope,
    site: SiteId,
}

impl SiteScope {
    /// Made by `sites`, after it has found the site among the organisation's own.
    pub fn grant(org: OrgScope, site: SiteId) -> SiteScope {
        SiteScope { org, site }
    }

    /// The organisation's key.
    pub fn org(&self) -> &OrgScope {
        &self.org
    }

    /// The site that this key opens.
    pub fn site(&self) -> SiteId {
        self.site
    }
}

/// What a list is of: a whole organisation, or one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All of an organisation's sites.
    Org(OrgScope),
    /// One site.
    Site(SiteScope),
}

impl From<&OrgScope> for OrgId {
    fn from(scope: &OrgScope) -> OrgId {
        scope.org
    }
}

impl From<&SiteScope> for OrgId {
    fn from(scope: &SiteScope) -> OrgId {
        scope.org.org
    }
}

impl From<&Extent> for OrgId {
    fn from(extent: &Extent) -> OrgId {
        match extent {
            Extent::Org(scope) => scope.org,
            Extent::Site(scope) => scope.org.org,
        }
    }
}

impl From<&OrgScope> for Extent {
    fn from(scope: &OrgScope) -> Extent {
        Extent::Org(*scope)
    }
}

impl From<&SiteScope> for Extent {
    fn from(scope: &SiteScope) -> Extent {
        Extent::Site(*scope)
    }
}

/// The key to what is left of an organisation that was deleted: it opens the verbs by which rooms remove their rows, and
/// nothing else. No such verb can be called for an organisation that lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departed {
    org: OrgId,
}

impl Departed {
    /// Made by `accounts`, which knows who is gone.
    pub fn grant(org: OrgId) -> Departed {
        Departed { org }
    }

    /// The organisation that was.
    pub fn org(&self) -> OrgId {
        self.org
    }
}
