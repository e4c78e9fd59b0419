use crate::base::Slug;
use crate::id_kind;
use crate::tenancy::OrgId;

id_kind!(/// That a person belongs to an organisation.
    MembershipId, Membership, "mem");

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
