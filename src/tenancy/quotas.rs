//! How much of each thing a tenant may have. One built-in plan now; plans that are paid for come with billing.

use serde::Deserialize;

/// The upper bounds of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// Organisations that one person owns, where people may found them.
    pub orgs: u64,
    /// Sites of an organisation.
    pub sites: u64,
    /// Members of an organisation, open invitations among them.
    pub members: u64,
    /// Pages of a site.
    pub pages: u64,
    /// Sources of a site.
    pub sources: u64,
}

/// There may not be more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the plan \"{PLAN}\" allows {limit} {what}: remove some, or ask whoever runs this installation to raise quota.{setting}"
)]
pub struct Exceeded {
    /// Of what.
    pub what: &'static str,
    /// How many there may be.
    pub limit: u64,
    setting: &'static str,
}

/// The plan of every organisation where nothing is paid for.
pub const PLAN: &str = "self-hosted";

impl Quotas {
    /// Whether one person may own so many organisations.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn orgs(&self, wanted: u64) -> Result<(), Exceeded> {
        within(wanted, self.orgs, "organisations of one owner", "orgs")
    }

    /// Whether there may be so many sites.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn sites(&self, wanted: u64) -> Result<(), Exceeded> {
        within(wanted, self.sites, "sites", "sites")
    }

    /// Whether there may be so many members and open invitations.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn members(&self, wanted: u64) -> Result<(), Exceeded> {
        within(wanted, self.members, "members and open invitations", "members")
    }

    /// Whether a site may have so many pages.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn pages(&self, wanted: u64) -> Result<(), Exceeded> {
        within(wanted, self.pages, "pages in a site", "pages")
    }

    /// Whether a site may have so many sources.
    ///
    /// # Errors
    /// [`Exceeded`].
    pub fn sources(&self, wanted: u64) -> Result<(), Exceeded> {
        within(wanted, self.sources, "sources in a site", "sources")
    }
}

fn within(wanted: u64, limit: u64, what: &'static str, setting: &'static str) -> Result<(), Exceeded> {
    if wanted <= limit { Ok(()) } else { Err(Exceeded { what, limit, setting }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_is_allowed_and_the_next_one_is_told_what_lifts_the_limit() {
        let quotas = Quotas { orgs: 1, sites: 2, members: 1, pages: 1, sources: 1 };
        assert_eq!(quotas.sites(2), Ok(()));
        let told = quotas.sites(3).unwrap_err().to_string();
        assert!(told.contains("allows 2 sites") && told.contains("quota.sites"), "{told}");
    }
}
