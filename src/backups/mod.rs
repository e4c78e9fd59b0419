//! Backups: everything that an installation holds, in one archive, and an installation made from one.
//!
//! The rows are those of one moment, read in one transaction as JSON that knows no engine, so an archive of a laptop's
//! SQLite is restored onto PostgreSQL as well, and back. The blobs are those to which the rows of that moment refer; a
//! hold keeps sweeps from them until they are copied. The key that opens what is sealed is left out unless it is asked
//! for: what proves that the right one is there is kept in its place.

mod archive;
mod begun;
mod blobs;
mod coming;
mod database;
mod digest;
mod error;
mod file;
mod format;
mod kept;
mod planned;
mod put;
mod restore;
mod room;
mod unpack;
mod write;

pub use begun::is_used;
pub use error::BackupError;
pub use format::{Losses, Lost};
pub use planned::{MakeBackup, Plan, last_made};
pub use restore::{Place, Restored, finish, restore};
pub use write::Written;

use std::sync::Arc;

use crate::base::{Clock, Ids};
use crate::db::Db;
use crate::keys::Keys;
use crate::publishing::Publishing;
use crate::queue::Queue;
use crate::sites::Sites;
use crate::storage::Storage;

/// Who hears how many things are done and what is being done, and says whether to go on.
pub type Told<'a> = &'a (dyn Fn(u64, &str) -> bool + Send + Sync);

/// The room, which stands above all others. Cheap to clone.
#[derive(Clone)]
pub struct Backups {
    parts: Arc<Parts>,
}

/// What the room is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Ids.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// Where blobs are kept.
    pub storage: Storage,
    /// The key.
    pub keys: Keys,
    /// Who knows when the last backup was made.
    pub queue: Queue,
    /// The sites room.
    pub sites: Sites,
    /// The publishing room.
    pub publishing: Publishing,
    /// Backups that are made by themselves, where any are.
    pub plan: Option<Plan>,
}

impl Backups {
    /// The room.
    pub fn new(parts: Parts) -> Backups {
        Backups { parts: Arc::new(parts) }
    }
}
