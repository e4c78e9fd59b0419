//! Keeping jobs, and taking lost ones back.

use std::collections::HashMap;
use std::time::Duration;

use sea_orm::{ConnectionTrait, Value};

use super::OwnerId;
use crate::db::Db;
use crate::queue::dialect::{parameters, statement};
use crate::queue::rows::{self, narrow};
use crate::queue::{JobId, QueueError};

/// Extends the leases of `jobs`. Gives back those that still are `owner`'s, with their attempt.
pub async fn renew(db: &Db, owner: OwnerId, jobs: &[JobId]) -> Result<HashMap<JobId, u32>, QueueError> {
    let template = format!(
        "UPDATE jobs SET lease_until = {{now}} + lease_ms WHERE state = 'running' AND owner = $1 AND id IN ({})
         RETURNING id, attempt",
        parameters(2, jobs.len())
    );
    let mut values: Vec<Value> = vec![owner.to_string().into()];
    values.extend(jobs.iter().map(|id| id.to_string().into()));
    let tx = db.write_system().await?;
    let mut kept = HashMap::new();
    for row in tx.conn().query_all_raw(statement(db.backend(), &template, values)).await? {
        let id = rows::id("id of a job", &row.try_get_by_index::<String>(0)?)?;
        kept.insert(id, narrow(row.try_get_by_index::<i64>(1)?));
    }
    tx.commit().await?;
    Ok(kept)
}

/// Those of `owner`'s running jobs that a person has called off.
pub async fn cancelled(conn: &impl ConnectionTrait, owner: OwnerId) -> Result<Vec<JobId>, QueueError> {
    const CANCELLED: &str =
        "SELECT id FROM jobs WHERE state = 'running' AND cancel_requested = 1 AND owner = $1";
    let query = statement(conn.get_database_backend(), CANCELLED, [owner.to_string().into()]);
    let mut found = Vec::new();
    for row in conn.query_all_raw(query).await? {
        found.push(rows::id("id of a job", &row.try_get_by_index::<String>(0)?)?);
    }
    Ok(found)
}

pub(super) const LOST: &str = "SELECT count(*) FROM jobs WHERE state = 'running' AND lease_until < {now}";

const REAP: &str = "UPDATE jobs SET
        state = CASE WHEN cancel_requested = 1 THEN 'cancelled' WHEN attempt >= attempt_limit THEN 'failed'
            ELSE 'queued' END,
        finished_at = CASE WHEN cancel_requested = 1 OR attempt >= attempt_limit THEN {now} END,
        cause = 'worker lost: it ended or was cut off during attempt ' || attempt,
        run_at = {now}, owner = NULL, lease_until = NULL
    WHERE state = 'running' AND lease_until < {now}";

/// What a look for lost jobs has brought.
pub enum Reaped {
    None,
    /// So many were taken back.
    Jobs(u64),
    /// The database had been away or locked: owners must have a chance to come back first.
    TooSlow,
}

/// A write transaction that took longer to get says that others could not write either.
const SLOW: Duration = Duration::from_millis(500);

/// Takes jobs back whose lease has run out.
pub async fn reap(db: &Db) -> Result<Reaped, QueueError> {
    let row = db.system().query_one_raw(statement(db.backend(), LOST, [])).await?;
    let lost: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    // The usual case: SQLite's one writer isn't troubled for nothing.
    if lost == 0 {
        return Ok(Reaped::None);
    }
    let asked = tokio::time::Instant::now();
    let tx = db.write_system().await?;
    if asked.elapsed() > SLOW {
        tx.rollback().await?;
        return Ok(Reaped::TooSlow);
    }
    let reaped = tx.conn().execute_raw(statement(db.backend(), REAP, [])).await?.rows_affected();
    tx.commit().await?;
    Ok(if reaped == 0 { Reaped::None } else { Reaped::Jobs(reaped) })
}
