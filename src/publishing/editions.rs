//! Looking at editions.

use super::build::BuildEdition;
use super::model::{Edition, EditionId, EditionKindOfId, EditionState};
use super::retention::REMOVED;
use super::{PublishError, Publishing, store};
use crate::base::Window;
use crate::tenancy::{OrgScope, SiteId, SiteScope};

impl Publishing {
    /// The site's editions, newest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn editions(&self, scope: &SiteScope) -> Result<Vec<Edition>, PublishError> {
        let mut editions = store::list(&self.db, scope).await?;
        self.settle_queued(scope, &mut editions).await?;
        Ok(editions)
    }

    /// A window of the site's editions, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn window(
        &self,
        scope: &SiteScope,
        window: &Window<EditionKindOfId>,
    ) -> Result<(Vec<Edition>, bool), PublishError> {
        let (mut editions, has_more) = window.cut(store::window(&self.db, scope, window).await?);
        self.settle_queued(scope, &mut editions).await?;
        Ok((editions, has_more))
    }

    /// The site of one of the organisation's editions; `None` for any other id.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn site_of(&self, org: &OrgScope, id: EditionId) -> Result<Option<SiteId>, PublishError> {
        Ok(store::site_of(&self.db, org, id).await?)
    }

    /// Looks anew at those that are said to wait.
    async fn settle_queued(&self, scope: &SiteScope, editions: &mut [Edition]) -> Result<(), PublishError> {
        for edition in editions {
            if edition.state == EditionState::Queued {
                *edition = self.edition(scope, edition.id).await?;
            }
        }
        Ok(())
    }

    /// The number of an edition of the organisation that was removed; `None` for any other id.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn removed(&self, org: &OrgScope, id: EditionId) -> Result<Option<i64>, PublishError> {
        // Of what was removed, its event alone tells.
        let event = self.events.last_of(org, &id.to_string(), REMOVED).await?;
        Ok(event.map(|event| event.data["number"].as_i64().unwrap_or_default()))
    }

    /// One of the site's editions.
    ///
    /// # Errors
    /// [`PublishError::NotFound`], [`PublishError::Removed`].
    pub async fn edition(&self, scope: &SiteScope, id: EditionId) -> Result<Edition, PublishError> {
        let edition = self.read(scope, id).await?;
        if edition.state != EditionState::Queued || self.is_awaited(scope, id).await? {
            return Ok(edition);
        }
        // Read again: its job may have ended between the two questions, and an edition is ready before its job ends.
        if self.read(scope, id).await?.state == EditionState::Queued {
            self.give_up(scope, id, ABANDONED).await?;
        }
        self.read(scope, id).await
    }

    async fn read(&self, scope: &SiteScope, id: EditionId) -> Result<Edition, PublishError> {
        if let Some(edition) = store::get(&self.db, scope, id).await? {
            return Ok(edition);
        }
        let removed = self.removed(scope.org(), id).await?;
        Err(removed.map_or(PublishError::NotFound(id), |number| PublishError::Removed { number }))
    }

    /// Whether there is still a job that will build it. Jobs that are called off, or whose workers were lost again and
    /// again, tell nobody.
    async fn is_awaited(&self, scope: &SiteScope, id: EditionId) -> Result<bool, PublishError> {
        Ok(self.queue.live::<BuildEdition>(scope.org().org(), &id.to_string()).await?.is_some())
    }
}

const ABANDONED: &str = "its job was called off, or lost its worker too often. Publish again";
