//! How much is waiting, for operators. Asks for what has not ended alone: its indexes hold nothing else, however many jobs
//! are kept after their end.

use sea_orm::ConnectionTrait;

use super::dialect::statement;
use super::{Lane, Queue, QueueError};

/// What waits and what runs, of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depth {
    /// `Job::NAME`.
    pub kind: String,
    /// Queued, and their time has come.
    pub due: u64,
    /// Queued for later.
    pub later: u64,
    /// At work.
    pub running: u64,
    /// For how long the oldest that is due has been due, in milliseconds.
    pub oldest_ms: u64,
}

// By lanes, because the index of what is queued has them and the times, and nothing else is read then.
pub(super) const QUEUED: &str = "SELECT lane,
        sum(CASE WHEN run_at <= {now} THEN 1 ELSE 0 END) AS due,
        sum(CASE WHEN run_at > {now} THEN 1 ELSE 0 END) AS later,
        {now} - min(run_at) AS oldest
    FROM jobs WHERE state = 'queued' GROUP BY lane";

pub(super) const RUNNING: &str =
    "SELECT kind, count(*) AS running FROM jobs WHERE state = 'running' GROUP BY kind";

impl Queue {
    /// What has not ended, by kind.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn depths(&self) -> Result<Vec<Depth>, QueueError> {
        let conn = self.db().system();
        let backend = conn.get_database_backend();
        let mut depths = Vec::new();
        for row in conn.query_all_raw(statement(backend, QUEUED, [])).await? {
            let Some(lane) = Lane::parse(&row.try_get_by_index::<String>(0)?) else { continue };
            let depth = of(&mut depths, lane.kind);
            depth.due += count(row.try_get_by_index(1)?);
            depth.later += count(row.try_get_by_index(2)?);
            depth.oldest_ms = depth.oldest_ms.max(count(row.try_get_by_index(3)?));
        }
        for row in conn.query_all_raw(statement(backend, RUNNING, [])).await? {
            of(&mut depths, row.try_get_by_index(0)?).running = count(row.try_get_by_index(1)?);
        }
        Ok(depths)
    }
}

fn of(depths: &mut Vec<Depth>, kind: String) -> &mut Depth {
    let at = depths.iter().position(|depth| depth.kind == kind).unwrap_or_else(|| {
        depths.push(Depth { kind, due: 0, later: 0, running: 0, oldest_ms: 0 });
        depths.len() - 1
    });
    &mut depths[at]
}

/// What is due later has been due for less than nothing.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
