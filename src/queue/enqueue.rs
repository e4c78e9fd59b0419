//! Putting a job into the queue, in the transaction that makes it necessary.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Value};

use super::dialect::{millis, statement};
use super::job::RawJob;
use super::{Job, JobId, NewJob, Queue, QueueError, Said, rows};
use crate::db::{DbError, WriteTx};
use crate::tenancy::OrgId;

/// What became of a job handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is queued.
    New(JobId),
    /// One with the same dedup key is queued or running; nothing was added.
    Existing(JobId),
}

impl Enqueued {
    /// The job that will do the work.
    pub fn id(self) -> JobId {
        match self {
            Enqueued::New(id) | Enqueued::Existing(id) => id,
        }
    }
}

/// On PostgreSQL, what workers of other processes listen to.
pub(super) const CHANNEL: &str = "citepress_jobs";

const INSERT: &str = "INSERT INTO jobs (id, kind, version, org_id, parent_id, lane, priority, dedup, payload, state,
    run_at, attempt, attempt_limit, lease_ms, cancel_requested, progress_done, progress_of, stage, cost_micros, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', COALESCE($10, {now}) + $12, 0, $11, 0, 0, 0, 0, '', 0, {now})
    ON CONFLICT DO NOTHING";

const TWIN: &str = "SELECT id FROM jobs
    WHERE kind = $1 AND org_id = $2 AND dedup = $3 AND state IN ('queued', 'running')";

// A twin that waits must not begin before the transaction's end: it would not see the change that asks for it.
const WAITING_TWIN: &str = "SELECT id FROM jobs
    WHERE kind = $1 AND org_id = $2 AND dedup = $3 AND state = 'queued' {share}";

/// A twin can end between the refusal and the look at it (on PostgreSQL, by another transaction).
const TRIES: usize = 5;

impl Queue {
    /// Queues a job. It exists once `tx` is committed, and workers are woken then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue<J: Job>(&self, tx: &mut WriteTx, job: NewJob<J>) -> Result<Enqueued, QueueError> {
        let raw = job.into_raw()?;
        self.enqueue_raw(tx, &raw).await
    }

    pub(super) async fn enqueue_raw(&self, tx: &mut WriteTx, job: &RawJob) -> Result<Enqueued, QueueError> {
        let id = self.ids().new_id();
        for _ in 0..TRIES {
            if insert(tx.conn(), id, job).await? {
                self.announce(tx).await?;
                return Ok(Enqueued::New(id));
            }
            let dedup = job.dedup.as_deref().unwrap_or_default();
            for query in [WAITING_TWIN, TWIN] {
                let twin = twin(tx.conn(), query, &job.lane.kind, &org_text(job), dedup).await?;
                if let Some(twin) = twin {
                    return Ok(Enqueued::Existing(twin));
                }
            }
        }
        Err(DbError::Conflict(format!("dedup key {:?}", job.dedup)).into())
    }

    /// The organisation's job of this kind and dedup key that is queued or running.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn live<J: Job>(&self, org: OrgId, dedup: &str) -> Result<Option<JobId>, QueueError> {
        twin(&self.db().of(org), TWIN, J::NAME, &org.to_string(), dedup).await
    }

    /// Wakes the workers, here and elsewhere, once `tx` is committed.
    pub(super) async fn announce(&self, tx: &mut WriteTx) -> Result<(), QueueError> {
        let conn = tx.conn();
        let backend = conn.get_database_backend();
        if backend == DbBackend::Postgres {
            // Delivered by PostgreSQL at the commit, and once however many jobs the transaction has queued.
            conn.execute_raw(statement(backend, "SELECT pg_notify($1, '')", [CHANNEL.into()])).await?;
        }
        let signals = self.signals().clone();
        tx.after_commit(move || signals.say(Said::Queued));
        Ok(())
    }
}

async fn insert(conn: &DatabaseTransaction, id: JobId, job: &RawJob) -> Result<bool, QueueError> {
    let values: [Value; 12] = [
        id.to_string().into(),
        job.lane.kind.clone().into(),
        i64::from(job.lane.version).into(),
        org_text(job).into(),
        job.parent.map(|parent| parent.to_string()).into(),
        job.lane.to_string().into(),
        i64::from(job.lane.priority).into(),
        job.dedup.clone().into(),
        job.payload.clone().into(),
        job.at.map(jiff::Timestamp::as_millisecond).into(),
        i64::from(job.attempts).into(),
        millis(job.wait).into(),
    ];
    let done = conn.execute_raw(statement(conn.get_database_backend(), INSERT, values)).await?;
    Ok(done.rows_affected() == 1)
}

async fn twin(
    conn: &impl ConnectionTrait,
    query: &str,
    kind: &str,
    org: &str,
    dedup: &str,
) -> Result<Option<JobId>, QueueError> {
    let values: [Value; 3] = [kind.into(), org.into(), dedup.into()];
    let row = conn.query_one_raw(statement(conn.get_database_backend(), query, values)).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(rows::id("id of a job", &row.try_get_by_index::<String>(0)?)?))
}

fn org_text(job: &RawJob) -> String {
    job.lane.org.map(|org| org.to_string()).unwrap_or_default()
}
