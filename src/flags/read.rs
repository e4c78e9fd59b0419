//! Reading what holds, seldom and by one at a time.

use std::sync::{Arc, PoisonError, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use super::held::Held;
use super::{Flags, store};

/// How long what was read holds.
pub(super) const FRESH: Duration = Duration::from_secs(1);
/// How long a door waits for the database, once anything is known.
const PATIENCE: Duration = Duration::from_millis(250);
/// And while nothing is: to wait is better than to do what is switched off.
const FIRST: Duration = Duration::from_secs(3);

#[derive(Default)]
pub(super) struct Known {
    /// Absent until it was read once.
    pub held: Option<Arc<Held>>,
    /// When the database was last asked, with success or without.
    pub asked: Option<Instant>,
    /// When this process last changed a switch: what was asked for before may be old.
    pub changed: Option<Instant>,
}

impl Known {
    /// Whether it may be gone by, even if only for as long as somebody reads.
    fn counts(&self) -> bool {
        self.held.is_some() && self.asked > self.changed
    }

    fn is_fresh(&self) -> bool {
        self.counts() && self.asked.is_some_and(|asked| asked.elapsed() < FRESH)
    }
}

impl Flags {
    /// What holds; `None` while it could never be read.
    pub(super) async fn held(&self) -> Option<Arc<Held>> {
        let (is_fresh, counts) = {
            let known = self.known();
            (known.is_fresh(), known.counts())
        };
        if !is_fresh {
            self.refresh(counts).await;
        }
        self.known().held.clone()
    }

    /// One asks, and the others go by what was known before, if that counts. Else they wait for one who asks after they came,
    /// which is the next one at the latest: however many wait, the database is asked twice.
    async fn refresh(&self, counts: bool) {
        let came = Instant::now();
        let _turn = match self.reading.try_lock() {
            Ok(turn) => turn,
            Err(_) if counts => return,
            Err(_) => self.reading.lock().await,
        };
        let (is_fresh, asked, is_first) = {
            let known = self.known();
            (known.is_fresh(), known.asked, known.held.is_none())
        };
        if is_fresh || asked.is_some_and(|asked| asked >= came) {
            return;
        }
        let began = Instant::now();
        let patience = if is_first { FIRST } else { PATIENCE };
        let found = tokio::time::timeout(patience, store::all(&self.db)).await;
        let mut known = self.known_mut();
        known.asked = Some(began);
        match found {
            Ok(Ok(switches)) => known.held = Some(Arc::new(Held::of(&switches))),
            Ok(Err(error)) => {
                tracing::warn!(target: "flags", %error, "switches can't be read: what was known holds");
            }
            Err(_) => tracing::warn!(target: "flags", "switches can't be read in time: what was known holds"),
        }
    }

    /// Has the next question read what holds, and what is being read now not count.
    pub(super) fn forget(&self) {
        self.known_mut().changed = Some(Instant::now());
    }

    pub(super) fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn known_mut(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
