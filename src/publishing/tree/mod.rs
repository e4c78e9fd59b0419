//! The live edition as a folder that any static server can serve.
//!
//! A site has two trees on disk, and `<sites_dir>/<host>` links to one of them. The other is brought up to the live
//! edition by what differs between the manifests, so an edit costs what it changed; then one rename of the link flips
//! the whole site at once. Who is still reading the tree of the edition before is not disturbed. Files are hard links
//! to blobs.

mod change;
mod forest;

use serde::{Deserialize, Serialize};

use self::forest::{Forest, Journal, Tree, failed};
use super::manifest::Manifests;
use super::model::EditionId;
use super::{PublishError, Publishing, store};
use crate::base::HostName;
use crate::queue::Job;
use crate::storage::{BlobHash, Storage};
use crate::tenancy::{Departed, OrgId, SiteId, SiteScope};

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
    /// Brings the tree up to the edition that is live now, which may be a later one than the job was made for.
    ///
    /// # Errors
    /// When it can't be written; the tree before stays.
    pub async fn write_tree(&self, scope: &SiteScope) -> Result<(), PublishError> {
        let forest = Forest::of(&self.sites_dir, scope.site());
        // One at a time, in any process, and what is live is read under the lock: whoever comes last writes the last one.
        let _turn = forest.lock().await?;
        if self.sites.scope(scope.org(), scope.site()).await?.is_none() {
            // Deleted while this job waited: nothing is left of what the lock has made.
            return forest.fell(&[]);
        }
        let Some(live) = self.sites.get(scope).await?.live_edition else { return Ok(()) };
        let Some(host) = self.sites.canonical_host(scope).await? else { return Ok(()) };
        let Some(root) = store::live_manifest(&self.db, &live).await? else { return Ok(()) };
        Trees { manifests: &self.manifests, storage: &self.storage }.show(&forest, &host, root).await?;
        // The others redirect to it: a static server must not go on with what was live when they did not.
        for other in self.sites.other_hosts(scope).await? {
            forest.unlink(&other)?;
        }
        Ok(())
    }

    /// Takes a host's tree away on which the site no longer answers.
    ///
    /// # Errors
    /// When its link can't be removed.
    pub async fn clear_host(&self, scope: &SiteScope, host: &HostName) -> Result<(), PublishError> {
        let forest = Forest::of(&self.sites_dir, scope.site());
        {
            let _turn = forest.lock().await?;
            forest.unlink(host)?;
        }
        // It may have been the canonical one.
        self.write_tree(scope).await
    }
}

impl Publishing {
    /// Removes the published trees of an organisation that was deleted, and the links to them.
    ///
    /// # Errors
    /// When a file can't be removed; begun again it goes on.
    pub async fn remove_trees(&self, gone: &Departed) -> Result<(), PublishError> {
        for site in self.sites.departed(gone).await? {
            let forest = Forest::of(&self.sites_dir, site);
            let turn = forest.lock().await?;
            let hosts = self.sites.departed_hosts(gone, site).await?;
            let felling = tokio::task::spawn_blocking(move || forest.fell(&hosts));
            felling.await.map_err(|error| PublishError::Rendering(error.to_string()))??;
            drop(turn);
        }
        Ok(())
    }
}

/// What trees are made from.
struct Trees<'a> {
    manifests: &'a Manifests,
    storage: &'a Storage,
}

impl Trees<'_> {
    /// Links the host to a tree that holds the manifest. The caller has the forest's lock.
    async fn show(&self, forest: &Forest, host: &HostName, root: BlobHash) -> Result<(), PublishError> {
        let (linked, other) = forest.trees(host);
        if linked.as_ref().is_some_and(|tree| tree.holds() == Some(root)) {
            return Ok(());
        }
        self.bring(&other, root).await?;
        forest.point(host, &other)?;
        if linked.is_none() {
            // The first of a pair: its twin is made now, so that no edit pays for a whole tree later.
            self.bring(&other.twin(), root).await?;
        }
        forest.sweep();
        Ok(())
    }

    /// Makes a tree hold what the manifest says.
    async fn bring(&self, tree: &Tree, root: BlobHash) -> Result<(), PublishError> {
        if let Some(journal) = tree.journal() {
            match self.follow(tree, journal, root).await {
                Ok(()) => return Ok(()),
                // Somebody else has been at the folder, or the edition that it holds is gone: it is made anew.
                Err(error) => tracing::warn!(target: "publishing", %error, "a published tree is made anew"),
            }
        }
        tree.clear()?;
        self.change(tree, None, root).await
    }

    async fn follow(&self, tree: &Tree, journal: Journal, root: BlobHash) -> Result<(), PublishError> {
        // A change that was cut off is half there. Done again it is whole.
        if let Some(towards) = journal.towards {
            self.change(tree, journal.holds, towards).await?;
        }
        self.change(tree, journal.towards.or(journal.holds), root).await
    }

    async fn change(&self, tree: &Tree, from: Option<BlobHash>, to: BlobHash) -> Result<(), PublishError> {
        let differences = self.manifests.diff(from, to).await?;
        tree.note(Journal { holds: from, towards: Some(to) })?;
        let (folder, storage) = (tree.folder(), self.storage.clone());
        let linking = tokio::task::spawn_blocking(move || change::apply(&folder, &differences, &storage));
        let copies = linking.await.map_err(|error| PublishError::Rendering(error.to_string()))??;
        for copy in copies {
            let bytes = self.storage.get(copy.blob).await?;
            std::fs::write(&copy.path, &bytes).map_err(failed(&copy.path))?;
        }
        tree.note(Journal { holds: Some(to), towards: None })
    }
}

#[cfg(test)]
mod tests;
