//! Pages that are to be published at a time.

use serde_json::json;

use super::model::{Page, PageId, PageState};
use super::store::pages::Changes;
use super::{PageError, Pages, Refusal, rules, store};
use crate::db::WriteTx;
use crate::events::Happened;
use crate::tenancy::SiteScope;

/// A year: who plans further ahead has mistyped.
const FURTHEST_MS: i64 = 366 * 24 * 60 * 60 * 1000;

impl Pages {
    /// Plans a page's newest revision, which has to be the one that was seen, for a time in milliseconds since the epoch.
    /// It has to be fit for its readers now, and is looked at again then. Whatever else is done with the page ends the plan.
    ///
    /// # Errors
    /// What [`Refusal`] names.
    pub async fn plan_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        (seen, at, gate): (i64, i64, i64),
    ) -> Result<(), PageError> {
        let now = self.clock.millis();
        if at <= now || at > now.saturating_add(FURTHEST_MS) {
            return Err(Refusal::Time.into());
        }
        let page = store::pages::get_in(tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if page.revision != seen {
            return Err(Refusal::Changed { number: page.revision }.into());
        }
        if page.live_revision == Some(page.revision) {
            return Err(Refusal::state(page.state, PageState::Scheduled).into());
        }
        rules::check_publish(&page, gate)?;
        self.check_claims(tx, &page).await?;
        let changes =
            Changes { state: Some(PageState::Scheduled), scheduled_at: Some(at), ..Changes::default() };
        store::pages::update(tx, scope, id, changes, now).await?;
        let at = crate::base::clock::timestamp(at).to_string();
        let data = json!({ "site": scope.site(), "revision": seen, "at": at });
        let happened = Happened { kind: "page.scheduled", subject: id.to_string(), data };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened);
        Ok(())
    }

    /// Ends a page's plan: it waits for review again.
    ///
    /// # Errors
    /// [`PageError::NotFound`], or [`Refusal::State`] when it is not scheduled.
    pub async fn end_plan(&self, scope: &SiteScope, id: PageId, why: &str) -> Result<(), PageError> {
        let mut tx = self.db.write_of(scope).await?;
        let page = store::pages::get_in(&tx, scope, id).await?.ok_or(PageError::NotFound(id))?;
        if page.state != PageState::Scheduled {
            return Err(Refusal::state(page.state, waiting(&page)).into());
        }
        self.unschedule(&mut tx, scope, &page, why).await?;
        Ok(tx.conclude().await?)
    }

    /// Ends one plan of a page, told by its revision and time, if that is still the page's plan.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_planned_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        id: PageId,
        planned: (i64, i64),
        why: &str,
    ) -> Result<(), PageError> {
        match store::pages::get_in(tx, scope, id).await? {
            Some(page) if is_planned(&page, planned) => self.unschedule(tx, scope, &page, why).await,
            _ => Ok(()),
        }
    }

    async fn unschedule(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        page: &Page,
        why: &str,
    ) -> Result<(), PageError> {
        let changes = Changes { state: Some(waiting(page)), ..Changes::default() };
        store::pages::update(tx, scope, page.id, changes, self.clock.millis()).await?;
        let data = json!({ "site": scope.site(), "revision": page.revision, "why": why });
        let happened = Happened { kind: "page.unscheduled", subject: page.id.to_string(), data };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened);
        Ok(())
    }

    /// The site's pages that were planned for a time before this one and wait still, with their revision and time.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn overdue(
        &self,
        scope: &SiteScope,
        before: i64,
    ) -> Result<Vec<(PageId, (i64, i64))>, PageError> {
        let overdue = store::pages::overdue(&self.db, scope, before).await?;
        Ok(overdue.into_iter().map(|page| (page.id, (page.revision, page.scheduled_at))).collect())
    }

    /// Whether a page is still planned for this time with this revision, as the transaction sees it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn is_planned(
        &self,
        tx: &WriteTx,
        scope: &SiteScope,
        id: PageId,
        planned: (i64, i64),
    ) -> Result<bool, PageError> {
        let page = store::pages::get_in(tx, scope, id).await?;
        Ok(page.is_some_and(|page| is_planned(&page, planned)))
    }
}

fn is_planned(page: &Page, (revision, at): (i64, i64)) -> bool {
    (page.state, page.revision, page.scheduled_at) == (PageState::Scheduled, revision, at)
}

/// The state of a page whose newest revision nobody has approved: readers may have an older one.
pub(super) fn waiting(page: &Page) -> PageState {
    match page.state {
        PageState::Published => PageState::Published,
        PageState::Scheduled if page.live_revision.is_some() => PageState::Published,
        _ => PageState::Review,
    }
}
