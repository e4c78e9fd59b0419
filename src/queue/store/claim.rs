//! Taking jobs.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Value};

use super::{Claimed, OwnerId};
use crate::db::Db;
use crate::queue::QueueError;
use crate::queue::dialect::{millis, statement};
use crate::queue::lane::Lane;
use crate::queue::rows::{self, narrow};

pub(super) const CLAIM: &str = "WITH next AS MATERIALIZED (
        SELECT id FROM jobs WHERE state = 'queued' AND lane = $1 AND run_at <= {now}
        ORDER BY run_at, id LIMIT $2 {skip})
    UPDATE jobs SET state = 'running', owner = $3, attempt = attempt + 1, lease_ms = $4, lease_until = {now} + $4,
        started_at = {now}, cancel_requested = 0, progress_done = 0, progress_of = 0, stage = ''
    WHERE id IN (SELECT id FROM next)
    RETURNING id, attempt, attempt_limit, payload, cost_micros";

#[derive(FromQueryResult)]
struct ClaimRow {
    id: String,
    attempt: i64,
    attempt_limit: i64,
    payload: String,
    cost_micros: i64,
}

/// What is to be claimed of one lane.
pub struct Pick {
    pub lane: Lane,
    pub jobs: u32,
    pub lease: Duration,
    /// The most of this kind that may run at once, over all workers.
    pub limit: Option<u32>,
}

/// Takes jobs for `owner`, in one transaction. May be fewer than asked for: others take them as well.
pub async fn claim(db: &Db, owner: OwnerId, picks: Vec<Pick>) -> Result<Vec<Claimed>, QueueError> {
    let tx = db.write_system().await?;
    let mut claimed = Vec::new();
    for pick in picks {
        let jobs = match pick.limit {
            Some(limit) => {
                pick.jobs.min(limit.saturating_sub(running_of_kind(tx.conn(), &pick.lane.kind).await?))
            }
            None => pick.jobs,
        };
        let values: [Value; 4] = [
            pick.lane.to_string().into(),
            i64::from(jobs).into(),
            owner.to_string().into(),
            millis(pick.lease).into(),
        ];
        let query = statement(db.backend(), CLAIM, values);
        for row in ClaimRow::find_by_statement(query).all(tx.conn()).await? {
            claimed.push(Claimed {
                id: rows::id("id of a job", &row.id)?,
                owner,
                lane: pick.lane.clone(),
                attempt: narrow(row.attempt),
                attempt_limit: narrow(row.attempt_limit),
                payload: row.payload,
                cost_micros: row.cost_micros,
            });
        }
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Counted under a lock on the kind, so that two workers can't both see the last free place.
async fn running_of_kind(conn: &impl ConnectionTrait, kind: &str) -> Result<u32, QueueError> {
    let backend = conn.get_database_backend();
    if backend == DbBackend::Postgres {
        let lock = "SELECT pg_advisory_xact_lock(hashtext('citepress job kind'), hashtext($1))";
        conn.execute_raw(statement(backend, lock, [kind.into()])).await?;
    }
    let count = "SELECT count(*) FROM jobs WHERE state = 'running' AND kind = $1";
    let row = conn.query_one_raw(statement(backend, count, [kind.into()])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?.try_into().unwrap_or(u32::MAX))
}
