//! What a moment of the database refers to, for who copies it.

use sea_orm::ConnectionTrait;

use super::mark::PAGE;
use crate::publishing::{PublishError, Publishing, store};
use crate::storage::BlobHash;
use crate::tenancy::{SiteId, SiteScope};

/// An edition, and the roots of what it needs.
#[derive(Debug, Clone)]
pub struct KeptEdition {
    /// Its id.
    pub edition: String,
    /// Its site.
    pub site: SiteId,
    /// Its manifest, and where redirects lie on top of it the press's own.
    pub manifests: Vec<BlobHash>,
}

impl Publishing {
    /// Some editions that a connection or transaction sees, in order of their ids, from behind one on; none after the last.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn kept_editions(
        &self,
        conn: &impl ConnectionTrait,
        after: &str,
    ) -> Result<Vec<KeptEdition>, PublishError> {
        let roots = store::roots_on(conn, None, after, PAGE).await?;
        let kept = |store::Root { edition, site, manifests }| KeptEdition { edition, site, manifests };
        Ok(roots.into_iter().map(kept).collect())
    }

    /// Has the site's published tree written by a job, if anything of it is live: after a restore there is none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_tree(&self, scope: &SiteScope) -> Result<bool, PublishError> {
        let Some(live) = self.sites.get(scope).await?.live_edition else { return Ok(false) };
        let Ok(edition) = live.parse() else { return Ok(false) };
        let mut tx = self.db.write_of(scope).await?;
        self.follow(&mut tx, scope, edition).await?;
        tx.commit().await?;
        Ok(true)
    }
}
