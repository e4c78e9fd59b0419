//! What waits in the queue, as of the last look. A look costs as much as there are lanes with work in them: nothing
//! with a few, tens of milliseconds with ten thousand. So what it showed is used a little longer the longer it took.

use std::time::Duration;

use tokio::time::Instant;

use super::Shared;
use crate::queue::QueueError;
use crate::queue::lane::Waiting;
use crate::queue::store;

/// A look is good for so many times what it took: looking costs a sixth of a busy worker's time at most, and a newcomer
/// among ten thousand organisations waits a quarter of a second at most.
const GOOD_FOR: u32 = 5;
/// The shortest wait for a job that will be due soon.
const SHORTEST: Duration = Duration::from_millis(2);

#[derive(Default)]
pub(super) struct Outlook {
    /// The lanes that this worker knows how to serve.
    pub waiting: Vec<Waiting>,
    /// Until the next delayed job is due, but no longer than until the next look.
    pub until_due: Duration,
    good_until: Option<Instant>,
}

impl Outlook {
    /// Whether it still shows what to do next: not too old, and no lane is used up that may hold more.
    pub fn is_good(&self) -> bool {
        self.good_until.is_some_and(|until| Instant::now() < until)
            && self.waiting.iter().any(|waiting| waiting.ready > 0)
            && !self.waiting.iter().any(|waiting| waiting.ready == 0 && waiting.more)
    }

    /// Looks anew.
    pub async fn look(&mut self, shared: &Shared) -> Result<(), QueueError> {
        let began = Instant::now();
        self.good_until = None;
        let (waiting, now) = store::lanes(shared.queue.db().system(), shared.config.slots).await?;
        self.waiting = waiting;
        self.waiting.retain(|waiting| {
            let known = shared.kinds.get(waiting.lane.kind.as_str());
            known.is_some_and(|known| waiting.lane.version <= known.version)
        });
        self.until_due = until_due(&self.waiting, now, shared.config.poll);
        self.good_until = Some(Instant::now() + began.elapsed() * GOOD_FOR);
        Ok(())
    }
}

fn until_due(waiting: &[Waiting], now: Option<i64>, poll: Duration) -> Duration {
    let now = now.unwrap_or_default();
    let next = waiting.iter().map(|waiting| waiting.first).filter(|first| *first > now).min();
    let until = next.map_or(poll, |first| Duration::from_millis(first.abs_diff(now)));
    until.clamp(SHORTEST, poll.max(SHORTEST))
}
