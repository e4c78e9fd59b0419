//! What is said within this process: that there is work, that a job is called off, that something moved.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::Tick;

/// How many ticks a slow listener may lag behind before it misses some.
const TICKS: usize = 1024;

/// Cheap to clone; clones are one.
#[derive(Clone)]
pub(super) struct Signals(Arc<Inner>);

struct Inner {
    work: watch::Sender<u64>,
    cancel: watch::Sender<u64>,
    ticks: broadcast::Sender<Tick>,
}

impl Signals {
    pub fn new() -> Signals {
        Signals(Arc::new(Inner {
            work: watch::Sender::new(0),
            cancel: watch::Sender::new(0),
            ticks: broadcast::Sender::new(TICKS),
        }))
    }

    /// There may be work: queued, or a slot has come free.
    pub fn wake(&self) {
        self.0.work.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A running job was called off.
    pub fn look_for_cancelled(&self) {
        self.0.cancel.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub fn tick(&self, tick: Tick) {
        // Nobody listening is fine.
        let _ = self.0.ticks.send(tick);
    }

    pub fn work(&self) -> watch::Receiver<u64> {
        self.0.work.subscribe()
    }

    pub fn cancelled(&self) -> watch::Receiver<u64> {
        self.0.cancel.subscribe()
    }

    pub fn ticks(&self) -> broadcast::Receiver<Tick> {
        self.0.ticks.subscribe()
    }
}
