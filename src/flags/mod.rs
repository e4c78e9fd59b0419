//! Switches of the operator's: what may be done at all, by everybody or by one organisation, while everything runs.
//!
//! A verb asks at its door ([`Flags::check`]); a job that may not be done waits and goes on when it may. What holds is kept in
//! memory and read again after a second, by whoever asks then: no process needs to be told, and one that can't read goes by
//! what it knows.

mod change;
mod held;
mod known;
mod read;
mod rows;
mod store;
#[cfg(test)]
mod tests;

pub use change::Setting;
pub use held::Switch;
pub use known::{Flag, NoFlag};

use std::sync::{Arc, RwLock};

use tokio::sync::Mutex;

use self::read::Known;
use crate::base::Clock;
use crate::base::clock::timestamp;
use crate::db::{Db, DbError};
use crate::events::Events;
use crate::tenancy::OrgId;

/// The room. Cheap to clone; clones share what they know.
#[derive(Clone)]
pub struct Flags {
    db: Db,
    clock: Clock,
    events: Events,
    known: Arc<RwLock<Known>>,
    reading: Arc<Mutex<()>>,
}

/// The operator has switched off what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {} since {}: try again later, or ask who runs this installation", flag.doing(), off(*everybody), day(*since))]
pub struct SwitchedOff {
    /// What.
    pub flag: Flag,
    /// Since when, in milliseconds since the epoch.
    pub since: i64,
    /// Whether for everybody.
    pub everybody: bool,
}

fn off(everybody: bool) -> &'static str {
    if everybody {
        "is switched off by the operator"
    } else {
        "is switched off for this organisation by the operator"
    }
}

fn day(since: i64) -> String {
    timestamp(since).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

impl Flags {
    /// The room.
    pub fn new(db: Db, clock: Clock, events: Events) -> Flags {
        Flags { db, clock, events, known: Arc::default(), reading: Arc::default() }
    }

    /// Whether something may be done, for an organisation or for nobody in particular. What is said of one organisation goes
    /// before what is said of everybody.
    ///
    /// # Errors
    /// [`SwitchedOff`] if it may not.
    pub async fn check(&self, flag: Flag, org: Option<OrgId>) -> Result<(), SwitchedOff> {
        // Where not even the first look succeeds, nothing is known to be off, and nothing else works either.
        self.held().await.map_or(Ok(()), |held| held.check(flag, org))
    }

    /// Every switch that somebody has set, as it is now.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn list(&self) -> Result<Vec<Switch>, DbError> {
        store::all(&self.db).await
    }
}
