use serde::{Deserialize, Serialize};

use crate::base::HostName;
use crate::id_kind;
use crate::queue::Job;
use crate::tenancy::{OrgId, SiteId};

id_kind!(/// An organisation's claim on a domain.
    DomainId, DomainKind, "dom");

/// How far a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainState {
    /// Its record was not seen yet. Nothing is served.
    Pending,
    /// It is proved and may be served, but its addresses lead elsewhere.
    Verified,
    /// It is proved, and readers arrive here.
    Live,
    /// It is not (any more); its reason says why. Nothing is served.
    Failed,
}

impl DomainState {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            DomainState::Pending => "pending",
            DomainState::Verified => "verified",
            DomainState::Live => "live",
            DomainState::Failed => "failed",
        }
    }

    /// Whether the site answers there.
    pub fn is_served(self) -> bool {
        matches!(self, DomainState::Verified | DomainState::Live)
    }

    pub(super) fn parse(word: &str) -> Option<DomainState> {
        use DomainState::{Failed, Live, Pending, Verified};
        [Pending, Verified, Live, Failed].into_iter().find(|state| state.as_str() == word)
    }
}

/// An organisation's claim on a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its id.
    pub id: DomainId,
    /// The site that is to answer there.
    pub site: SiteId,
    /// The name.
    pub name: HostName,
    /// How far it is.
    pub state: DomainState,
    /// What the last look found wanting.
    pub reason: String,
    /// When it was last looked at, in milliseconds since the epoch; 0 before the first time.
    pub looked_at: i64,
    /// When it was proved; 0 if it never was.
    pub verified_at: i64,
    /// Since when its record is missing; 0 while it is there.
    pub lost_at: i64,
    /// When it was claimed.
    pub created_at: i64,
}

/// What to set in the DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// The name of the TXT record that proves the domain.
    pub name: String,
    /// Its text.
    pub value: String,
    /// Where the domain is to lead (CNAME, or ALIAS for an apex).
    pub target: String,
}

/// Look whether a domain is proved, or clear away what one has left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LookAtDomain {
    /// Whose it is.
    pub org: OrgId,
    /// The site.
    pub site: SiteId,
    /// The claim.
    pub domain: DomainId,
    /// The name, for what is left of a claim that is gone.
    pub name: String,
}

impl Job for LookAtDomain {
    const NAME: &'static str = "sites.domain";
}

/// Find the domains that are to be looked at again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LookAtDomains {}

impl Job for LookAtDomains {
    const NAME: &'static str = "sites.domains";
}
