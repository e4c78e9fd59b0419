//! `/redirects`: paths of a site that lead somewhere else.

use poem_openapi::param::{Path, Query};
use poem_openapi::{Enum, Object, OpenApi};

use super::{Tag, sites, time};
use crate::api::answer::{Created, Fetched, Gone};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::{List, usual, window};
use crate::api::problem::{FieldFault, Problem};
use crate::publishing::{PublishError, Served};
use crate::sites::{NewRedirect, Redirect, RedirectFault, SiteError};
use crate::tenancy::SiteScope;

pub(in crate::api) struct RedirectsApi;

/// A path that leads somewhere else.
#[derive(Debug, Clone, Object)]
#[oai(rename = "Redirect")]
pub(in crate::api) struct Shape {
    /// Its id, `red_…`
    id: String,
    /// Its site, `site_…`
    site: String,
    /// The path, without the slash at its end; with one it is redirected as well
    from: String,
    /// Where readers are sent: a path of the site, or an address on a host of the organisation
    to: String,
    /// The status that readers get, 301 or 308
    status: u16,
    /// Whether readers are sent on already
    state: State,
    /// When it was made
    created_at: String,
}

/// Whether readers are sent on
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "RedirectState", rename_all = "lowercase")]
pub(in crate::api) enum State {
    /// They are
    Live,
    /// They will be with the next edition, if its target is still the organisation's
    Waiting,
    /// A page or file of the site has the path, and goes first
    Shadowed,
}

/// A redirect to be made.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct RedirectNew {
    /// The site, `site_…`
    site: String,
    /// The path: `/old/page`
    #[oai(validator(min_length = 1, max_length = 2000))]
    from: String,
    /// A path of the site, or an address on a host of the organisation
    #[oai(validator(min_length = 1, max_length = 2000))]
    to: String,
    /// 301, or 308 for clients that repeat a method
    #[oai(default = "moved")]
    status: u16,
}

/// Redirects to be made, all of them or none.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct RedirectsNew {
    /// The site, `site_…`
    site: String,
    /// The redirects
    #[oai(validator(min_items = 1, max_items = 1000))]
    redirects: Vec<RedirectLine>,
}

/// One of many redirects to be made.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct RedirectLine {
    /// The path: `/old/page`
    #[oai(validator(min_length = 1, max_length = 2000))]
    from: String,
    /// A path of the site, or an address on a host of the organisation
    #[oai(validator(min_length = 1, max_length = 2000))]
    to: String,
    /// 301, or 308 for clients that repeat a method
    #[oai(default = "moved")]
    status: u16,
}

#[OpenApi(prefix_path = "/redirects", tag = "Tag::Redirects")]
impl RedirectsApi {
    /// List a site's redirects
    ///
    /// Newest first.
    #[oai(path = "/", method = "get", operation_id = "redirects_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// The site, `site_…`
        site: Query<String>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Shape>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let scope = sites::scope(&who, &site.0).await?;
        let (found, has_more) = who.rooms.sites.redirects(&scope, None, &window).await?;
        Ok(Fetched::new(List::new("/api/v1/redirects", has_more, shown(&who, &scope, found).await?)))
    }

    /// Redirect a path
    ///
    /// The next edition of the site serves it. Nothing is redirected by itself: when a page is taken off or moves to another
    /// path, this is how its readers find the new one. A path at which a page lives is refused.
    #[oai(path = "/", method = "post", operation_id = "redirects_create")]
    async fn create(&self, who: As<Admin>, new: Body<RedirectNew>) -> Result<Created<Shape>, Problem> {
        let RedirectNew { site, from, to, status } = new.0;
        let scope = sites::scope(&who, &site).await?;
        let new = [RedirectLine { from, to, status }.new_redirect()];
        let made = who.rooms.publishing.add_redirects(&scope, &new).await;
        let made = made.map_err(|error| refused(error, |_| String::new()))?.pop();
        let shown = shape(&scope, made.ok_or_else(|| Problem::not_found("redirect"))?);
        let path = format!("/api/v1/redirects/{}", shown.id);
        Ok(Created::new(shown).at(path))
    }

    /// Redirect many paths
    ///
    /// All of them or none; what is wrong with which of them is told at once.
    #[oai(path = "/bulk", method = "post", operation_id = "redirects_create_many")]
    async fn create_many(
        &self,
        who: As<Admin>,
        new: Body<RedirectsNew>,
    ) -> Result<Created<List<Shape>>, Problem> {
        let scope = sites::scope(&who, &new.0.site).await?;
        let new: Vec<NewRedirect> = new.0.redirects.into_iter().map(RedirectLine::new_redirect).collect();
        let made = who.rooms.publishing.add_redirects(&scope, &new).await;
        let made = made.map_err(|error| refused(error, |index| format!("/redirects/{index}")))?;
        let made = made.into_iter().map(|made| shape(&scope, made)).collect();
        let list = List::new("/api/v1/redirects/bulk", false, made);
        Ok(Created::new(list).at(format!("/api/v1/redirects?site={}", scope.site())))
    }

    /// Get a redirect
    #[oai(path = "/:redirect", method = "get", operation_id = "redirects_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `red_…`
        redirect: Path<String>,
    ) -> Result<Fetched<Shape>, Problem> {
        let (scope, found) = find(&who, &redirect.0).await?;
        let shown = shown(&who, &scope, vec![found]).await?.pop();
        Ok(Fetched::new(shown.ok_or_else(|| Problem::not_found("redirect"))?).tagged())
    }

    /// Delete a redirect
    ///
    /// Readers are sent on until the next edition.
    #[oai(path = "/:redirect", method = "delete", operation_id = "redirects_delete")]
    async fn delete(
        &self,
        who: As<Admin>,
        /// Its id, `red_…`
        redirect: Path<String>,
    ) -> Result<Gone, Problem> {
        let (scope, found) = find(&who, &redirect.0).await?;
        match who.rooms.sites.delete_redirect(&scope, &found).await? {
            true => Ok(Gone),
            false => Err(Problem::not_found("redirect")),
        }
    }
}

impl RedirectLine {
    fn new_redirect(self) -> NewRedirect {
        NewRedirect { from: self.from, to: self.to, status: self.status }
    }
}

fn moved() -> u16 {
    301
}

/// The redirect that a request names, with the key to its site.
async fn find<L>(who: &As<L>, id: &str) -> Result<(SiteScope, Redirect), Problem> {
    let missing = || Problem::not_found("redirect");
    let id = id.parse().map_err(|_| missing())?;
    who.rooms.sites.redirect(&who.org, id).await?.ok_or_else(missing)
}

async fn shown<L>(who: &As<L>, scope: &SiteScope, redirects: Vec<Redirect>) -> Result<Vec<Shape>, Problem> {
    let served = who.rooms.publishing.served(scope, &redirects).await?;
    Ok(redirects.into_iter().zip(served).map(|found| shape(scope, found)).collect())
}

fn shape(scope: &SiteScope, (redirect, served): (Redirect, Served)) -> Shape {
    Shape {
        id: redirect.id.to_string(),
        site: scope.site().to_string(),
        from: redirect.path,
        to: redirect.target,
        status: redirect.status,
        state: match served {
            Served::Live => State::Live,
            Served::Waiting => State::Waiting,
            Served::Shadowed => State::Shadowed,
        },
        created_at: time::of(redirect.created_at),
    }
}

/// Faults at the places in the body that they are of.
fn refused(error: PublishError, place: impl Fn(usize) -> String) -> Problem {
    let PublishError::Site(SiteError::Redirects(faults)) = error else { return error.into() };
    let told = |(index, fault): (usize, RedirectFault)| {
        let pointer = format!("{}/{}", place(index), fault.field());
        FieldFault { pointer, code: fault.code().into(), message: format!("{fault}.") }
    };
    Problem::invalid(faults.into_iter().map(told).collect())
}
