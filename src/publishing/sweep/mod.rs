//! Blobs that nobody refers to any more, found and removed.
//!
//! A sweep marks what kept editions and sites' files refer to, sets aside what is not marked, begins a new epoch, marks a
//! second time, and removes what is still not marked; what is, it puts back. Why no blob is lost that an edition in the
//! making needs is told where the epochs are ([`Epochs`](crate::storage::Epochs)): who refers to blobs asks in that very
//! transaction whether a sweep has looked since he kept the first of them, and makes sure of all of them if so. Any
//! number of sweeps at once are as safe as one, and one that is killed anywhere leaves at most blobs that were set aside:
//! readers get them back, and the next sweep takes them over.
//!
//! Blobs that are younger than [`GRACE`] are left alone. That is for peace, not for safety: an edition whose own blobs
//! were taken while it was built would have to be built again.

mod kept;
mod mark;

pub use kept::KeptEdition;

use std::collections::HashSet;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use self::mark::Marked;
use super::manifest::ManifestError;
use super::model::Edition;
use super::{PublishError, Publishing, store};
use crate::queue::{Job, Policy};
use crate::storage::{Aside, BlobHash, StorageError};
use crate::tenancy::Departed;

/// Remove what is not to be kept any more: old editions, and blobs that nobody refers to. Done again it finds less to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CollectGarbage {}

impl Job for CollectGarbage {
    const NAME: &'static str = "publishing.collect";

    fn policy() -> Policy {
        let timeout = Duration::from_secs(6 * 60 * 60);
        Policy { attempts: 5, timeout, concurrency: Some(1), ..Policy::default() }
    }
}

/// Longer than an edition may take to be built.
pub const GRACE: Duration = Duration::from_secs(60 * 60);

/// Blobs looked up at once.
const AT_ONCE: usize = 32;

/// What a sweep has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Blobs that were removed.
    pub removed: u64,
    /// Blobs that were put back: somebody refers to them since, or all are held.
    pub restored: u64,
    /// Whether somebody holds all blobs, so that none was removed.
    pub held: bool,
}

impl Publishing {
    /// Removes blobs that nobody refers to and that are older than `grace`.
    ///
    /// # Errors
    /// [`PublishError::Lost`] when the manifest of a kept edition can't be read: nothing is removed then, because nobody knows
    /// what it refers to.
    pub async fn sweep(&self, grace: Duration) -> Result<Swept, PublishError> {
        if self.held().await? {
            // It would put everything back in the end.
            tracing::info!(target: "publishing", "nothing is swept while blobs are copied or restored");
            return Ok(Swept { held: true, ..Swept::default() });
        }
        let aside = self.new_aside();
        let mut some = aside.adopt().await?;
        let marked = self.mark().await?;
        let grace = i64::try_from(grace.as_millis()).unwrap_or(i64::MAX);
        let old = self.clock.millis().saturating_sub(grace);
        let mut blobs = std::pin::pin!(self.storage.blobs());
        while let Some(blob) = blobs.try_next().await? {
            if blob.kept_at <= old && !marked.has(blob.hash) {
                some |= aside.put(blob.hash).await?;
            }
        }
        drop(marked);
        let swept = self.decide(aside, some).await?;
        let long_ago = std::time::UNIX_EPOCH + Duration::from_millis(old.max(0).unsigned_abs());
        self.storage.clear_remains(long_ago).await?;
        Ok(swept)
    }

    /// Removes the blobs to which an organisation that was deleted refers and nobody else, at once, however young. Its
    /// editions and files must still be there: they say which blobs that are.
    ///
    /// # Errors
    /// As [`Publishing::sweep`]; [`PublishError::Held`] while blobs are copied. Begun again it goes on.
    pub async fn remove_blobs(&self, gone: &Departed) -> Result<Swept, PublishError> {
        if self.held().await? {
            return Err(PublishError::Held);
        }
        let aside = self.new_aside();
        let mut some = aside.adopt().await?;
        let marked = self.mark().await?;
        let mut seen = HashSet::new();
        for site in self.sites.departed(gone).await? {
            let mut after = String::new();
            loop {
                let roots = store::roots(&self.db, Some(site), &after, mark::PAGE).await?;
                let Some(last) = roots.last() else { break };
                after.clone_from(&last.edition);
                for root in roots {
                    some |= self.set_aside(&aside, &marked, &mut seen, root.manifests).await?;
                }
            }
        }
        for hash in self.sites.departed_files(gone).await? {
            some |= !marked.has(hash) && aside.put(hash).await?;
        }
        drop(marked);
        let swept = self.decide(aside, some).await?;
        if swept.held { Err(PublishError::Held) } else { Ok(swept) }
    }

    /// Sets aside what manifests refer to and is not marked; whether that was anything.
    async fn set_aside(
        &self,
        aside: &Aside,
        marked: &Marked,
        seen: &mut HashSet<BlobHash>,
        mut todo: Vec<BlobHash>,
    ) -> Result<bool, PublishError> {
        let mut some = false;
        while let Some(node) = todo.pop() {
            if !seen.insert(node) {
                continue;
            }
            let found = match self.manifests.references(node).await {
                Ok(found) => found,
                // Another sweep was here: what it refers to is no more than garbage, and the next sweep's.
                Err(error) if error.is_lost() => continue,
                Err(error) => return Err(error.into()),
            };
            todo.extend(&found.nodes);
            for hash in found.blobs.into_iter().chain([node]) {
                some |= !marked.has(hash) && aside.put(hash).await?;
            }
        }
        Ok(some)
    }

    /// Looks a second time at what was set aside: removes it or puts it back.
    async fn decide(&self, aside: Aside, some: bool) -> Result<Swept, PublishError> {
        let mut swept = Swept::default();
        if some {
            self.epochs.advance().await?;
            let marked = self.mark().await?;
            // After the second look, and never before it: see `Holds`.
            swept.held = self.held().await?;
            for hash in aside.list().await? {
                if swept.held || marked.has(hash) {
                    aside.restore(hash).await?;
                    swept.restored += 1;
                } else {
                    swept.removed += u64::from(aside.discard(hash).await?);
                }
            }
        }
        aside.close().await;
        Ok(swept)
    }

    /// Whether all blobs are to stay where they are: somebody copies them, or restores them, and the rows that refer to them
    /// come last.
    async fn held(&self) -> Result<bool, PublishError> {
        Ok(self.holds.any().await? || self.storage.is_restoring().await?)
    }

    /// Makes sure that everything to which an edition refers is in its place, its manifests included.
    ///
    /// # Errors
    /// [`PublishError::Swept`] when something is gone.
    pub(super) async fn ensure(&self, edition: &Edition) -> Result<(), PublishError> {
        let mut todo: Vec<BlobHash> = edition.manifest.into_iter().chain(edition.pressed).collect();
        while let Some(node) = todo.pop() {
            let found = self.manifests.references(node).await.map_err(|error| match error {
                ManifestError::Storage(error) => missing_is_swept(error),
                error => error.into(),
            })?;
            todo.extend(found.nodes);
            let looks = found.blobs.into_iter().map(|hash| self.storage.ensure(hash));
            let looked: Result<Vec<()>, _> =
                stream::iter(looks).buffer_unordered(AT_ONCE).try_collect().await;
            looked.map_err(missing_is_swept)?;
        }
        Ok(())
    }

    fn new_aside(&self) -> Aside {
        let number = u128::from_be_bytes(self.ids.bytes());
        self.storage.aside(&format!("{number:032x}"))
    }
}

fn missing_is_swept(error: StorageError) -> PublishError {
    match error {
        StorageError::Missing(_) => PublishError::Swept,
        error => error.into(),
    }
}
