//! What waits in the database. It is asked at a scrape, at most once in five seconds and not for long: many scrapers ask no
//! more often than one, and a database that is away keeps nobody from the rest.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::backups::{BackupError, Backups};
use crate::db::Db;
use crate::queue::{Depth, Queue};
use crate::telemetry::Readings;

/// How long an answer is good.
const GOOD: Duration = Duration::from_secs(5);
/// Scrapers wait ten seconds by default.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Clone)]
struct Found {
    depths: Vec<Depth>,
    /// Where backups are planned: when the last one was made, in milliseconds since the epoch.
    backup: Option<i64>,
    /// Where there is a read replica: whether it follows.
    replica: Option<bool>,
}

pub(super) struct Standing {
    db: Db,
    queue: Queue,
    backups: Backups,
    last: Mutex<Option<(Instant, Option<Found>)>>,
}

impl Standing {
    pub(super) fn new(db: Db, queue: Queue, backups: Backups) -> Standing {
        Standing { db, queue, backups, last: Mutex::default() }
    }

    pub(super) async fn read(&self, readings: &mut Readings) {
        let found = self.found().await;
        let up = if found.is_some() { 1.0 } else { 0.0 };
        readings.gauge("citepress_database_up", "Whether the database answers", &[], up);
        let Some(Found { depths, backup, replica }) = found else { return };
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
        if let Some(follows) = replica {
            let help = "Whether the read replica follows; while it does not, the primary is asked";
            readings.gauge("citepress_database_replica_up", help, &[], f64::from(u8::from(follows)));
        }
        if let Some(made) = backup {
            let help = "When the last whole backup was made by itself; 0 while none has been";
            readings.gauge(
                "citepress_backup_last_success_timestamp_seconds",
                help,
                &[],
                made as f64 / 1000.0,
            );
        }
    }

    /// As of a moment ago; `None` when the database has not answered.
    async fn found(&self) -> Option<Found> {
        // Of many scrapers at once, one asks for all.
        let mut last = self.last.lock().await;
        if let Some((at, found)) = &*last
            && at.elapsed() < GOOD
        {
            return found.clone();
        }
        let found = match timeout(PATIENCE, self.ask()).await {
            Ok(Ok(found)) => Some(found),
            Ok(Err(error)) => {
                tracing::warn!(target: "app", %error, "figures of the queue are missing");
                None
            }
            Err(_) => {
                tracing::warn!(target: "app", "figures of the queue are missing: the database does not answer");
                None
            }
        };
        *last = Some((Instant::now(), found.clone()));
        found
    }

    async fn ask(&self) -> Result<Found, BackupError> {
        let depths = self.queue.depths().await?;
        let backup = match self.backups.schedule() {
            Some(_) => Some(self.backups.last_success().await?.unwrap_or(0)),
            None => None,
        };
        let replica = self.db.replica_follows().await;
        Ok(Found { depths, backup, replica })
    }
}
