//! Room in memory for blobs on their way: many small ones at once, and a large one alone.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What blobs on their way may take in all, in KiB.
const ALL: u32 = 64 * 1024;
const KIB: u64 = 1024;

/// The room of one backup or restore. Cheap to clone.
#[derive(Clone)]
pub(super) struct Room(Arc<Semaphore>);

/// A part of it, free again when this is dropped.
pub(super) type Taken = Option<OwnedSemaphorePermit>;

impl Room {
    pub fn new() -> Room {
        Room(Arc::new(Semaphore::new(ALL as usize)))
    }

    /// Waits for room. What is larger than all of it waits until everything else has gone.
    pub async fn take(&self, bytes: u64) -> Taken {
        let share = u32::try_from(bytes.div_ceil(KIB)).unwrap_or(ALL).clamp(1, ALL);
        // It is never closed.
        Arc::clone(&self.0).acquire_many_owned(share).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn small_ones_go_together_and_one_that_is_larger_than_the_room_goes_alone() {
        let room = Room::new();
        let (first, second) = (room.take(0).await, room.take(1 << 20).await);
        assert!(first.is_some() && second.is_some());
        let large = tokio::time::timeout(Duration::from_millis(20), room.take(1 << 40));
        assert!(large.await.is_err(), "it waits for the others");
        drop((first, second));
        let large = room.take(1 << 40).await;
        let next = tokio::time::timeout(Duration::from_millis(20), room.take(1));
        assert!(large.is_some() && next.await.is_err(), "and others for it");
    }
}
