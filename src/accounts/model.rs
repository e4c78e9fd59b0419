use serde::{Deserialize, Serialize};

use crate::base::{Secret, Slug};
use crate::id_kind;
use crate::tenancy::{ApiKeyId, OrgId, PersonId, Role};

id_kind!(/// That a person belongs to an organisation.
    MembershipId, Membership, "mem");
id_kind!(/// That a person is signed in somewhere.
    SessionId, SessionKind, "ses");
id_kind!(/// A link that a mail carries, good for one use.
    LinkId, LinkKind, "lnk");
id_kind!(/// That somebody may become a member.
    InvitationId, InvitationKind, "inv");

/// An organisation to be founded.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// Its short name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// The address of its first owner.
    pub owner_email: String,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their address, in lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether one-time codes are asked for as well.
    pub has_totp: bool,
}

/// What a person says of themselves when they begin.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Their name.
    pub name: String,
    /// Their password.
    pub password: Secret,
}

/// A person in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: Person,
    /// What they may do.
    pub role: Role,
    /// Since when, in milliseconds since the epoch.
    pub since: i64,
}

/// A browser in which a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// What the browser called itself, cut.
    pub agent: String,
    /// When it began, in milliseconds since the epoch.
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub seen_at: i64,
    /// When it ends by itself.
    pub expires_at: i64,
}

/// That somebody may become a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organisation.
    pub org: OrgId,
    /// Who is invited.
    pub email: String,
    /// As what.
    pub role: Role,
    /// Who invited.
    pub invited_by: String,
    /// When it ends by itself, in milliseconds since the epoch.
    pub expires_at: i64,
}

/// What an API key may do. A role does not tell reading from writing: the face that is asked does, by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyScope {
    /// Read everything of the organisation but its members' and keys' secrets.
    Read,
    /// Also change pages, sources and sites.
    Write,
    /// Also publish, and everything else that an admin may do.
    Admin,
}

impl KeyScope {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyScope::Read => "read",
            KeyScope::Write => "write",
            KeyScope::Admin => "admin",
        }
    }

    /// Reads the word of the database.
    pub fn parse(word: &str) -> Option<KeyScope> {
        [KeyScope::Read, KeyScope::Write, KeyScope::Admin].into_iter().find(|scope| scope.as_str() == word)
    }

    /// The role that a key of this scope acts in. No key is an owner.
    pub fn role(self) -> Role {
        match self {
            KeyScope::Read | KeyScope::Write => Role::Member,
            KeyScope::Admin => Role::Admin,
        }
    }
}

impl ApiKey {
    /// Whether it opens anything at a time, in milliseconds since the epoch.
    pub fn is_open(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

/// A program's credential, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// How the key begins: enough to tell keys apart.
    pub prefix: String,
    /// What it may do.
    pub scope: KeyScope,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds since the epoch.
    pub created_at: i64,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// When it was last used, to the minute.
    pub used_at: Option<i64>,
    /// When somebody ended it.
    pub revoked_at: Option<i64>,
}
