//! Between a written page and its readers: health, waivers, publishing and taking out.

use serde_json::json;

use super::model::{Page, PageId, PageState};
use super::store::pages::Changes;
use super::{PageError, Pages, Refusal, rules, store};
use crate::db::WriteTx;
use crate::events::Happened;
use crate::tenancy::SiteScope;

impl Pages {
    /// Keeps what the checks say of a page's revision; of an older revision it is forgotten.
    ///
    /// # Errors
    /// [`PageError::NotFound`].
    pub async fn set_health(
        &self,
        scope: &SiteScope,
        id: PageId,
        revision: i64,
        health: i64,
    ) -> Result<(), PageError> {
        let tx = self.db.write_of(scope).await?;
        let page = store::pages::get_in(&tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if page.revision == revision {
            let changes = Changes { health: Some(Some(health)), ..Changes::default() };
            store::pages::update(&tx, scope, id, changes, self.clock.millis()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Lets an unsupported sentence stand, by its revision, which has to be the newest, and its position among the
    /// claims. That a person did so is an event.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::Changed`], [`Refusal::NoClaim`].
    pub async fn waive(
        &self,
        scope: &SiteScope,
        id: PageId,
        (revision, position): (i64, usize),
        why: &str,
    ) -> Result<(), PageError> {
        let mut tx = self.db.write_of(scope).await?;
        let page = store::pages::get_in(&tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if page.revision != revision {
            return Err(Refusal::Changed { number: page.revision }.into());
        }
        if !store::claims::waive(&tx, id, page.revision, position).await? {
            return Err(Refusal::NoClaim.into());
        }
        let data = json!({ "revision": page.revision, "claim": position, "why": why });
        let happened = Happened { kind: "claim.waived", subject: id.to_string(), data };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        Ok(tx.conclude().await?)
    }

    /// Whether a page's newest revision is still the one that somebody has seen, as the transaction sees it.
    ///
    /// # Errors
    /// [`PageError::NotFound`], [`Refusal::Changed`].
    pub async fn check_seen(
        &self,
        tx: &WriteTx,
        scope: &SiteScope,
        id: PageId,
        seen: i64,
    ) -> Result<(), PageError> {
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if page.revision == seen { Ok(()) } else { Err(Refusal::Changed { number: page.revision }.into()) }
    }

    /// Makes pages' newest revisions part of the next edition, in the caller's transaction: all of them or none.
    /// Returns how many were not so before.
    ///
    /// # Errors
    /// What [`Refusal`] names.
    pub async fn approve_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        ids: &[PageId],
        gate: i64,
    ) -> Result<usize, PageError> {
        let mut seq = None;
        let mut changed = 0;
        // In one order, so that of two who approve the same pages one waits for the other, and not each for each.
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        for id in &ids {
            let page = store::pages::get_in(tx, scope, *id).await?.ok_or(PageError::NotFound(*id))?;
            rules::check_publish(&page, gate)?;
            self.check_claims(tx, &page).await?;
            if page.live_revision == Some(page.revision) {
                continue;
            }
            let seq = match seq {
                Some(seq) => seq,
                None => *seq.insert(self.sites.touch(tx, scope).await?),
            };
            let changes = Changes {
                state: Some(PageState::Published),
                live_revision: Some(Some(page.revision)),
                changed_seq: Some(seq),
                ..Changes::default()
            };
            store::pages::update(tx, scope, *id, changes, self.clock.millis()).await?;
            self.note(tx, scope, *id, "page.published", page.revision);
            changed += 1;
        }
        Ok(changed)
    }

    /// Whether somebody stands for each sentence of a page's newest revision.
    pub(super) async fn check_claims(&self, tx: &WriteTx, page: &Page) -> Result<(), PageError> {
        let unsupported = store::claims::unsupported(tx, page.id, page.revision).await?;
        match unsupported.first() {
            None => Ok(()),
            Some(first) => {
                Err(Refusal::Unsupported { count: unsupported.len(), first: first.clone() }.into())
            }
        }
    }

    /// Takes a page out of the next edition; its history stays.
    ///
    /// # Errors
    /// [`PageError::NotFound`], or [`Refusal::State`] when it is not published.
    pub async fn withdraw_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
    ) -> Result<(), PageError> {
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        let Some(live) = page.live_revision else {
            return Err(Refusal::state(page.state, PageState::Archived).into());
        };
        let seq = self.sites.touch(tx, scope).await?;
        let changes = Changes {
            state: Some(PageState::Archived),
            live_revision: Some(None),
            changed_seq: Some(seq),
            ..Changes::default()
        };
        store::pages::update(tx, scope, id, changes, self.clock.millis()).await?;
        self.note(tx, scope, id, "page.unpublished", live);
        Ok(())
    }

    pub(super) fn note(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        kind: &'static str,
        revision: i64,
    ) {
        let data = json!({ "site": scope.site(), "revision": revision });
        let happened = Happened { kind, subject: id.to_string(), data };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened);
    }
}
