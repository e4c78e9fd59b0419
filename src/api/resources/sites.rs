//! `/sites`

mod export;

pub(in crate::api) use self::export::ExportApi;

use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{Object, OpenApi};

use super::{Tag, time};
use crate::api::answer::{Created, Fetched, precondition};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::{List, usual, window};
use crate::api::problem::{FieldFault, Problem};
use crate::base::{HostName, Slug};
use crate::sites::{self, NewSite};
use crate::tenancy::{Extent, SiteScope};

pub(in crate::api) struct SitesApi;

/// A published site.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Site {
    /// Its id, `site_…`
    id: String,
    /// Its label below the sites domain
    slug: String,
    /// Its title
    title: String,
    /// Where readers find it
    url: String,
    /// Its settings: the text of a site.toml
    settings: String,
    /// The health, 0 to 100, below which no page is published
    gate: i64,
    /// The edition that readers see, `ed_…`; absent before the first
    live_edition: Option<String>,
    /// When it was made
    created_at: String,
}

/// A site to be made.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct SiteNew {
    /// Its label below the sites domain: a-z, 0-9 and hyphens
    #[oai(validator(min_length = 1, max_length = 63))]
    slug: String,
    /// Its title
    #[oai(validator(min_length = 1, max_length = 200))]
    title: String,
    /// Its settings: the text of a site.toml; without them, its title alone
    #[oai(validator(max_length = 100000))]
    settings: Option<String>,
}

/// What is to change of a site; a field that is left out stays (JSON merge patch).
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct SiteChange {
    /// Its settings: the text of a site.toml. The title is taken from them
    #[oai(validator(max_length = 100000))]
    settings: Option<String>,
    /// The health, 0 to 100, below which no page is published
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    gate: Option<u8>,
}

#[OpenApi(prefix_path = "/sites", tag = "Tag::Sites")]
impl SitesApi {
    /// List the sites
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "sites_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Site>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let (found, has_more) = who.rooms.sites.window(&who.org, &window).await?;
        let hosts = who.rooms.sites.canonical_hosts(&found).await?;
        let sites = found.into_iter().map(|site| shown(&who, hosts.get(&site.id), site)).collect();
        Ok(Fetched::new(List::new("/api/v1/sites", has_more, sites)))
    }

    /// Make a site
    #[oai(path = "/", method = "post", operation_id = "sites_create")]
    async fn create(&self, who: As<Admin>, new: Body<SiteNew>) -> Result<Created<Site>, Problem> {
        let SiteNew { slug, title, settings } = new.0;
        let slug: Slug = slug.parse().map_err(|error| fault("/slug", "slug", &error))?;
        let settings = settings.unwrap_or_else(|| plain_settings(&title));
        let title = settled_title(&settings)?.unwrap_or(title);
        let scope = who.rooms.sites.create(&who.org, NewSite { slug, title, settings }).await?;
        let path = format!("/api/v1/sites/{}", scope.site());
        Ok(Created::new(found(&who, &scope).await?).tagged().at(path))
    }

    /// Get a site
    #[oai(path = "/:site", method = "get", operation_id = "sites_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `site_…`
        site: Path<String>,
    ) -> Result<Fetched<Site>, Problem> {
        let scope = scope(&who, &site.0).await?;
        Ok(Fetched::new(found(&who, &scope).await?).tagged())
    }

    /// Change a site's settings
    ///
    /// The next edition is built from them.
    #[oai(path = "/:site", method = "patch", operation_id = "sites_update")]
    async fn update(
        &self,
        who: As<Admin>,
        /// Its id, `site_…`
        site: Path<String>,
        /// The ETag of the site as it was read: the change is refused if it is another one by now
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        change: Body<SiteChange>,
    ) -> Result<Fetched<Site>, Problem> {
        let scope = scope(&who, &site.0).await?;
        let seen = who.rooms.sites.get(&scope).await?;
        let host = who.rooms.sites.canonical_host(&scope).await?;
        precondition(if_match.0.as_deref(), &shown(&who, host.as_ref(), seen.clone()))?;
        let SiteChange { settings, gate } = change.0;
        let settings = match settings {
            Some(text) => Some((settled_title(&text)?.unwrap_or_else(|| seen.title.clone()), text)),
            None => None,
        };
        who.rooms.sites.update(&scope, &seen, sites::SiteChange { settings, gate }).await?;
        Ok(Fetched::new(found(&who, &scope).await?).tagged())
    }
}

async fn found<L>(who: &As<L>, scope: &SiteScope) -> Result<Site, Problem> {
    let host = who.rooms.sites.canonical_host(scope).await?;
    Ok(shown(who, host.as_ref(), who.rooms.sites.get(scope).await?))
}

pub(super) fn shown<L>(who: &As<L>, host: Option<&HostName>, site: sites::Site) -> Site {
    Site {
        id: site.id.to_string(),
        url: host.map_or_else(String::new, |host| who.rooms.address.of(host.as_str())),
        slug: site.slug,
        title: site.title,
        settings: site.settings,
        gate: site.gate,
        live_edition: site.live_edition,
        created_at: time::of(site.created_at),
    }
}

/// The key to a site that a request names.
pub(super) async fn scope<L>(who: &As<L>, id: &str) -> Result<SiteScope, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("site"))?;
    who.rooms.sites.scope(&who.org, id).await?.ok_or_else(|| Problem::not_found("site"))
}

/// Settings with a title alone.
fn plain_settings(title: &str) -> String {
    let mut table = toml::Table::new();
    table.insert("title".into(), title.into());
    table.to_string()
}

/// What a list is of: the site that it names, or the whole organisation.
pub(super) async fn extent<L>(who: &As<L>, site: Option<&str>) -> Result<Extent, Problem> {
    match site {
        Some(site) => Ok(Extent::Site(scope(who, site).await?)),
        None => Ok(Extent::Org(who.org)),
    }
}

/// The title in the text of a site.toml; its faults, all of them, if it can't be used.
fn settled_title(settings: &str) -> Result<Option<String>, Problem> {
    // The address is the product's affair; any will do to read the rest.
    let faults = match press::SiteConfig::parse_at(settings, "https://site.invalid") {
        Ok(config) => return Ok(Some(config.title).filter(|title| !title.is_empty())),
        Err(faults) => faults,
    };
    let told = |fault: press::Fault| FieldFault {
        pointer: "/settings".into(),
        code: "settings".into(),
        message: fault.to_string(),
    };
    Err(Problem::invalid(faults.into_iter().map(told).collect()))
}

fn fault(pointer: &str, code: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::invalid(vec![FieldFault {
        pointer: pointer.into(),
        code: code.into(),
        message: error.to_string(),
    }])
}
