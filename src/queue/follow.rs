//! One job as it moves, for those who watch.

use std::time::Duration;

use futures_util::{Stream, stream};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::{JobId, Queue, QueueError, Reach, Record, State, Tick};

/// How often a watcher looks by itself: other processes move jobs too.
const LOOK: Duration = Duration::from_secs(2);

/// What a watcher has seen and hears.
struct Watch {
    queue: Queue,
    reach: Reach,
    id: JobId,
    ticks: broadcast::Receiver<Tick>,
    seen: Option<Record>,
}

impl Queue {
    /// The job as it is, and each time that it has moved, until it has ended or is not there any more. While the database is
    /// away the watcher waits.
    pub fn follow(&self, reach: Reach, id: JobId) -> impl Stream<Item = Record> + Send + use<> {
        let watch = Watch { queue: self.clone(), reach, id, ticks: self.progress(), seen: None };
        stream::unfold(watch, |mut watch| async move {
            let next = watch.next().await?;
            watch.seen = Some(next.clone());
            Some((next, watch))
        })
    }
}

impl Watch {
    async fn next(&mut self) -> Option<Record> {
        if self.seen.as_ref().is_some_and(|seen| seen.state.is_final()) {
            return None;
        }
        let mut told = None;
        loop {
            // A tick comes before what it tells is written: its figures are newer than the row's.
            if let (Some(tick), Some(seen)) = (told.take(), &self.seen) {
                let Tick { state, progress, .. } = tick;
                let moved = Record { state, progress, ..seen.clone() };
                if state == State::Running && differs(seen, &moved) {
                    return Some(moved);
                }
            }
            match self.queue.look(self.reach, self.id).await {
                Ok(record) if self.seen.as_ref().is_none_or(|seen| differs(seen, &record)) => {
                    return Some(record);
                }
                Ok(_) => {}
                Err(QueueError::NotFound) => return None,
                Err(error) => tracing::warn!(target: "queue", job = %self.id, %error, "a watcher waits"),
            }
            told = self.wait().await;
        }
    }

    /// Until the job moves in this process, or it is time to look anyway.
    async fn wait(&mut self) -> Option<Tick> {
        let heard = async {
            loop {
                match self.ticks.recv().await {
                    Ok(tick) if tick.id == self.id => return Some(tick),
                    Ok(_) => {}
                    // Too many to hear all: one of them may have been of this job.
                    Err(RecvError::Lagged(_)) => return None,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::time::timeout(LOOK, heard).await.ok().flatten()
    }
}

/// Whether there is something to tell.
fn differs(seen: &Record, now: &Record) -> bool {
    seen.state != now.state
        || seen.progress != now.progress
        || seen.attempt != now.attempt
        || seen.cost_micros != now.cost_micros
        || seen.cause != now.cause
}
