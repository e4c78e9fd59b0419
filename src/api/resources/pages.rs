//! `/pages`

mod changes;
mod evidence;
mod import;
mod plan;
mod revisions;
mod shapes;
mod words;

pub(in crate::api) use self::changes::ChangesApi;
pub(in crate::api) use self::import::ImportApi;
pub(in crate::api) use self::plan::PlanApi;
pub(in crate::api) use self::revisions::RevisionsApi;

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};

use self::evidence::{Claim, Health, Waiver};
pub(super) use self::shapes::Page;
use self::shapes::{Approval, PageNew};
use self::words::PageStateWord;
use super::editions::Edition;
use super::jobs::{self, Job};
use super::{Tag, sites};
use crate::api::answer::{Accepted, Created, Fetched};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader, Writer};
use crate::api::list::{List, usual, window};
use crate::api::problem::Problem;
use crate::pages::{PageFilter, PageId};
use crate::tenancy::SiteScope;

pub(in crate::api) struct PagesApi;

#[OpenApi(prefix_path = "/pages", tag = "Tag::Pages")]
impl PagesApi {
    /// List pages
    ///
    /// Newest first, of all sites or of one.
    #[oai(path = "/", method = "get", operation_id = "pages_list")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the operation")]
    async fn list(
        &self,
        who: As<Reader>,
        /// Only those of this site, `site_…`
        site: Query<Option<String>>,
        /// Only those in this state
        state: Query<Option<PageStateWord>>,
        /// Only those whose source has changed since they were written, or only the others
        stale: Query<Option<bool>>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Page>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let whose = sites::extent(&who, site.0.as_deref()).await?;
        let filter = PageFilter { state: state.0.map(Into::into), stale: stale.0, words: None };
        let (found, has_more) = who.rooms.pages.window(whose, &filter, &window).await?;
        let pages = found.into_iter().map(Page::from).collect();
        Ok(Fetched::new(List::new("/api/v1/pages", has_more, pages)).straight())
    }

    /// Make a page
    ///
    /// With a brief it waits to be generated; with a document it is written at once and waits for review.
    #[oai(path = "/", method = "post", operation_id = "pages_create")]
    async fn create(&self, who: As<Writer>, new: Body<PageNew>) -> Result<Created<Page>, Problem> {
        let scope = sites::scope(&who, &new.0.site).await?;
        let (new, document) = new.0.parts();
        let id = match document {
            None => who.rooms.pages.create(&scope, new).await?,
            Some(document) => who.rooms.pages.create_written(&scope, new, document).await?,
        };
        let page = Page::from(who.rooms.pages.get(&scope, id).await?);
        Ok(Created::new(page).tagged().at(format!("/api/v1/pages/{id}")))
    }

    /// Get a page
    #[oai(path = "/:page", method = "get", operation_id = "pages_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<Page>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        Ok(Fetched::new(Page::from(who.rooms.pages.get(&scope, id).await?)).tagged())
    }

    /// Get the claims of a page
    ///
    /// Those of its newest revision, in the order of the text; each points at its evidence, or at none.
    #[oai(path = "/:page/claims", method = "get", operation_id = "pages_claims")]
    async fn claims(
        &self,
        who: As<Reader>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<List<Claim>>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let found = who.rooms.pages.claims(&scope, id).await?;
        let claims = found.into_iter().enumerate().map(|(position, claim)| Claim::of(position, claim));
        Ok(Fetched::new(List::new(&format!("/api/v1/pages/{id}/claims"), false, claims.collect())))
    }

    /// Let an unsupported sentence stand
    ///
    /// That a person did so, and why, is an event.
    #[oai(path = "/:page/claims/:position/waive", method = "post", operation_id = "pages_waive_claim")]
    async fn waive(
        &self,
        who: As<Admin>,
        /// Its id, `page_…`
        page: Path<String>,
        /// The claim's position in the text, from 0
        position: Path<usize>,
        waiver: Body<Waiver>,
    ) -> Result<Fetched<Claim>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let Waiver { reason, revision } = waiver.0;
        who.rooms.pages.waive(&scope, id, (revision, position.0), &reason).await?;
        let claims = who.rooms.pages.claims(&scope, id).await?;
        let claim = claims.into_iter().nth(position.0).ok_or_else(|| Problem::not_found("claim"))?;
        Ok(Fetched::new(Claim::of(position.0, claim)))
    }

    /// Generate a page's text from its sources
    #[oai(path = "/:page/generate", method = "post", operation_id = "pages_generate")]
    async fn generate(
        &self,
        who: As<Writer>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Accepted<Job>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        jobs::accepted(&who, who.rooms.pages.request_generation(&scope, id).await?.id()).await
    }

    /// Judge a page's health
    ///
    /// The checks that a page controls, on the page as it would be published.
    #[oai(path = "/:page/health", method = "post", operation_id = "pages_judge")]
    async fn judge(
        &self,
        who: As<Writer>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<Health>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        Ok(Fetched::new(Health::of(&who.rooms.publishing.judge(&scope, id).await?)))
    }

    /// Approve a page's newest revision
    ///
    /// The next edition of its site takes it. One that was written since is not approved unseen.
    #[oai(path = "/:page/approve", method = "post", operation_id = "pages_approve")]
    async fn approve(
        &self,
        who: As<Admin>,
        /// Its id, `page_…`
        page: Path<String>,
        approval: Body<Approval>,
    ) -> Result<Fetched<Page>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        who.rooms.publishing.approve(&scope, id, approval.0.revision).await?;
        Ok(Fetched::new(Page::from(who.rooms.pages.get(&scope, id).await?)).tagged())
    }

    /// Take a page off its site
    ///
    /// With an edition that no longer has it; the page is archived. Its readers find nothing then: if they are to find another
    /// page, redirect its path.
    #[oai(path = "/:page/unpublish", method = "post", operation_id = "pages_unpublish")]
    async fn unpublish(
        &self,
        who: As<Admin>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Accepted<Edition>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let edition = who.rooms.publishing.unpublish(&scope, id).await?;
        let shown = Edition::of(&scope, who.rooms.publishing.edition(&scope, edition).await?);
        Ok(Accepted::new(shown).at(format!("/api/v1/editions/{edition}")))
    }

    /// Archive a page that readers don't have
    #[oai(path = "/:page/archive", method = "post", operation_id = "pages_archive")]
    async fn archive(
        &self,
        who: As<Writer>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<Page>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        who.rooms.pages.archive(&scope, id).await?;
        Ok(Fetched::new(Page::from(who.rooms.pages.get(&scope, id).await?)).tagged())
    }

    /// Take a page out of the archive
    ///
    /// It waits for review then; readers get it when it is published again.
    #[oai(path = "/:page/unarchive", method = "post", operation_id = "pages_unarchive")]
    async fn unarchive(
        &self,
        who: As<Writer>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<Page>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        who.rooms.pages.unarchive(&scope, id).await?;
        Ok(Fetched::new(Page::from(who.rooms.pages.get(&scope, id).await?)).tagged())
    }
}

/// The page that a request names, with the key to its site.
async fn find<L>(who: &As<L>, id: &str) -> Result<(SiteScope, PageId), Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("page"))?;
    let missing = || Problem::not_found("page");
    let site = who.rooms.pages.site_of(&who.org, id).await?.ok_or_else(missing)?;
    let scope = who.rooms.sites.scope(&who.org, site).await?.ok_or_else(missing)?;
    Ok((scope, id))
}
