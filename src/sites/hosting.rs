//! On which hosts a site answers, and which of them is the canonical one. Each change counts as a flip: what is remembered
//! of the site's hosts, on any node, is looked up again.

use serde_json::json;

use super::{Sites, hosts, store};
use crate::base::{HostName, Slug};
use crate::db::{DbError, Last, WriteTx};
use crate::events::Happened;
use crate::tenancy::SiteScope;

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

    /// The hosts that redirect to a site's canonical one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn other_hosts(&self, scope: &SiteScope) -> Result<Vec<HostName>, DbError> {
        hosts::others(&self.db, scope).await
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
