//! The pages and sources of an organisation that was deleted.

use super::{Pages, store};
use crate::db::DbError;
use crate::tenancy::Departed;

impl Pages {
    /// Removes what the room knows of the organisation: claims, revisions, unsaved texts, pages and sources.
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn remove(&self, gone: &Departed) -> Result<(), DbError> {
        for site in self.sites.departed(gone).await? {
            store::depart::remove(&self.db, &site.to_string()).await?;
        }
        Ok(())
    }
}
