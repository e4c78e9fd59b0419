//! How much of its plan an organisation uses.

use poem_openapi::{Object, OpenApi};

use super::super::Tag;
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::problem::Problem;
use crate::tenancy::PLAN;

pub(in crate::api) struct UsageApi;

/// A plan and what is used of it.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Usage {
    /// The plan's name
    plan: String,
    /// What it bounds
    meters: Vec<Meter>,
}

/// One thing that a plan bounds.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Meter {
    /// `sites`, `members`, `pages` or `sources`
    name: String,
    /// The site that has its own bound, where each site has one
    site: Option<String>,
    /// How many there are now; open invitations count as members
    used: u64,
    /// How many there may be
    limit: u64,
}

#[OpenApi(prefix_path = "/orgs", tag = "Tag::Orgs")]
impl UsageApi {
    /// See what is used of the plan
    #[oai(path = "/current/usage", method = "get", operation_id = "orgs_usage")]
    async fn usage(&self, who: As<Reader>) -> Result<Fetched<Usage>, Problem> {
        let quotas = who.rooms.sites.quotas();
        let scopes = who.rooms.sites.scopes(&who.org).await?;
        let members = who.rooms.accounts.seats(&who.org).await?;
        let meter = |name: &str, site, used, limit| Meter { name: name.to_owned(), site, used, limit };
        let mut meters = vec![
            meter("sites", None, scopes.len() as u64, quotas.sites),
            meter("members", None, members, quotas.members),
        ];
        for used in who.rooms.pages.used(&who.org).await? {
            let site = Some(used.site.to_string());
            meters.push(meter("pages", site.clone(), used.pages, quotas.pages));
            meters.push(meter("sources", site, used.sources, quotas.sources));
        }
        Ok(Fetched::new(Usage { plan: PLAN.to_owned(), meters }))
    }
}
