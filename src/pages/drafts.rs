//! What somebody is writing and has not saved: kept for them alone, so that a closed tab or a dead battery loses nothing.

use super::{PageError, PageId, Pages, rules, store};
use crate::db::{DbError, WriteTx};
use crate::tenancy::{Actor, PersonId, SiteScope};

/// A text that is not saved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Front matter and Markdown.
    pub document: String,
    /// The number of the revision that it was made from; 0 before the first.
    pub seen: i64,
    /// When it was kept, in milliseconds since the epoch.
    pub updated_at: i64,
}

impl Pages {
    /// Keeps what a person is writing on a page. There is one draft per person and page. Programs have none.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::TooLong`](super::Refusal::TooLong), [`Refusal::Nul`](super::Refusal::Nul).
    pub async fn keep_draft(
        &self,
        scope: &SiteScope,
        page: PageId,
        document: String,
        seen: i64,
    ) -> Result<(), PageError> {
        rules::check_document(&document)?;
        self.get(scope, page).await?;
        let Some(person) = person(scope) else { return Ok(()) };
        let draft = Draft { document, seen, updated_at: self.clock.millis() };
        let tx = self.db.write_of(scope).await?;
        store::drafts::put(&tx, page, person, &draft).await?;
        Ok(tx.commit().await?)
    }

    /// What the person who asks was writing on a page, if they have not saved or dropped it since.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn draft(&self, scope: &SiteScope, page: PageId) -> Result<Option<Draft>, PageError> {
        self.get(scope, page).await?;
        let Some(person) = person(scope) else { return Ok(None) };
        Ok(store::drafts::get(&self.db.of(scope), page, person).await?)
    }

    /// Drops the draft of the person who asks.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn drop_draft(&self, scope: &SiteScope, page: PageId) -> Result<(), PageError> {
        self.get(scope, page).await?;
        let tx = self.db.write_of(scope).await?;
        self.forget_draft_in(&tx, scope, page).await?;
        Ok(tx.commit().await?)
    }

    /// What was a draft is a revision now.
    pub(super) async fn forget_draft_in(
        &self,
        tx: &WriteTx,
        scope: &SiteScope,
        page: PageId,
    ) -> Result<(), DbError> {
        match person(scope) {
            Some(person) => store::drafts::remove(tx, page, person).await,
            None => Ok(()),
        }
    }
}

fn person(scope: &SiteScope) -> Option<PersonId> {
    match scope.org().actor() {
        Actor::Person(person) => Some(person),
        Actor::Key(_) | Actor::Operator | Actor::System => None,
    }
}
