//! The live edition as a folder that any static server can serve.
//!
//! `<sites_dir>/<host>` is a link to the edition's root folder. Folders are named by the hash of what they hold and never
//! change: an edit makes the folders on its path anew, links its unchanged neighbours, and the last rename flips the
//! whole tree at once. A reader of the old tree is not disturbed: the folders of the edition before are kept.

mod folder;
mod write;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use self::folder::Folder;
use super::model::EditionId;
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::queue::Job;
use crate::tenancy::{OrgId, SiteId, SiteScope};

/// Let the published tree follow the live edition. Done again it finds everything in place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteTree {
    /// Whose site it is.
    pub org: OrgId,
    /// The site.
    pub site: SiteId,
    /// The edition that went live.
    pub edition: EditionId,
}

impl Job for WriteTree {
    const NAME: &'static str = "publishing.tree";
}

impl Publishing {
    /// Writes the tree of the edition that is live now, which may be a later one than the job was made for.
    ///
    /// # Errors
    /// When the tree can't be written; the one before stays.
    pub async fn write_tree(&self, scope: &SiteScope) -> Result<(), PublishError> {
        // One at a time, in any process, and what is live is read under the lock: whoever comes last writes the last one.
        let forest = self.sites_dir.join(".trees").join(scope.site().to_string());
        let _turn = write::lock(&forest).await?;
        let Some(live) = self.sites.get(scope).await?.live_edition else { return Ok(()) };
        let Some(host) = self.sites.canonical_host(scope).await? else { return Ok(()) };
        let Some(root) = store::live_manifest(&self.db, &live).await? else { return Ok(()) };
        let entries = self.manifests.entries(root).await?;
        let tree = Folder::of(&entries);
        self.plant(scope, &host, &tree).await
    }

    async fn plant(&self, scope: &SiteScope, host: &HostName, tree: &Folder) -> Result<(), PublishError> {
        let forest = self.sites_dir.join(".trees").join(scope.site().to_string());
        write::folders(&self.storage, &forest, tree).await?;
        let before = write::point(&self.sites_dir, host, &forest, &tree.hash())?;
        // The edition before stays for those who are reading it; older ones go.
        let mut keep = HashSet::new();
        tree.hashes(&mut keep);
        if let Some(before) = before {
            write::hashes_below(&forest, &before, &mut keep);
        }
        write::prune(&forest, &keep);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
