//! Presses kept warm between editions: an edit then costs what it touches, not the reading of the whole site.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use press::Press;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::model::EditionId;
use crate::storage::BlobHash;
use crate::tenancy::SiteId;

/// Sites whose press is kept, and for how long after its last edition.
const WARM_SITES: u64 = 64;
const WARM_FOR: Duration = Duration::from_secs(30 * 60);

/// A press and what it has built last.
pub(super) struct Warm {
    pub press: Press,
    /// Content up to this number is in it.
    pub content_seq: i64,
    /// It was made from the settings of this number.
    pub settings_seq: i64,
    /// The manifest of what it has built.
    pub manifest: BlobHash,
    /// The edition that this was: as long as it is kept, so is what its manifest refers to.
    pub edition: EditionId,
}

type Slot = Arc<Mutex<Option<Warm>>>;

#[derive(Clone)]
pub(super) struct Presses(Cache<SiteId, Slot>);

impl Default for Presses {
    fn default() -> Presses {
        Presses(Cache::builder().max_capacity(WARM_SITES).time_to_idle(WARM_FOR).build())
    }
}

impl Presses {
    /// The site's press, for one edition at a time.
    pub(super) async fn lock(&self, site: SiteId) -> OwnedMutexGuard<Option<Warm>> {
        self.0.get_with(site, Slot::default).lock_owned().await
    }

    /// Lets go of what is known of a site.
    pub(super) async fn forget(&self, site: SiteId) {
        self.lock(site).await.take();
        self.0.invalidate(&site);
    }
}
