//! Writing down how far an attempt is, and how it ended.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Value};

use super::Claimed;
use crate::db::Db;
use crate::queue::dialect::{millis, statement};
use crate::queue::{Progress, QueueError};

/// How an attempt ends, for the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    Done,
    Failed(String),
    Cancelled,
    /// Queued again after this time.
    Again(Duration, String),
    /// Queued again after this time, and the attempt doesn't count: it may not be done now.
    PutOff(Duration, String),
    /// Queued again at once, and the attempt doesn't count: its worker goes.
    Handed,
    /// Removed.
    Gone,
}

impl Settlement {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Settlement::Done | Settlement::Gone => "done",
            Settlement::Failed(_) => "failed",
            Settlement::Cancelled => "cancelled",
            Settlement::Again(..) => "retried",
            Settlement::PutOff(..) => "put_off",
            Settlement::Handed => "handed_back",
        }
    }
}

const PROGRESS: &str = "UPDATE jobs SET progress_done = $4, progress_of = $5, stage = $6, cost_micros = $7
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running'";

/// Where a job is and what it has cost.
pub struct Standing<'a> {
    pub job: &'a Claimed,
    pub progress: Progress,
    pub cost_micros: i64,
}

impl Standing<'_> {
    fn values(&self) -> Vec<Value> {
        let units = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        vec![
            self.job.id.to_string().into(),
            self.job.owner.to_string().into(),
            i64::from(self.job.attempt).into(),
            units(self.progress.done).into(),
            units(self.progress.of).into(),
            self.progress.stage.clone().into(),
            self.cost_micros.into(),
        ]
    }
}

/// Writes down how far jobs are.
pub async fn note(db: &Db, standings: &[Standing<'_>]) -> Result<(), QueueError> {
    let tx = db.write_system().await?;
    for standing in standings {
        tx.conn().execute_raw(statement(db.backend(), PROGRESS, standing.values())).await?;
    }
    Ok(tx.commit().await?)
}

// A job that was called off meanwhile is not begun again.
const SETTLE: &str = "UPDATE jobs SET
        state = CASE WHEN $8 = 'queued' AND cancel_requested = 1 THEN 'cancelled' ELSE $8 END,
        finished_at = CASE WHEN $8 = 'queued' AND cancel_requested = 0 THEN NULL ELSE {now} END,
        run_at = CASE WHEN $8 = 'queued' THEN {now} + $9 ELSE run_at END,
        attempt_limit = attempt_limit + $10, cause = $11, owner = NULL, lease_until = NULL,
        progress_done = $4, progress_of = $5, stage = $6, cost_micros = $7
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running'";

const REMOVE: &str = "DELETE FROM jobs WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running'";

/// Ends an attempt. False when the job is not this owner's any more: nothing was changed then.
pub async fn settle(db: &Db, standing: &Standing<'_>, how: &Settlement) -> Result<bool, QueueError> {
    let (state, wait, more, cause) = match how {
        Settlement::Done => ("done", Duration::ZERO, 0i64, None),
        Settlement::Failed(cause) => ("failed", Duration::ZERO, 0, Some(cause.clone())),
        Settlement::Cancelled => ("cancelled", Duration::ZERO, 0, None),
        Settlement::Again(wait, cause) => ("queued", *wait, 0, Some(cause.clone())),
        Settlement::PutOff(wait, cause) => ("queued", *wait, 1, Some(cause.clone())),
        Settlement::Handed => ("queued", Duration::ZERO, 1, None),
        Settlement::Gone => ("done", Duration::ZERO, 0, None),
    };
    let mut values = standing.values();
    let statement = if *how == Settlement::Gone {
        values.truncate(3);
        statement(db.backend(), REMOVE, values)
    } else {
        values.extend([state.into(), millis(wait).into(), more.into(), cause.into()]);
        statement(db.backend(), SETTLE, values)
    };
    let tx = db.write_system().await?;
    let settled = tx.conn().execute_raw(statement).await?;
    tx.commit().await?;
    Ok(settled.rows_affected() == 1)
}
