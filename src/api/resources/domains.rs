//! `/domains`: names of one's own on which a site answers.

use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, Object, OpenApi};

use super::jobs::{self, Job};
use super::{Tag, sites, time};
use crate::api::answer::{Accepted, Created, Fetched, Gone};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::{List, usual, window};
use crate::api::problem::{FieldFault, Problem};
use crate::sites::{Domain, DomainFault, DomainState, SiteError};

pub(in crate::api) struct DomainsApi;

/// A name of one's own on which a site answers once it is proved.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Domain")]
pub(in crate::api) struct Shape {
    /// Its id, `dom_…`
    id: String,
    /// The site that answers there, `site_…`
    site: String,
    /// The name; other scripts in punycode
    name: String,
    /// How far it is
    state: State,
    /// What the last look found wanting
    reason: Option<String>,
    /// Whether it is the site's canonical host, to which the others redirect
    canonical: bool,
    /// The TXT record that proves it; the same whenever it is shown, and for `www` that of the name behind it
    record: Record,
    /// Where it is to lead: a CNAME record, or ALIAS for an apex
    target: String,
    /// When its record was last looked for
    looked_at: Option<String>,
    /// When it was proved
    verified_at: Option<String>,
    /// Since when its record is missing; after 72 hours the site no longer answers there
    lost_at: Option<String>,
    /// When it was added
    created_at: String,
}

/// A record to be set in the DNS.
#[derive(Debug, Clone, Object)]
#[oai(rename = "DnsRecord")]
pub(in crate::api) struct Record {
    /// Its type: `TXT`
    #[oai(rename = "type")]
    kind: String,
    /// Its name
    name: String,
    /// Its text
    value: String,
}

/// How far a domain is
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "DomainState", rename_all = "lowercase")]
pub(in crate::api) enum State {
    /// Its record was not seen yet; nothing is served
    Pending,
    /// Proved, but its addresses lead elsewhere, as behind a proxy of yours
    Verified,
    /// Proved, and readers arrive
    Live,
    /// Not proved (any more); nothing is served
    Failed,
}

/// A domain to be added.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct DomainNew {
    /// The site that is to answer there, `site_…`
    site: String,
    /// The name: `docs.example.com`
    #[oai(validator(min_length = 1, max_length = 253))]
    name: String,
}

#[OpenApi(prefix_path = "/domains", tag = "Tag::Domains")]
impl DomainsApi {
    /// List domains
    ///
    /// Newest first, of all sites or of one.
    #[oai(path = "/", method = "get", operation_id = "domains_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// Only those of this site, `site_…`
        site: Query<Option<String>>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Shape>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let site = match &site.0 {
            Some(site) => Some(sites::scope(&who, site).await?),
            None => None,
        };
        let (found, has_more) = who.rooms.domains.window(&who.org, site.as_ref(), &window).await?;
        let mut domains = Vec::with_capacity(found.len());
        for domain in found {
            domains.push(shown(&who, domain).await?);
        }
        Ok(Fetched::new(List::new("/api/v1/domains", has_more, domains)))
    }

    /// Add a domain
    ///
    /// Set the record that comes back; it is looked for at once and every ten minutes for seven days. Nothing is served
    /// before it was seen.
    #[oai(path = "/", method = "post", operation_id = "domains_create")]
    async fn create(&self, who: As<Admin>, new: Body<DomainNew>) -> Result<Created<Shape>, Problem> {
        let scope = sites::scope(&who, &new.0.site).await?;
        let domain = who.rooms.domains.claim(&scope, &new.0.name).await.map_err(refused)?;
        let path = format!("/api/v1/domains/{}", domain.id);
        Ok(Created::new(shown(&who, domain).await?).tagged().at(path))
    }

    /// Get a domain
    #[oai(path = "/:domain", method = "get", operation_id = "domains_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `dom_…`
        domain: Path<String>,
    ) -> Result<Fetched<Shape>, Problem> {
        let domain = find(&who, &domain.0).await?;
        Ok(Fetched::new(shown(&who, domain).await?).tagged())
    }

    /// Look for a domain's record now
    #[oai(path = "/:domain/verify", method = "post", operation_id = "domains_verify")]
    async fn verify(
        &self,
        who: As<Admin>,
        /// Its id, `dom_…`
        domain: Path<String>,
    ) -> Result<Accepted<Job>, Problem> {
        let domain = find(&who, &domain.0).await?;
        jobs::accepted(&who, who.rooms.domains.request_look(&who.org, &domain).await?).await
    }

    /// Make a domain the canonical host of its site
    ///
    /// The site's other hosts redirect to it at once. What its pages say of their own address follows with the next edition:
    /// publish one.
    #[oai(path = "/:domain/canonical", method = "post", operation_id = "domains_make_canonical")]
    async fn make_canonical(
        &self,
        who: As<Admin>,
        /// Its id, `dom_…`
        domain: Path<String>,
    ) -> Result<Fetched<Shape>, Problem> {
        let domain = find(&who, &domain.0).await?;
        let missing = || Problem::not_found("domain");
        let scope = who.rooms.sites.scope(&who.org, domain.site).await?.ok_or_else(missing)?;
        if !who.rooms.publishing.settle_at(&scope, &domain.name).await? {
            return Err(SiteError::from(DomainFault::NotVerified(domain.name.to_string())).into());
        }
        Ok(Fetched::new(shown(&who, domain).await?).tagged())
    }

    /// Delete a domain
    ///
    /// Its site no longer answers there. If it was the canonical host, the site's own host is that again.
    #[oai(path = "/:domain", method = "delete", operation_id = "domains_delete")]
    async fn delete(
        &self,
        who: As<Admin>,
        /// Its id, `dom_…`
        domain: Path<String>,
    ) -> Result<Gone, Problem> {
        let domain = find(&who, &domain.0).await?;
        match who.rooms.domains.delete(&who.org, domain.id).await? {
            true => Ok(Gone),
            false => Err(Problem::not_found("domain")),
        }
    }
}

async fn find<L>(who: &As<L>, id: &str) -> Result<Domain, Problem> {
    let missing = || Problem::not_found("domain");
    let id = id.parse().map_err(|_| missing())?;
    who.rooms.domains.get(&who.org, id).await?.ok_or_else(missing)
}

async fn shown<L>(who: &As<L>, domain: Domain) -> Result<Shape, Problem> {
    let records = who.rooms.domains.records(&who.org, &domain).await?;
    let canonical = who.rooms.domains.is_canonical(&who.org, &domain).await?;
    let when = |millis: i64| (millis > 0).then(|| time::of(millis));
    Ok(Shape {
        id: domain.id.to_string(),
        site: domain.site.to_string(),
        name: domain.name.to_string(),
        state: match domain.state {
            DomainState::Pending => State::Pending,
            DomainState::Verified => State::Verified,
            DomainState::Live => State::Live,
            DomainState::Failed => State::Failed,
        },
        reason: Some(domain.reason).filter(|reason| !reason.is_empty()),
        canonical,
        record: Record { kind: "TXT".into(), name: records.name, value: records.value },
        target: records.target,
        looked_at: when(domain.looked_at),
        verified_at: when(domain.verified_at),
        lost_at: when(domain.lost_at),
        created_at: time::of(domain.created_at),
    })
}

/// What is wrong with the name is told at its place.
fn refused(error: SiteError) -> Problem {
    use DomainFault::{Known, NotVerified, Taken, TooMany};
    match error {
        SiteError::Domain(fault) if !matches!(fault, Taken(_) | Known(_) | TooMany | NotVerified(_)) => {
            let (pointer, code) = ("/name".into(), fault.code().into());
            Problem::invalid(vec![FieldFault { pointer, code, message: format!("{fault}.") }])
        }
        other => other.into(),
    }
}
