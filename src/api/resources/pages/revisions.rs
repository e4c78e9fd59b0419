//! A page's texts: its history, writing on it, and going back.

use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{Object, OpenApi};

use super::super::{Tag, time};
use super::find;
use super::shapes::Page;
use crate::api::answer::{Created, Fetched, precondition};
use crate::api::body::Body;
use crate::api::caller::{As, Reader, Writer};
use crate::api::list::{List, usual};
use crate::api::problem::Problem;
use crate::pages::{self, Edited};

pub(in crate::api) struct RevisionsApi;

/// One state of a page's text.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Revision {
    /// Its number, from 1
    number: i64,
    /// Front matter between +++ and Markdown; only where one revision is asked for
    document: Option<String>,
    /// Who wrote it: a person's or key's id, or an engine
    author: String,
    /// Why
    reason: String,
    /// When
    created_at: String,
}

/// A new text for a page.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct RevisionNew {
    /// Front matter between +++ and Markdown
    #[oai(validator(min_length = 1, max_length = 1000000))]
    pub document: String,
    /// The page's title in lists, if it is to change
    #[oai(validator(min_length = 1, max_length = 300))]
    pub title: Option<String>,
    /// Why
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
}

#[OpenApi(prefix_path = "/pages", tag = "Tag::Pages")]
impl RevisionsApi {
    /// Get the history of a page
    ///
    /// Newest first, without the texts.
    #[oai(path = "/:page/revisions", method = "get", operation_id = "pages_revisions")]
    async fn revisions(
        &self,
        who: As<Reader>,
        /// Its id, `page_…`
        page: Path<String>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those with a number below this one
        below: Query<Option<i64>>,
    ) -> Result<Fetched<List<Revision>>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let (found, has_more) = who.rooms.pages.history(&scope, id, below.0, limit.0).await?;
        let url = format!("/api/v1/pages/{id}/revisions");
        Ok(Fetched::new(List::new(&url, has_more, found.into_iter().map(Revision::from).collect())))
    }

    /// Get a revision with its text
    #[oai(path = "/:page/revisions/:number", method = "get", operation_id = "pages_revision")]
    async fn revision(
        &self,
        who: As<Reader>,
        /// Its id, `page_…`
        page: Path<String>,
        /// The revision's number, from 1
        number: Path<i64>,
    ) -> Result<Fetched<Revision>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let revision = who.rooms.pages.revision(&scope, id, number.0).await?;
        Ok(Fetched::new(Revision::from(revision)).tagged())
    }

    /// Write a new revision of a page
    ///
    /// Claims go along with the sentences that stay; the page waits for review again, while readers keep the live one.
    #[oai(path = "/:page/revisions", method = "post", operation_id = "pages_revise")]
    async fn revise(
        &self,
        who: As<Writer>,
        /// Its id, `page_…`
        page: Path<String>,
        /// The ETag of the page as it was read: the revision is refused if somebody else has written one since
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        new: Body<RevisionNew>,
    ) -> Result<Created<Revision>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let before = who.rooms.pages.get(&scope, id).await?;
        let (seen, title) = (before.revision, before.title.clone());
        let shown = Page::from(before);
        precondition(if_match.0.as_deref(), &shown)?;
        let RevisionNew { document, title: new_title, reason } = new.0;
        let title = new_title.unwrap_or(title);
        // Two who have both read the same state don't both get through, even at the same moment.
        let seen = if_match.0.is_some().then_some(seen);
        let edited = Edited { document, title, reason: reason.unwrap_or_default(), seen };
        let number = who.rooms.pages.edit(&scope, id, edited).await?;
        let revision = who.rooms.pages.revision(&scope, id, number).await?;
        let path = format!("/api/v1/pages/{id}/revisions/{number}");
        Ok(Created::new(Revision::from(revision)).at(path))
    }

    /// Restore an older revision
    ///
    /// Its text and its claims become a new revision, which waits for review, while readers keep the live one.
    #[oai(path = "/:page/revisions/:number/restore", method = "post", operation_id = "pages_restore")]
    async fn restore(
        &self,
        who: As<Writer>,
        /// Its id, `page_…`
        page: Path<String>,
        /// The revision's number, from 1
        number: Path<i64>,
        /// The ETag of the page as it was read: refused if somebody else has written a revision since
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Created<Revision>, Problem> {
        let (scope, id) = find(&who, &page.0).await?;
        let before = who.rooms.pages.get(&scope, id).await?;
        let seen = if_match.0.is_some().then_some(before.revision);
        precondition(if_match.0.as_deref(), &Page::from(before))?;
        let number = who.rooms.pages.restore(&scope, id, number.0, seen).await?;
        let revision = who.rooms.pages.revision(&scope, id, number).await?;
        Ok(Created::new(Revision::from(revision)).at(format!("/api/v1/pages/{id}/revisions/{number}")))
    }
}

impl From<pages::Revision> for Revision {
    fn from(revision: pages::Revision) -> Revision {
        let pages::Revision { number, document, author, reason, created_at } = revision;
        Revision { number, document: Some(document), author, reason, created_at: time::of(created_at) }
    }
}

impl From<pages::RevisionLine> for Revision {
    fn from(line: pages::RevisionLine) -> Revision {
        let pages::RevisionLine { number, author, reason, created_at } = line;
        Revision { number, document: None, author, reason, created_at: time::of(created_at) }
    }
}
