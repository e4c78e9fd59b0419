//! Publishing at a time.

use jiff::Timestamp;
use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::super::Tag;
use super::find;
use super::shapes::Page;
use crate::api::answer::Fetched;
use crate::api::body::Body;
use crate::api::caller::{Admin, As};
use crate::api::problem::{FieldFault, Problem};

pub(in crate::api) struct PlanApi;

/// What is planned.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Plan {
    /// The revision that was read: refused if there is a newer one
    revision: i64,
    /// When it is to be published, with an offset: `2026-12-01T08:00:00Z`; a year ahead at most
    #[oai(validator(max_length = 60))]
    at: String,
}

#[OpenApi(prefix_path = "/pages", tag = "Tag::Pages")]
impl PlanApi {
    /// Publish a page at a time
    ///
    /// Its newest revision has to be fit for readers now, and is looked at again then: what may not be published any more
    /// waits for review, with the reason among the events. Whatever else is done with the page ends the plan.
    #[oai(path = "/:page/schedule", method = "post", operation_id = "pages_schedule")]
    async fn schedule(
        &self,
        who: As<Admin>,
        /// Its id, `page_…`
        page: Path<String>,
        plan: Body<Plan>,
    ) -> Result<Fetched<Page>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let at: Timestamp = plan.0.at.parse().map_err(|_| {
            let message = "Write it as 2026-12-01T08:00:00Z.".to_owned();
            Problem::invalid(vec![FieldFault { pointer: "/at".into(), code: "time".into(), message }])
        })?;
        who.rooms.publishing.plan(&scope, id, plan.0.revision, at).await?;
        Ok(Fetched::new(Page::from(who.rooms.pages.get(&scope, id).await?)).tagged())
    }

    /// End the plan of a page
    ///
    /// It waits for review again.
    #[oai(path = "/:page/unschedule", method = "post", operation_id = "pages_unschedule")]
    async fn unschedule(
        &self,
        who: As<Admin>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<Page>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        who.rooms.pages.end_plan(&scope, id, "asked for").await?;
        Ok(Fetched::new(Page::from(who.rooms.pages.get(&scope, id).await?)).tagged())
    }
}
