//! The engine's statements. Every write to a running job is fenced by its id, its owner and its attempt.

use std::collections::HashMap;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Value};

use super::dialect::{millis, parameters, statement};
use super::lane::{Lane, Turns, Waiting};
use super::rows::{self, narrow};
use super::{JobId, Progress, QueueError};
use crate::db::Db;

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

/// How an attempt ends, for the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    Done,
    Failed(String),
    Cancelled,
    /// Queued again after this time.
    Again(Duration, String),
    /// Queued again at once, and the attempt doesn't count: its worker goes.
    Handed,
}

/// The database's clock, in milliseconds since the epoch.
pub async fn now(conn: &impl ConnectionTrait) -> Result<i64, QueueError> {
    let row = conn.query_one_raw(statement(conn.get_database_backend(), "SELECT {now}", [])).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the time".into()))?;
    Ok(row.try_get_by_index(0)?)
}

// The heads of all lanes: from one to the next by the index, whatever the number of jobs in each.
const LANES: &str = "WITH RECURSIVE lanes (lane) AS (
        SELECT min(lane) FROM jobs WHERE state = 'queued'
        UNION ALL
        SELECT (SELECT min(j.lane) FROM jobs j WHERE j.state = 'queued' AND j.lane > lanes.lane)
        FROM lanes WHERE lanes.lane IS NOT NULL)
    SELECT l.lane AS lane,
        (SELECT count(*) FROM (SELECT 1 FROM jobs j
            WHERE j.state = 'queued' AND j.lane = l.lane AND j.run_at <= {now} LIMIT $1) AS due) AS ready,
        (SELECT min(j.run_at) FROM jobs j WHERE j.state = 'queued' AND j.lane = l.lane) AS first,
        {now} AS now
    FROM lanes l WHERE l.lane IS NOT NULL";

#[derive(FromQueryResult)]
struct LaneRow {
    lane: String,
    ready: i64,
    first: Option<i64>,
    now: i64,
}

/// The lanes with queued jobs, and the database's clock (absent when there is none).
pub async fn lanes(
    conn: &impl ConnectionTrait,
    slots: u32,
) -> Result<(Vec<Waiting>, Option<i64>), QueueError> {
    let query = statement(conn.get_database_backend(), LANES, [i64::from(slots).into()]);
    let mut found = Vec::new();
    let mut now = None;
    for row in LaneRow::find_by_statement(query).all(conn).await? {
        now = Some(row.now);
        if let (Some(lane), Some(first)) = (Lane::parse(&row.lane), row.first) {
            let ready = narrow(row.ready);
            found.push(Waiting { lane, ready, more: ready >= slots, first });
        }
    }
    Ok((found, now))
}

/// Fills in what is running, over all workers.
pub async fn running(conn: &impl ConnectionTrait, turns: &mut Turns) -> Result<(), QueueError> {
    const RUNNING: &str =
        "SELECT kind, org_id, count(*) AS jobs FROM jobs WHERE state = 'running' GROUP BY kind, org_id";
    turns.running_of_org.clear();
    turns.running_of_kind.clear();
    for row in conn.query_all_raw(statement(conn.get_database_backend(), RUNNING, [])).await? {
        let (kind, org, jobs): (String, String, i64) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        *turns.running_of_org.entry(rows::org(&org)?).or_default() += narrow::<u32>(jobs);
        *turns.running_of_kind.entry(kind).or_default() += narrow::<u32>(jobs);
    }
    Ok(())
}

const CLAIM: &str = "WITH next AS MATERIALIZED (
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
    let tx = db.write().await?;
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

/// Extends the leases of `jobs`. Gives back those that still are `owner`'s, with their attempt.
pub async fn renew(db: &Db, owner: OwnerId, jobs: &[JobId]) -> Result<HashMap<JobId, u32>, QueueError> {
    let template = format!(
        "UPDATE jobs SET lease_until = {{now}} + lease_ms WHERE state = 'running' AND owner = $1 AND id IN ({})
         RETURNING id, attempt",
        parameters(2, jobs.len())
    );
    let mut values: Vec<Value> = vec![owner.to_string().into()];
    values.extend(jobs.iter().map(|id| id.to_string().into()));
    let tx = db.write().await?;
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
    let tx = db.write().await?;
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

/// Ends an attempt. False when the job is not this owner's any more: nothing was changed then.
pub async fn settle(db: &Db, standing: &Standing<'_>, how: &Settlement) -> Result<bool, QueueError> {
    let (state, wait, more, cause) = match how {
        Settlement::Done => ("done", Duration::ZERO, 0i64, None),
        Settlement::Failed(cause) => ("failed", Duration::ZERO, 0, Some(cause.clone())),
        Settlement::Cancelled => ("cancelled", Duration::ZERO, 0, None),
        Settlement::Again(wait, cause) => ("queued", *wait, 0, Some(cause.clone())),
        Settlement::Handed => ("queued", Duration::ZERO, 1, None),
    };
    let mut values = standing.values();
    values.extend([state.into(), millis(wait).into(), more.into(), cause.into()]);
    let tx = db.write().await?;
    let settled = tx.conn().execute_raw(statement(db.backend(), SETTLE, values)).await?;
    tx.commit().await?;
    Ok(settled.rows_affected() == 1)
}

const LOST: &str = "SELECT count(*) FROM jobs WHERE state = 'running' AND lease_until < {now}";

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
    let row = db.read().query_one_raw(statement(db.backend(), LOST, [])).await?;
    let lost: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    // The usual case: SQLite's one writer isn't troubled for nothing.
    if lost == 0 {
        return Ok(Reaped::None);
    }
    let asked = tokio::time::Instant::now();
    let tx = db.write().await?;
    if asked.elapsed() > SLOW {
        tx.rollback().await?;
        return Ok(Reaped::TooSlow);
    }
    let reaped = tx.conn().execute_raw(statement(db.backend(), REAP, [])).await?.rows_affected();
    tx.commit().await?;
    Ok(if reaped == 0 { Reaped::None } else { Reaped::Jobs(reaped) })
}

/// Jobs that are running or whose time has come.
pub async fn unfinished(conn: &impl ConnectionTrait) -> Result<u64, QueueError> {
    const UNFINISHED: &str = "SELECT (SELECT count(*) FROM jobs WHERE state = 'running') +
                (SELECT count(*) FROM jobs WHERE state = 'queued' AND run_at <= {now})";
    let row = conn.query_one_raw(statement(conn.get_database_backend(), UNFINISHED, [])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?.unsigned_abs())
}
