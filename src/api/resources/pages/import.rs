//! Finished documents, many at once.

use poem_openapi::{Object, OpenApi};

use super::super::{Tag, sites};
use crate::api::answer::Fetched;
use crate::api::body::Body;
use crate::api::caller::{As, Writer};
use crate::api::problem::{FieldFault, Problem};
use crate::pages::{Brief, NewPage, titled};

pub(in crate::api) struct ImportApi;

/// Documents to be taken in.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Documents {
    /// Their site, `site_…`
    site: String,
    /// The documents, each with a path of its own
    #[oai(validator(min_items = 1, max_items = 500))]
    documents: Vec<Document>,
    /// Why
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
}

/// A finished document.
#[derive(Debug, Clone, Object)]
#[oai(rename = "ImportedDocument")]
pub(in crate::api) struct Document {
    /// Its path in the site's content: `guide/start.md`
    #[oai(validator(min_length = 4, max_length = 300))]
    path: String,
    /// Front matter with a title between +++ and Markdown
    #[oai(validator(min_length = 1, max_length = 1000000))]
    document: String,
}

/// What came of them.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Imported {
    /// The ids of their pages, in the order of the documents
    pages: Vec<String>,
    /// How many of them have a new text
    changed: u64,
}

#[OpenApi(prefix_path = "/pages", tag = "Tag::Pages")]
impl ImportApi {
    /// Import documents
    ///
    /// Each becomes a page, or a new revision of the page at its path where the text differs: all of them or none. They wait
    /// for review. Sent again, nothing changes.
    #[oai(path = "/import", method = "post", operation_id = "pages_import")]
    async fn import(&self, who: As<Writer>, new: Body<Documents>) -> Result<Fetched<Imported>, Problem> {
        let Documents { site, documents, reason } = new.0;
        let scope = sites::scope(&who, &site).await?;
        let (mut taken, mut faults) = (Vec::with_capacity(documents.len()), Vec::new());
        for (index, Document { path, document }) in documents.into_iter().enumerate() {
            match titled(&document) {
                Some(title) => {
                    let (kind, brief) = (press::PageKind::Article, Brief::handwritten());
                    taken.push((NewPage { path, title, kind, brief }, document));
                }
                None => faults.push(FieldFault {
                    pointer: format!("/documents/{index}/document"),
                    code: "title".into(),
                    message: "It has no title: begin it with +++, a line title = \"…\", and +++.".into(),
                }),
            }
        }
        if !faults.is_empty() {
            return Err(Problem::invalid(faults));
        }
        let taken = who.rooms.pages.take_in(&scope, taken, reason.as_deref().unwrap_or("imported")).await?;
        let pages = taken.pages.iter().map(ToString::to_string).collect();
        Ok(Fetched::new(Imported { pages, changed: taken.changed as u64 }))
    }
}
