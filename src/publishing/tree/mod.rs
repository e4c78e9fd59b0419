//! The live edition as a folder that any static server can serve.
//!
//! A site has two trees on disk, and `<sites_dir>/<host>` links to one of them. The other is brought up to the live
//! edition by what differs between the manifests, so an edit costs what it changed; then one rename of the link flips
//! the whole site at once. Who is still reading the tree of the edition before is not disturbed. Files are hard links
//! to blobs, or with a bucket to the copies that this node keeps.
//!
//! Where blobs are files, the job of each flip writes the tree. With a bucket each node that serves follows by itself
//! (`keep`). Either way a node looks over all its trees when it starts and now and then, and mends what is missing.

mod change;
mod forest;
mod keep;
mod mend;

pub use forest::NEAR;

use serde::{Deserialize, Serialize};

use self::forest::{Forest, Journal, Tree, failed};
use super::manifest::{Difference, Manifests};
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
        // Nodes follow by themselves then, each with trees of its own.
        if self.storage.is_bucket() { Ok(()) } else { self.tend(scope.site()).await }
    }

    /// Brings this node's tree of a site to what is live, as anybody sees it: no key is needed.
    async fn tend(&self, site: SiteId) -> Result<(), PublishError> {
        let forest = Forest::of(&self.sites_dir, site);
        // One at a time, in any process, and what is live is read under the lock: whoever comes last writes the last one.
        let _turn = forest.lock().await?;
        self.tend_alone(&forest, site).await.map(drop)
    }

    /// As [`Publishing::tend`], for who has the forest's lock; the linked tree, and what it holds.
    async fn tend_alone(
        &self,
        forest: &Forest,
        site: SiteId,
    ) -> Result<Option<(Tree, BlobHash)>, PublishError> {
        let Some(standing) = self.sites.standing(site).await? else {
            // Deleted, perhaps while this waited: nothing is left of what the lock has made.
            forest.fell(&[])?;
            return Ok(None);
        };
        // The others redirect to it: a static server must not go on with what was live when they did not.
        forest.link_only(standing.host.as_ref())?;
        let (Some(host), Some(live)) = (standing.host, standing.live_edition) else { return Ok(None) };
        let Some(root) = store::live_manifest(&self.db, &live).await? else { return Ok(None) };
        self.trees().show(forest, &host, root).await?;
        Ok(forest.trees(&host).0.map(|linked| (linked, root)))
    }

    fn trees(&self) -> Trees<'_> {
        Trees { manifests: &self.manifests, storage: &self.storage }
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
        self.storage.fetch(change::wanted(&differences)).await?;
        tree.note(Journal { holds: from, towards: Some(to) })?;
        self.apply(tree, differences).await?;
        tree.note(Journal { holds: Some(to), towards: None })
    }

    async fn apply(&self, tree: &Tree, differences: Vec<Difference>) -> Result<(), PublishError> {
        let (folder, storage) = (tree.folder(), self.storage.clone());
        let linking = tokio::task::spawn_blocking(move || change::apply(&folder, &differences, &storage));
        let copies = linking.await.map_err(|error| PublishError::Rendering(error.to_string()))??;
        for copy in copies {
            let bytes = self.storage.get(copy.blob).await?;
            std::fs::write(&copy.path, &bytes).map_err(failed(&copy.path))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
