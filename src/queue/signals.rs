//! What is said within this process: that there is work, that a job is called off, that something moved. What others have
//! said is passed on here as well, and never back.

use std::sync::Arc;

use tokio::sync::{broadcast, watch};

use super::{Said, Tick};

/// How many ticks a slow listener may lag behind before it misses some.
const TICKS: usize = 1024;

/// Cheap to clone; clones are one.
#[derive(Clone)]
pub(super) struct Signals(Arc<Inner>);

struct Inner {
    work: watch::Sender<u64>,
    cancel: watch::Sender<u64>,
    ticks: broadcast::Sender<Tick>,
    /// What this process itself has said, for others.
    own: broadcast::Sender<Said>,
}

impl Signals {
    pub fn new() -> Signals {
        Signals(Arc::new(Inner {
            work: watch::Sender::new(0),
            cancel: watch::Sender::new(0),
            ticks: broadcast::Sender::new(TICKS),
            own: broadcast::Sender::new(TICKS),
        }))
    }

    /// There may be work: queued, or a slot has come free.
    pub fn wake(&self) {
        self.0.work.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Something has happened in this process.
    pub fn say(&self, said: Said) {
        // Nobody listening is fine, here and below.
        let _ = self.0.own.send(said.clone());
        self.hear(said);
    }

    /// Something has happened, here or elsewhere.
    pub fn hear(&self, said: Said) {
        match said {
            Said::Queued => self.wake(),
            Said::CalledOff => self.0.cancel.send_modify(|count| *count = count.wrapping_add(1)),
            Said::Moved(tick) => {
                let _ = self.0.ticks.send(tick);
            }
        }
    }

    pub fn said(&self) -> broadcast::Receiver<Said> {
        self.0.own.subscribe()
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
