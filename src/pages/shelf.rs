//! Putting pages away and taking them out again, and going back to an older text.

use std::collections::HashMap;

use super::model::{PageId, PageState};
use super::store::pages::Changes;
use super::write::{By, Written};
use super::{PageError, Pages, Refusal, store, titled};
use crate::tenancy::SiteScope;

impl Pages {
    /// Writes the text of an older revision as a new one, with the claims that it had then. `seen` is the newest revision that
    /// the person knows of: refused if there is a newer one. The live revision stays what it is.
    ///
    /// # Errors
    /// [`PageError::NotFound`], for the page or the revision; [`Refusal::Changed`].
    pub async fn restore(
        &self,
        scope: &SiteScope,
        id: PageId,
        number: i64,
        seen: Option<i64>,
    ) -> Result<i64, PageError> {
        let old = self.revision(scope, id, number).await?;
        let mut tx = self.db.write_of(scope).await?;
        let page = store::pages::get_in(&tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if seen.is_some_and(|seen| seen != page.revision) {
            return Err(Refusal::Changed { number: page.revision }.into());
        }
        let claims = store::claims::of_revision(tx.conn(), id, number).await?;
        let sources: HashMap<_, _> = claims
            .iter()
            .filter_map(|claim| Some((claim.span.as_ref()?.source, claim.span.as_ref()?.hash.clone())))
            .collect();
        let stale = store::sources::have_changed(&tx, scope, &sources).await?;
        let written = Written {
            title: titled(&old.document).unwrap_or(page.title),
            document: old.document,
            claims,
            author: scope.org().actor().to_string(),
            reason: format!("revision {number} restored"),
        };
        let restored = self.write_in(&mut tx, scope, id, By::Person, written).await?;
        self.forget_draft_in(&tx, scope, id).await?;
        if stale {
            let changes = Changes { stale: Some(true), ..Changes::default() };
            store::pages::update(&tx, scope, id, changes, self.clock.millis()).await?;
        }
        tx.conclude().await?;
        Ok(restored)
    }

    /// Puts a page away that readers don't have; its history stays.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::Live`], [`Refusal::State`].
    pub async fn archive(&self, scope: &SiteScope, id: PageId) -> Result<(), PageError> {
        let mut tx = self.db.write_of(scope).await?;
        let page = store::pages::get_in(&tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if page.live_revision.is_some() {
            return Err(Refusal::Live.into());
        }
        if page.state == PageState::Archived {
            return Err(Refusal::state(page.state, PageState::Archived).into());
        }
        let changes = Changes { state: Some(PageState::Archived), ..Changes::default() };
        store::pages::update(&tx, scope, id, changes, self.clock.millis()).await?;
        self.note(&mut tx, scope, id, "page.archived", page.revision);
        Ok(tx.conclude().await?)
    }

    /// Takes a page out of the archive: it waits for review, or to be written.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::State`] when it is not archived.
    pub async fn unarchive(&self, scope: &SiteScope, id: PageId) -> Result<(), PageError> {
        let mut tx = self.db.write_of(scope).await?;
        let page = store::pages::get_in(&tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        let state = if page.revision > 0 { PageState::Review } else { PageState::Draft };
        if page.state != PageState::Archived {
            return Err(Refusal::state(page.state, state).into());
        }
        let changes = Changes { state: Some(state), ..Changes::default() };
        store::pages::update(&tx, scope, id, changes, self.clock.millis()).await?;
        self.note(&mut tx, scope, id, "page.unarchived", page.revision);
        Ok(tx.conclude().await?)
    }
}
