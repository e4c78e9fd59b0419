//! Editions: immutable builds of a site, and which one is live.
//!
//! Publishing is a pointer. A request writes the edition's row and its job in one transaction; the job renders what
//! changed, keeps blobs and manifest, and only then flips the pointer in a transaction of its own. Killed anywhere in
//! between, readers see the old edition and the job is taken up again.

mod activate;
mod build;
mod changes;
mod compress;
mod depart;
mod editions;
mod error;
mod health;
mod live;
mod look;
pub mod manifest;
mod model;
mod plan;
mod presses;
mod preview;
mod publish;
mod purge;
mod redirects;
mod retention;
mod rows;
mod sink;
mod store;
mod sweep;
mod tree;

pub use build::BuildEdition;
pub use changes::{Changes, Differing, FileDiff};
pub use error::PublishError;
pub use health::Health;
pub use live::Live;
pub use look::{Looked, SiteLook};
pub use model::{Edition, EditionId, EditionState};
pub use plan::PublishPlanned;
pub use preview::{PREVIEW_PATH, Previewed};
pub use publish::{Gate, Publish};
pub use purge::PurgeChanges;
pub use redirects::Served;
pub use retention::Retention;
pub use sweep::{CollectGarbage, GRACE, KeptEdition, Swept};
pub use tree::{NEAR, WriteTree};

use std::path::PathBuf;

use self::manifest::Manifests;
use self::presses::Presses;
use crate::base::{Address, Clock, Ids};
use crate::cdn::Cdn;
use crate::db::Db;
use crate::events::Events;
use crate::flags::Flags;
use crate::keys::Keys;
use crate::pages::Pages;
use crate::queue::Queue;
use crate::sites::Sites;
use crate::storage::{Epochs, Holds, Storage};
use crate::themes::Themes;

/// The room.
#[derive(Clone)]
pub struct Publishing {
    db: Db,
    ids: Ids,
    clock: Clock,
    events: Events,
    sites: Sites,
    pages: Pages,
    themes: Themes,
    queue: Queue,
    flags: Flags,
    storage: Storage,
    epochs: Epochs,
    holds: Holds,
    keys: Keys,
    manifests: Manifests,
    presses: Presses,
    address: Address,
    sites_dir: PathBuf,
    retention: Retention,
    cdn: Option<Cdn>,
}

/// What the room is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Ids.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// The events room.
    pub events: Events,
    /// The sites room.
    pub sites: Sites,
    /// The pages room.
    pub pages: Pages,
    /// The themes room.
    pub themes: Themes,
    /// The queue.
    pub queue: Queue,
    /// What the operator has switched off.
    pub flags: Flags,
    /// Where blobs are kept.
    pub storage: Storage,
    /// Signs preview addresses.
    pub keys: Keys,
    /// How readers reach the sites.
    pub address: Address,
    /// Where the trees are written that any static server can serve.
    pub sites_dir: PathBuf,
    /// Memory for manifests, in bytes.
    pub manifest_bytes: u64,
    /// Which editions are kept.
    pub retention: Retention,
    /// The cache in front, where there is one.
    pub cdn: Option<Cdn>,
}

impl Publishing {
    /// The themes that editions are made with.
    pub fn themes(&self) -> &Themes {
        &self.themes
    }

    /// The room.
    pub fn new(parts: Parts) -> Publishing {
        let Parts { db, ids, clock, events, sites, pages, themes, queue, flags, .. } = parts;
        let Parts { storage, keys, address, sites_dir, manifest_bytes, retention, cdn, .. } = parts;
        let (epochs, holds) = (Epochs::new(db.clone()), Holds::new(db.clone()));
        let manifests = Manifests::new(storage.clone(), manifest_bytes);
        let presses = Presses::default();
        Publishing {
            db,
            ids,
            clock,
            events,
            sites,
            pages,
            themes,
            queue,
            flags,
            storage,
            epochs,
            holds,
            keys,
            manifests,
            presses,
            address,
            sites_dir,
            retention,
            cdn,
        }
    }
}
