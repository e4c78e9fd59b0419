//! Making pages and writing revisions.

use serde_json::json;

use super::model::{Brief, Claim, NewPage, PageId, PageState, Revision};
use super::store::pages::Changes;
use super::{Edited, PageError, Pages, Refusal, plan, rules, store};
use crate::db::{DbError, WriteTx};
use crate::events::Happened;
use crate::tenancy::SiteScope;

/// A text for a page, with what backs it.
#[derive(Debug, Clone)]
pub struct Written {
    /// Front matter and Markdown.
    pub document: String,
    /// Its title, for lists.
    pub title: String,
    /// Its sentences with their evidence.
    pub claims: Vec<Claim>,
    /// Who wrote it.
    pub author: String,
    /// Why.
    pub reason: String,
}

/// Who has written a text: told by its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Engine,
    Person,
}

impl Pages {
    /// Makes a page without text.
    ///
    /// # Errors
    /// [`Refusal::PathTaken`], [`Refusal::BadPath`], [`Refusal::NoSources`].
    pub async fn create(&self, scope: &SiteScope, new: NewPage) -> Result<PageId, PageError> {
        rules::check_new(&new)?;
        let mut tx = self.db.write_of(scope).await?;
        self.check_quota(&tx, scope, 1).await?;
        let id = self.insert(&mut tx, scope, &new).await?;
        tx.conclude().await?;
        Ok(id)
    }

    /// Whether the site may have so many pages more. Asked before anything else of the transaction.
    pub(super) async fn check_quota(
        &self,
        tx: &WriteTx,
        scope: &SiteScope,
        more: usize,
    ) -> Result<(), PageError> {
        tx.alone(&format!("pages of {}", scope.site())).await?;
        let present = store::pages::count(tx, scope).await?;
        Ok(self.quotas.pages(present + more as u64).map_err(Refusal::Quota)?)
    }

    pub(super) async fn insert(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        new: &NewPage,
    ) -> Result<PageId, PageError> {
        let id = self.ids.new_id();
        let inserted = store::pages::insert(tx, scope, id, new, self.clock.millis()).await;
        inserted.map_err(|error| match error {
            DbError::Conflict(_) => Refusal::PathTaken(new.path.clone()).into(),
            other => PageError::Db(other),
        })?;
        let happened =
            Happened { kind: "page.created", subject: id.to_string(), data: json!({ "path": new.path }) };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened);
        Ok(id)
    }

    /// Makes a page of a person's text, which then waits for review.
    ///
    /// # Errors
    /// [`Refusal::PathTaken`], [`Refusal::BadPath`], [`Refusal::TooLong`], [`Refusal::Nul`].
    pub async fn create_written(
        &self,
        scope: &SiteScope,
        new: NewPage,
        document: String,
    ) -> Result<PageId, PageError> {
        rules::check_path(&new.path)?;
        rules::check_title(&new.title)?;
        rules::check_document(&document)?;
        let mut tx = self.db.write_of(scope).await?;
        self.check_quota(&tx, scope, 1).await?;
        let id = self.insert(&mut tx, scope, &new).await?;
        let edited = Edited { document, title: new.title, reason: String::new(), seen: None };
        // A page that is new has no claims.
        self.edit_in(&mut tx, scope, id, edited, Vec::new()).await?;
        tx.conclude().await?;
        Ok(id)
    }

    /// Keeps what an engine has written as a new revision of a page, which then waits for review. The live revision stays what it is.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn write(&self, scope: &SiteScope, id: PageId, written: Written) -> Result<i64, PageError> {
        let mut tx = self.db.write_of(scope).await?;
        let number = self.write_in(&mut tx, scope, id, By::Engine, written).await?;
        tx.commit().await?;
        Ok(number)
    }

    pub(super) async fn write_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        by: By,
        written: Written,
    ) -> Result<i64, PageError> {
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        let (number, now) = (page.revision + 1, self.clock.millis());
        let state = match (by, page.state) {
            // Put away while the engine wrote: only a person takes it out again.
            (By::Engine, PageState::Archived) => PageState::Archived,
            _ => plan::waiting(&page),
        };
        let changes = Changes {
            title: Some(written.title),
            state: Some(state),
            revision: Some(number),
            health: Some(None),
            stale: Some(false),
            ..Changes::default()
        };
        let (site, claims) = (scope.site(), written.claims.len());
        let data = json!({ "site": site, "revision": number, "claims": claims, "reason": written.reason });
        let revision = Revision {
            number,
            document: written.document,
            author: written.author,
            reason: written.reason,
            created_at: now,
        };
        store::revisions::insert(tx, self.ids.new_id(), id, revision).await?;
        store::claims::insert(tx, &self.ids, id, number, written.claims).await?;
        store::pages::update(tx, scope, id, changes, now).await?;
        let kind = match by {
            By::Engine => "page.generated",
            By::Person => "page.written",
        };
        let happened = Happened { kind, subject: id.to_string(), data };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened);
        Ok(number)
    }
}

impl Brief {
    /// The brief of a page that a person wrote.
    pub fn handwritten() -> Brief {
        Brief {
            text: String::new(),
            sources: Vec::new(),
            tags: Vec::new(),
            authors: Vec::new(),
            weight: None,
        }
    }
}
