//! A node's own trees, kept at what is live for as long as it serves.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::Instant;

use super::forest::{self, Forest, failed};
use crate::base::HostName;
use crate::publishing::{PublishError, Publishing};
use crate::storage::BlobHash;
use crate::tenancy::SiteId;

/// How often a node looks over all its trees.
const EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// And how soon again when something was left.
const AGAIN: Duration = Duration::from_secs(60);
/// How often it looks whether a site has flipped: a number in memory.
const LOOK: Duration = Duration::from_millis(100);
/// The pause after trees that could not be brought up to date.
const PAUSE: Duration = Duration::from_secs(2);
/// Sites that are tended at once.
const AT_ONCE: usize = 4;
/// Sites read at once.
const PAGE: u64 = 500;

impl Publishing {
    /// Looks over all trees now and every few hours, and with a bucket follows each flip. Never ends.
    pub async fn keep_trees(self) {
        loop {
            let mut seen = self.flips().now();
            let rest = match self.mend_trees().await {
                Ok(0) => EVERY,
                Ok(_) => AGAIN,
                Err(error) => {
                    tracing::warn!(target: "publishing", %error, "published trees can't be looked over");
                    AGAIN
                }
            };
            let until = Instant::now() + rest;
            if !self.storage.is_bucket() {
                tokio::time::sleep_until(until).await;
                continue;
            }
            let mut todo = BTreeSet::new();
            while Instant::now() < until {
                let done = self.follow_flips(&mut seen, &mut todo).await;
                tokio::time::sleep(if done && todo.is_empty() { LOOK } else { PAUSE }).await;
            }
        }
    }

    /// Brings all trees of this node up to date, mends them, and removes those of sites that are gone; how many could not be.
    ///
    /// # Errors
    /// When neither the sites nor the folder can be read.
    pub async fn mend_trees(&self) -> Result<u64, PublishError> {
        let sites_dir = self.sites_dir.clone();
        let looking = tokio::task::spawn_blocking(move || forest::standing(&sites_dir));
        let found = looking.await.map_err(|error| PublishError::Rendering(error.to_string()))?;
        let forest::Standing { forests, links } = found.map_err(failed(&self.sites_dir))?;
        let mut sites: BTreeMap<SiteId, Vec<HostName>> =
            forests.into_iter().map(|site| (site, Vec::new())).collect();
        for (site, host) in links {
            sites.entry(site).or_default().push(host);
        }
        let mut after = None;
        loop {
            let page = self.sites.every_live(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(*last);
            for site in page {
                sites.entry(site).or_default();
            }
        }
        let mends = sites.into_iter().map(|(site, links)| async move {
            let mut nodes = HashSet::new();
            let mended = self.mend_tree(site, &links, &mut nodes).await;
            (mended.map_err(|error| tell(site, &error)).is_err(), nodes)
        });
        let (mut left, mut kept) = (0, HashSet::new());
        let mut mends = stream::iter(mends).buffer_unordered(AT_ONCE);
        while let Some((failed, nodes)) = mends.next().await {
            left += u64::from(failed);
            kept.extend(nodes);
        }
        drop(mends);
        // What a tree that was left needs is not known.
        if left == 0 {
            self.storage.clear_near(kept).await?;
        }
        Ok(left)
    }

    async fn mend_tree(
        &self,
        site: SiteId,
        links: &[HostName],
        nodes: &mut HashSet<BlobHash>,
    ) -> Result<(), PublishError> {
        let forest = Forest::of(&self.sites_dir, site);
        let _turn = forest.lock().await?;
        links.iter().try_for_each(|host| forest.remember(host))?;
        let Some((tree, root)) = self.tend_alone(&forest, site).await? else { return Ok(()) };
        if self.storage.is_bucket() {
            self.trees().nodes(root, nodes).await?;
        }
        let mended = self.trees().mend(&tree, root).await?;
        if mended > 0 {
            tracing::warn!(target: "publishing", %site, mended, "files were missing in a published tree");
        }
        Ok(())
    }

    /// Tends the sites that have flipped since, and those that were left; `false` when nobody knows which.
    async fn follow_flips(&self, seen: &mut i64, todo: &mut BTreeSet<SiteId>) -> bool {
        let now = self.flips().now();
        if now > *seen {
            let flipped = async {
                let flipped = self.sites.flipped_since(*seen).await?;
                // Those of an organisation that is taken off have one flip together.
                let departed = self.sites.every_departed().await?;
                Ok::<_, PublishError>(flipped.into_iter().chain(departed).collect::<Vec<_>>())
            };
            match flipped.await {
                Ok(flipped) => todo.extend(flipped),
                Err(error) => {
                    tracing::warn!(target: "publishing", %error, "published trees wait for the database");
                    return false;
                }
            }
            *seen = now;
        }
        let tending = std::mem::take(todo).into_iter().map(|site| async move {
            self.tend(site).await.map_err(|error| tell(site, &error)).err().map(|()| site)
        });
        *todo =
            stream::iter(tending).buffer_unordered(AT_ONCE).filter_map(std::future::ready).collect().await;
        true
    }
}

fn tell(site: SiteId, error: &PublishError) {
    tracing::warn!(target: "publishing", %site, %error, "a published tree stays as it is for now");
}
