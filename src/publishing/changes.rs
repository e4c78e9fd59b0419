//! What one edition holds that another does not.

use std::collections::BTreeMap;

use super::manifest::{Difference, Entry};
use super::model::{Edition, EditionId, EditionState};
use super::{PublishError, Publishing, store};
use crate::tenancy::SiteScope;

/// Files of each sort that are named; all are counted.
const NAMED: usize = 200;

/// What differs between two editions.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Files that only the later has.
    pub added: Differing,
    /// Files that both have, with another content, type or target.
    pub changed: Differing,
    /// Files that only the earlier has.
    pub removed: Differing,
}

/// Files that differ in one way.
#[derive(Debug, Clone, Default)]
pub struct Differing {
    /// How many.
    pub count: u64,
    /// The first of them by path, 200 at most.
    pub files: Vec<FileDiff>,
}

/// A file that is not the same in two editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// Its path below the host, without a leading slash.
    pub path: String,
    /// Its length in the earlier edition, in bytes.
    pub before: Option<u64>,
    /// Its length in the later one, in bytes.
    pub after: Option<u64>,
    /// Where the later one sends readers on to, or where the earlier did if the file is gone.
    pub redirect: Option<String>,
}

impl Differing {
    fn take(&mut self, named: &mut BTreeMap<String, FileDiff>, difference: Difference) {
        self.count += 1;
        let Difference { path, before, after } = difference;
        let length = |entry: &Option<Entry>| entry.as_ref().map(|entry| entry.identity.len);
        let (was, is) = (length(&before), length(&after));
        let redirect = after.or(before).and_then(|entry| entry.redirect);
        named.insert(path.clone(), FileDiff { path, before: was, after: is, redirect });
        if named.len() > NAMED {
            named.pop_last();
        }
    }
}

impl Publishing {
    /// The ready edition before one, whether or not it was ever live.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn before(
        &self,
        scope: &SiteScope,
        edition: &Edition,
    ) -> Result<Option<Edition>, PublishError> {
        Ok(store::before(&self.db, scope, edition.number).await?)
    }

    /// What differs from an edition to another; without an earlier one all files are added.
    ///
    /// # Errors
    /// [`PublishError::NotFound`], [`PublishError::NotReady`], [`PublishError::Removed`].
    pub async fn compare(
        &self,
        scope: &SiteScope,
        from: Option<EditionId>,
        to: EditionId,
    ) -> Result<Changes, PublishError> {
        let earlier = match from {
            Some(from) => Some(self.ready(scope, from).await?),
            None => None,
        };
        let later = self.ready(scope, to).await?;
        let mut changes = Changes::default();
        let mut named: [BTreeMap<String, FileDiff>; 3] = Default::default();
        let [added, changed, removed] = &mut named;
        let told = |difference: Difference| match (&difference.before, &difference.after) {
            (None, _) => changes.added.take(added, difference),
            (Some(_), Some(_)) => changes.changed.take(changed, difference),
            (Some(_), None) => changes.removed.take(removed, difference),
        };
        self.manifests.compare(earlier, later, told).await?;
        let [added, changed, removed] = named.map(|files| files.into_values().collect());
        (changes.added.files, changes.changed.files, changes.removed.files) = (added, changed, removed);
        Ok(changes)
    }

    async fn ready(
        &self,
        scope: &SiteScope,
        id: EditionId,
    ) -> Result<crate::storage::BlobHash, PublishError> {
        let edition = self.edition(scope, id).await?;
        match (edition.state, edition.manifest) {
            (EditionState::Ready, Some(manifest)) => Ok(manifest),
            (state, _) => Err(PublishError::NotReady { number: edition.number, state }),
        }
    }
}
