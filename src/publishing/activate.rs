//! Making an edition live: going live, rolling back and rolling forward are the same flip.

use serde_json::json;

use super::model::{Edition, EditionId, EditionState};
use super::tree::WriteTree;
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::db::WriteTx;
use crate::events::Happened;
use crate::queue::NewJob;
use crate::tenancy::SiteScope;

impl Publishing {
    /// Makes a ready edition live, whichever it is. Editions that are still being built then wait for a person, too.
    ///
    /// # Errors
    /// [`PublishError::NotFound`], [`PublishError::NotReady`], [`PublishError::Removed`].
    pub async fn activate(&self, scope: &SiteScope, id: EditionId) -> Result<(), PublishError> {
        let edition = self.edition(scope, id).await?;
        if edition.state != EditionState::Ready {
            return Err(PublishError::NotReady { number: edition.number, state: edition.state });
        }
        let mut tx = self.db.write_of(scope).await?;
        self.sites.live_edition(&tx, scope).await?;
        // Asked again under the site's lock: old editions are removed under it.
        if store::get_on(tx.conn(), scope, &id.to_string()).await?.is_none() {
            return Err(PublishError::Removed { number: edition.number });
        }
        store::hold_queued(&tx, scope).await?;
        self.flip(&mut tx, scope, &edition).await?;
        Ok(tx.conclude().await?)
    }

    /// Makes the edition live that was so before the live one.
    ///
    /// `None` where there was none.
    ///
    /// # Errors
    /// [`PublishError::NoneBefore`] where it was removed.
    pub async fn roll_back(&self, scope: &SiteScope) -> Result<Option<Edition>, PublishError> {
        let live = self.sites.get(scope).await?.live_edition;
        let editions = self.editions(scope).await?;
        // Numbers begin with 1 and leave none out.
        let removed = editions.last().is_some_and(|oldest| oldest.number > 1);
        let mut older =
            editions.into_iter().skip_while(|edition| Some(edition.id.to_string()) != live).skip(1);
        let Some(target) = older.find(|edition| edition.state == EditionState::Ready && edition.live_at > 0)
        else {
            return if removed { Err(PublishError::NoneBefore) } else { Ok(None) };
        };
        self.activate(scope, target.id).await?;
        Ok(Some(target))
    }

    /// Makes a host the canonical one of its site, at once; `false` if the site does not answer there. What the pages say of
    /// their own address follows with the next edition.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_at(&self, scope: &SiteScope, host: &HostName) -> Result<bool, PublishError> {
        let mut tx = self.db.write_of(scope).await?;
        let live = self.sites.live_edition(&tx, scope).await?;
        if !self.sites.set_canonical_in(&mut tx, scope, host).await? {
            return Ok(false);
        }
        if let Some(cdn) = &self.cdn {
            // Each answers otherwise at all of its addresses: one with pages, the others by leading to them.
            for host in self.sites.hosts_in(&tx, scope).await? {
                cdn.forget(&mut tx, scope.org().org(), &host).await?;
            }
        }
        if let Some(edition) = live.and_then(|live| live.parse().ok()) {
            self.follow(&mut tx, scope, edition).await?;
        }
        tx.conclude().await?;
        Ok(true)
    }

    /// The flip itself, with its event and the job that lets the published tree follow.
    pub(super) async fn flip(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        edition: &Edition,
    ) -> Result<(), PublishError> {
        let org = scope.org();
        let before = self.sites.live_edition(tx, scope).await?;
        self.sites.flip(tx, scope, &edition.id.to_string()).await?;
        self.purge_after(tx, scope, before.as_deref(), edition.id).await?;
        store::set_live(tx, scope, edition.id, self.clock.millis()).await?;
        let happened = Happened {
            kind: "edition.live",
            subject: edition.id.to_string(),
            data: json!({ "site": scope.site(), "number": edition.number, "files": edition.files }),
        };
        self.events.record(tx, org.org(), org.actor(), happened);
        self.follow(tx, scope, edition.id).await
    }

    /// Lets the published tree follow a flip. Each flip has a job of its own: that of an earlier one to the same edition may
    /// have read already what was live, and not have ended yet.
    pub(super) async fn follow(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        edition: EditionId,
    ) -> Result<(), PublishError> {
        let (org, site) = (scope.org().org(), scope.site());
        let job = NewJob::new(WriteTree { org, site, edition }).org(org);
        self.queue.enqueue(tx, job).await?;
        Ok(())
    }
}
