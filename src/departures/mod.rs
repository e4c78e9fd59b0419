//! Organisations that leave: everything goes along that they want to take, and nothing stays that was theirs.
//!
//! A deletion has two parts. One transaction cuts the organisation off: from its commit on nobody reaches it, its sites
//! answer no more, its jobs are gone, and its chain of events is closed, so that whatever still works for it changes
//! nothing. A job then removes its rows room by room, its trees and its blobs, and its own row last; killed anywhere it
//! goes on where it was, because it only ever looks what is left.
//!
//! A room that keeps something of organisations has a verb `remove(&Departed)`, and a line in `purge`.

mod delete;
mod error;
mod export;
mod exports;
mod purge;
mod rows;
mod store;

pub use delete::PurgeOrg;
pub use error::DepartureError;
pub use export::{Form, SITE_FORMAT, SITE_MARK};
pub use exports::{Download, Export, ExportId, ExportOrg, ExportState};
pub use purge::EXPORTS;

use std::sync::Arc;

use crate::accounts::Accounts;
use crate::base::{Clock, Ids};
use crate::cdn::Cdn;
use crate::db::Db;
use crate::events::Events;
use crate::idempotency::Idempotency;
use crate::pages::Pages;
use crate::publishing::Publishing;
use crate::queue::Queue;
use crate::sites::{Domains, Sites};
use crate::storage::Storage;

/// The room, which stands above all others. Cheap to clone.
#[derive(Clone)]
pub struct Departures {
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
    /// The queue.
    pub queue: Queue,
    /// Domains of sites.
    pub domains: Domains,
    /// Where exports are kept.
    pub storage: Storage,
    /// Answers that are kept for those who repeat a request.
    pub idempotency: Idempotency,
    /// The events room.
    pub events: Events,
    /// The accounts room.
    pub accounts: Accounts,
    /// The sites room.
    pub sites: Sites,
    /// The pages room.
    pub pages: Pages,
    /// The publishing room.
    pub publishing: Publishing,
    /// The cache in front of the sites, where there is one.
    pub cdn: Option<Cdn>,
}

impl Departures {
    /// The room.
    pub fn new(parts: Parts) -> Departures {
        Departures { parts: Arc::new(parts) }
    }
}
