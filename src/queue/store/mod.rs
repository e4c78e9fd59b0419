//! The engine's statements. Every write to a running job is fenced by its id, its owner and its attempt.

mod claim;
mod lease;
mod settle;
mod waiting;

pub use claim::{Pick, claim};
pub use lease::{Reaped, cancelled, reap, renew};
pub use settle::{Settlement, Standing, note, settle};
pub use waiting::{lanes, running};

use sea_orm::ConnectionTrait;

use super::dialect::statement;
use super::lane::Lane;
use super::{JobId, QueueError};

crate::id_kind!(/// One start of one worker.
    OwnerId, Owner, "worker");

/// A job as its worker gets it.
pub struct Claimed {
    pub id: JobId,
    pub owner: OwnerId,
    pub lane: Lane,
    pub attempt: u32,
    pub attempt_limit: u32,
    pub payload: String,
    pub cost_micros: i64,
}

/// Jobs that are running or whose time has come.
pub async fn unfinished(conn: &impl ConnectionTrait) -> Result<u64, QueueError> {
    const UNFINISHED: &str = "SELECT (SELECT count(*) FROM jobs WHERE state = 'running') +
                (SELECT count(*) FROM jobs WHERE state = 'queued' AND run_at <= {now})";
    let row = conn.query_one_raw(statement(conn.get_database_backend(), UNFINISHED, [])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?.unsigned_abs())
}

#[cfg(test)]
mod tests;
