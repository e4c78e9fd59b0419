//! The editions of an organisation that was deleted.

use super::{PublishError, Publishing, store};
use crate::tenancy::Departed;

impl Publishing {
    /// Removes what the room knows of the organisation's sites. Blobs and trees go before: what they are is told by the
    /// rows that go here ([`Publishing::remove_blobs`], [`Publishing::remove_trees`]).
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn remove(&self, gone: &Departed) -> Result<(), PublishError> {
        for site in self.sites.departed(gone).await? {
            self.presses.forget(site).await;
            store::remove(&self.db, site).await?;
        }
        Ok(())
    }
}
