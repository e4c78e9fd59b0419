use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How often what is live has changed, anywhere. A cache keeps the number at which it was filled and is stale as soon as
/// this one is larger: one atomic read a request.
#[derive(Clone, Debug, Default)]
pub struct Flips(Arc<AtomicI64>);

impl Flips {
    /// The number of flips that this process knows of.
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn advance(&self, to: i64) {
        self.0.fetch_max(to, Ordering::AcqRel);
    }
}
