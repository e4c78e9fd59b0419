//! What a page's text is for machines, and what changed between two of them.

use poem_openapi::param::{Path, Query};
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi};
use serde_json::Value;

use super::super::Tag;
use super::find;
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::problem::Problem;

pub(in crate::api) struct ChangesApi;

/// What changed between two revisions.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Difference {
    /// The older revision's number; 0 for an empty text
    from: i64,
    /// The newer one's
    to: i64,
    /// The unified difference of their documents; empty where there is none
    diff: String,
    /// Whether the texts are too different to be compared line by line: the whole stretch between their first and their last
    /// difference is then taken out and put in
    is_coarse: bool,
}

/// A page's structured data.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct StructuredData {
    /// The revision that it is of
    revision: i64,
    /// Its JSON-LD blocks, as the page will carry them
    json_ld: Vec<Any<Value>>,
}

#[OpenApi(prefix_path = "/pages", tag = "Tag::Pages")]
impl ChangesApi {
    /// Compare two revisions of a page
    #[oai(path = "/:page/diff", method = "get", operation_id = "pages_diff")]
    async fn diff(
        &self,
        who: As<Reader>,
        /// Its id, `page_…`
        page: Path<String>,
        /// The older revision; the one before `to` if nobody says
        #[oai(validator(minimum(value = "0")))]
        from: Query<Option<i64>>,
        /// The newer revision; the newest if nobody says
        #[oai(validator(minimum(value = "1")))]
        to: Query<Option<i64>>,
    ) -> Result<Fetched<Difference>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let pages = &who.rooms.pages;
        let to = match to.0 {
            Some(to) => to,
            None => pages.get(&scope, id).await?.revision,
        };
        let from = from.0.unwrap_or(to - 1).max(0);
        let text = async |number: i64| match number {
            0 => Ok::<_, Problem>(String::new()),
            number => Ok(pages.revision(&scope, id, number).await?.document),
        };
        let (before, after) = (text(from).await?, text(to).await?);
        let patch = pages.patch(before, after).await?;
        Ok(Fetched::new(Difference { from, to, diff: patch.text, is_coarse: patch.is_coarse }))
    }

    /// Get a page's structured data
    ///
    /// The JSON-LD that the page carries with its newest revision.
    #[oai(path = "/:page/json-ld", method = "get", operation_id = "pages_json_ld")]
    async fn json_ld(
        &self,
        who: As<Reader>,
        /// Its id, `page_…`
        page: Path<String>,
    ) -> Result<Fetched<StructuredData>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let text = who.rooms.pages.text(&scope, id).await?;
        let blocks = who.rooms.publishing.json_ld(&scope, id, text.document).await?;
        Ok(Fetched::new(StructuredData {
            revision: text.number,
            json_ld: blocks.into_iter().map(Any).collect(),
        }))
    }
}
