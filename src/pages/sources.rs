//! Keeping sources, and noticing that one has changed.

use serde_json::json;

use super::model::{NewSource, Source, SourceId, SourceKindOfId, SourceLine};
use super::{PageError, Pages, Refusal, store};
use crate::base::Window;
use crate::db::{DbError, without_nul};
use crate::events::Happened;
use crate::tenancy::{Extent, SiteScope};

impl Pages {
    /// Keeps a source, or its new text where the address is known. Pages with claims on a text that has changed are
    /// marked stale.
    ///
    /// # Errors
    /// When the database refuses; [`Refusal::Quota`].
    pub async fn put_source(&self, scope: &SiteScope, new: NewSource) -> Result<SourceId, PageError> {
        let NewSource { address, kind, title, body } = new;
        let new = NewSource { address, kind, title: without_nul(title), body: without_nul(body) };
        let hash = blake3::hash(new.body.as_bytes()).to_hex().to_string();
        let now = self.clock.millis();
        let mut tx = self.db.write_of(scope).await?;
        // Two jobs may bring the same address.
        tx.alone(&format!("sources of {}", scope.site())).await?;
        let (id, kind, stale) = match store::sources::known(&tx, scope, &new.address).await? {
            Some((id, known)) if known == hash => return Ok(id),
            Some((id, _)) => {
                store::sources::replace(&tx, scope, id, &new, &hash, now).await?;
                let pages = store::claims::pages_on(&tx, id).await?;
                store::pages::mark_stale(&tx, scope, &pages).await?;
                (id, "source.changed", pages.len())
            }
            None => {
                let present = store::sources::count(&tx, scope).await?;
                self.quotas.sources(present + 1).map_err(Refusal::Quota)?;
                let id = self.ids.new_id();
                store::sources::insert(&tx, scope, id, &new, &hash, now).await?;
                (id, "source.added", 0)
            }
        };
        let data = json!({ "address": new.address, "hash": hash, "stale_pages": stale });
        let happened = Happened { kind, subject: id.to_string(), data };
        self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
        tx.conclude().await?;
        Ok(id)
    }

    /// A window of an organisation's or a site's sources, without their texts, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sources_window(
        &self,
        whose: impl Into<Extent>,
        window: &Window<SourceKindOfId>,
    ) -> Result<(Vec<SourceLine>, bool), DbError> {
        Ok(window.cut(store::sources::window(&self.db, &whose.into(), window).await?))
    }

    /// One of an organisation's or a site's sources.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn source(&self, whose: impl Into<Extent>, id: SourceId) -> Result<Option<Source>, DbError> {
        store::sources::get(&self.db, &whose.into(), id).await
    }

    /// The site's sources, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn sources(&self, scope: &SiteScope) -> Result<Vec<Source>, DbError> {
        store::sources::list(&self.db, scope).await
    }
}
