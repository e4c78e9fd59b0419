//! Looking at editions.

use super::build::BuildEdition;
use super::model::{Edition, EditionId, EditionState};
use super::{PublishError, Publishing, store};
use crate::tenancy::SiteScope;

impl Publishing {
    /// The site's editions, newest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn editions(&self, scope: &SiteScope) -> Result<Vec<Edition>, PublishError> {
        let mut editions = store::list(&self.db, scope).await?;
        for edition in &mut editions {
            if edition.state == EditionState::Queued {
                *edition = self.edition(scope, edition.id).await?;
            }
        }
        Ok(editions)
    }

    /// One of the site's editions.
    ///
    /// # Errors
    /// [`PublishError::NotFound`].
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
        store::get(&self.db, scope, id).await?.ok_or(PublishError::NotFound(id))
    }

    /// Whether there is still a job that will build it. Jobs that are called off, or whose workers were lost again and
    /// again, tell nobody.
    async fn is_awaited(&self, scope: &SiteScope, id: EditionId) -> Result<bool, PublishError> {
        Ok(self.queue.live::<BuildEdition>(scope.org().org(), &id.to_string()).await?.is_some())
    }
}

const ABANDONED: &str = "its job was called off, or lost its worker too often. Publish again";
