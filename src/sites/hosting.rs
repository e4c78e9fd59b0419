//! On which hosts a site answers, and which of them is the canonical one. Each change counts as a flip: what is remembered
//! of the site's hosts, on any node, is looked up again.

use serde_json::json;

use super::hosts::Standing;
use super::{Sites, hosts, store};
use crate::base::{HostName, Slug};
use crate::db::{DbError, Last, WriteTx};
use crate::events::Happened;
use crate::tenancy::{SiteId, SiteScope};

impl Sites {
    /// The host that a site has by its slug, whichever is the canonical one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn own_host(&self, scope: &SiteScope) -> Result<HostName, DbError> {
        let slug = self.get(scope).await?.slug;
        let slug: Slug = slug.parse().map_err(|_| DbError::Corrupt { what: "slug", value: slug })?;
        Ok(self.host_of(&slug))
    }

    /// Every host on which a site answers, as a transaction sees it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn hosts_in(&self, tx: &WriteTx, scope: &SiteScope) -> Result<Vec<HostName>, DbError> {
        hosts::all_in(tx, scope).await
    }

    /// Where a site stands before the public; `None` when it was deleted. It needs no key and gives none.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn standing(&self, site: SiteId) -> Result<Option<Standing>, DbError> {
        hosts::standing(&self.db, site).await
    }

    /// Sites that have a live edition, in the order of their ids from after `after` on.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn every_live(&self, after: Option<SiteId>, limit: u64) -> Result<Vec<SiteId>, DbError> {
        hosts::every_live(&self.db, after, limit).await
    }

    /// Sites that have flipped after number `since`. Those of an organisation that is taken off are not among them.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn flipped_since(&self, since: i64) -> Result<Vec<SiteId>, DbError> {
        Ok(store::flipped_since(&self.db, since).await?.into_iter().map(|(_, site)| site).collect())
    }

    /// Makes a host the site's canonical one; `false` if the site does not answer there. The next edition is built for it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_canonical_in(
        &self,
        tx: &mut WriteTx,
        scope: &SiteScope,
        host: &HostName,
    ) -> Result<bool, DbError> {
        if !hosts::set_canonical(tx, scope, host).await? {
            return Ok(false);
        }
        // A press that is warm has the old address in every page.
        let seq = store::touch(tx, scope).await?;
        store::set_settings_seq(tx, scope, seq).await?;
        let data = json!({ "host": host });
        let happened = Happened { kind: "site.moved", subject: scope.site().to_string(), data };
        self.events.record(tx, scope.org().org(), scope.org().actor(), happened);
        self.hosts_changed(tx, scope);
        Ok(true)
    }

    /// Counts a flip, with the commit of `tx`: what is remembered of the site's hosts is looked up again.
    pub(super) fn hosts_changed(&self, tx: &mut WriteTx, scope: &SiteScope) {
        let (flips, site) = (self.flips.clone(), scope.site());
        tx.at_the_end(Last::Flips, move |tx| {
            Box::pin(async move {
                let version = store::count_flip_of(tx, site).await?;
                tx.after_commit(move || {
                    flips.learn(version, site);
                    flips.flipped(version);
                });
                Ok(())
            })
        });
    }
}
