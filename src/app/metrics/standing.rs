//! What waits in the database. It is asked at a scrape, at most once in five seconds and not for long: many scrapers ask no
//! more often than one, and a database that is away keeps nobody from the rest.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::queue::{Depth, Queue};
use crate::telemetry::Readings;

/// How long an answer is good.
const GOOD: Duration = Duration::from_secs(5);
/// Scrapers wait ten seconds by default.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Standing {
    queue: Queue,
    last: Mutex<Option<(Instant, Option<Vec<Depth>>)>>,
}

impl Standing {
    pub(super) fn new(queue: Queue) -> Standing {
        Standing { queue, last: Mutex::default() }
    }

    pub(super) async fn read(&self, readings: &mut Readings) {
        let depths = self.depths().await;
        let up = if depths.is_some() { 1.0 } else { 0.0 };
        readings.gauge("citepress_database_up", "Whether the database answers", &[], up);
        let Some(depths) = depths else { return };
        let mut oldest = 0;
        for depth in &depths {
            for (state, count) in [("due", depth.due), ("later", depth.later), ("running", depth.running)] {
                let labels = [("kind", depth.kind.as_str()), ("state", state)];
                let help = "Jobs that have not ended: due, queued for later, at work";
                readings.gauge("citepress_jobs", help, &labels, count as f64);
            }
            oldest = oldest.max(depth.oldest_ms);
        }
        let help = "For how long the oldest job that is due has been due";
        readings.gauge("citepress_jobs_oldest_due_seconds", help, &[], oldest as f64 / 1000.0);
    }

    /// As of a moment ago; `None` when the database has not answered.
    async fn depths(&self) -> Option<Vec<Depth>> {
        // Of many scrapers at once, one asks for all.
        let mut last = self.last.lock().await;
        if let Some((at, depths)) = &*last
            && at.elapsed() < GOOD
        {
            return depths.clone();
        }
        let depths = match timeout(PATIENCE, self.queue.depths()).await {
            Ok(Ok(depths)) => Some(depths),
            Ok(Err(error)) => {
                tracing::warn!(target: "app", %error, "figures of the queue are missing");
                None
            }
            Err(_) => {
                tracing::warn!(target: "app", "figures of the queue are missing: the database does not answer");
                None
            }
        };
        *last = Some((Instant::now(), depths.clone()));
        depths
    }
}
