//! What people do with jobs: look, call off, try again, clear away.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, Value,
};

use super::dialect::{millis, statement};
use super::model::JobKind;
use super::{Count, Filter, JobId, Queue, QueueError, Reach, Record, Said, State, rows};
use crate::base::Window;
use crate::db::{self, DbError, WriteTx};

/// The most that one page of a list may hold.
const PAGE: u64 = 200;

const CANCEL: &str = "UPDATE jobs SET cancel_requested = 1,
    finished_at = CASE WHEN state = 'queued' THEN {now} ELSE finished_at END,
    state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
    WHERE id = $1 AND state IN ('queued', 'running')";

// The count of attempts goes on, because it fences off owners of the past.
const RETRY: &str =
    "UPDATE jobs SET state = 'queued', run_at = {now}, finished_at = NULL, cancel_requested = 0,
    attempt_limit = attempt + $2 WHERE id = $1 AND state IN ('failed', 'cancelled')";

const PURGE: &str = "DELETE FROM jobs WHERE id IN
    (SELECT id FROM jobs WHERE finished_at < {now} - $1 ORDER BY finished_at LIMIT 500)";

impl Queue {
    /// One job.
    ///
    /// # Errors
    /// [`QueueError::NotFound`] when there is none within reach.
    pub async fn get(&self, reach: impl Into<Reach>, id: JobId) -> Result<Record, QueueError> {
        match reach.into() {
            Reach::Org(org) => find(&self.db().of(org), Reach::Org(org), id).await,
            Reach::All => find(self.db().system(), Reach::All, id).await,
        }
    }

    /// As [`Queue::get`], for those who look often: one question instead of four, past the wall.
    pub(super) async fn look(&self, reach: Reach, id: JobId) -> Result<Record, QueueError> {
        find(self.db().system(), reach, id).await
    }

    /// Jobs, newest first, `limit` at most (200 at the very most).
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn list(
        &self,
        reach: impl Into<Reach>,
        filter: &Filter,
        limit: u64,
    ) -> Result<Vec<Record>, QueueError> {
        let query = matching(reach.into(), filter).order_by_desc(rows::Column::Id).limit(limit.min(PAGE));
        records(query.all(self.db().system()).await?)
    }

    /// A window of the jobs, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn window(
        &self,
        reach: impl Into<Reach>,
        filter: &Filter,
        window: &Window<JobKind>,
    ) -> Result<(Vec<Record>, bool), QueueError> {
        let query = db::within(matching(reach.into(), filter), rows::Column::Id, window);
        Ok(window.cut(records(query.all(self.db().system()).await?)?))
    }

    /// How many jobs of each kind are in each state.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn counts(&self, reach: impl Into<Reach>) -> Result<Vec<Count>, QueueError> {
        let query = within(reach.into())
            .select_only()
            .columns([rows::Column::Kind, rows::Column::State])
            .column_as(rows::Column::Id.count(), "jobs")
            .group_by(rows::Column::Kind)
            .group_by(rows::Column::State)
            .order_by_asc(rows::Column::Kind);
        let found: Vec<(String, String, i64)> = query.into_tuple().all(self.db().system()).await?;
        let counted = found.into_iter().filter_map(|(kind, state, jobs)| {
            Some(Count { kind, state: State::parse(&state)?, jobs: jobs.unsigned_abs() })
        });
        Ok(counted.collect())
    }

    /// Calls a job off: a queued one at once, a running one as soon as its worker hears of it (its handler is told, and
    /// stopped if it doesn't end by itself).
    ///
    /// # Errors
    /// [`QueueError::NotFound`]; [`QueueError::WrongState`] when it has ended already.
    pub async fn cancel(
        &self,
        tx: &mut WriteTx,
        reach: impl Into<Reach>,
        id: JobId,
    ) -> Result<(), QueueError> {
        let job = find(tx.conn(), reach.into(), id).await?;
        let conn = tx.conn();
        let cancel = statement(conn.get_database_backend(), CANCEL, [id.to_string().into()]);
        if conn.execute_raw(cancel).await?.rows_affected() == 0 {
            return Err(QueueError::WrongState {
                state: job.state,
                cure: "a queued or running one can be cancelled",
            });
        }
        let signals = self.signals().clone();
        tx.after_commit(move || signals.say(Said::CalledOff));
        Ok(())
    }

    /// Calls a job off, in a transaction of its own.
    ///
    /// # Errors
    /// As [`Queue::cancel`].
    pub async fn call_off(&self, reach: impl Into<Reach>, id: JobId) -> Result<(), QueueError> {
        let mut tx = self.db().write_system().await?;
        self.cancel(&mut tx, reach, id).await?;
        Ok(tx.commit().await?)
    }

    /// Queues a failed or cancelled job again, with three more attempts.
    ///
    /// # Errors
    /// [`QueueError::NotFound`]; [`QueueError::WrongState`]; [`QueueError::TwinIsLive`] when its dedup key is taken by
    /// now.
    pub async fn retry(
        &self,
        tx: &mut WriteTx,
        reach: impl Into<Reach>,
        id: JobId,
    ) -> Result<(), QueueError> {
        let job = find(tx.conn(), reach.into(), id).await?;
        let conn = tx.conn();
        let values: [Value; 2] = [id.to_string().into(), i64::from(RETRY_ATTEMPTS).into()];
        let retried = conn.execute_raw(statement(conn.get_database_backend(), RETRY, values)).await;
        let retried = retried.map_err(|error| match error.into() {
            DbError::Conflict(_) => QueueError::TwinIsLive,
            other => QueueError::Db(other),
        })?;
        if retried.rows_affected() == 0 {
            return Err(QueueError::WrongState {
                state: job.state,
                cure: "a failed or cancelled one can be tried again",
            });
        }
        self.announce(tx).await
    }

    /// Queues a job again, in a transaction of its own.
    ///
    /// # Errors
    /// As [`Queue::retry`].
    pub async fn try_again(&self, reach: impl Into<Reach>, id: JobId) -> Result<(), QueueError> {
        let mut tx = self.db().write_system().await?;
        self.retry(&mut tx, reach, id).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes jobs that ended longer ago than `older_than`, some hundreds at a time. Gives back how many.
    ///
    /// # Errors
    /// When the database refuses; what was deleted until then stays deleted.
    pub async fn purge(&self, older_than: Duration) -> Result<u64, QueueError> {
        let mut purged = 0;
        loop {
            let tx = self.db().write_system().await?;
            let delete = statement(self.db().backend(), PURGE, [millis(older_than).into()]);
            let deleted = tx.conn().execute_raw(delete).await?.rows_affected();
            tx.commit().await?;
            purged += deleted;
            if deleted == 0 {
                return Ok(purged);
            }
        }
    }
}

/// Attempts of a round that a person has asked for.
const RETRY_ATTEMPTS: u32 = 3;

fn within(reach: Reach) -> Select<rows::Entity> {
    match reach {
        Reach::All => rows::Entity::find(),
        Reach::Org(org) => rows::Entity::find().filter(rows::Column::OrgId.eq(org.to_string())),
    }
}

async fn find(conn: &impl ConnectionTrait, reach: Reach, id: JobId) -> Result<Record, QueueError> {
    let row = within(reach).filter(rows::Column::Id.eq(id.to_string())).one(conn).await?;
    Ok(row.ok_or(QueueError::NotFound)?.try_into()?)
}

/// Jobs within reach that the filter lets through.
fn matching(reach: Reach, filter: &Filter) -> Select<rows::Entity> {
    let mut query = within(reach);
    if let Some(state) = filter.state {
        // Spelled out, not bound: a partial index is used only where its condition can be read in the query.
        query = query.filter(Expr::cust(format!("state = '{}'", state.as_str())));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(rows::Column::Kind.eq(kind));
    }
    if let Some(parent) = filter.parent {
        query = query.filter(rows::Column::ParentId.eq(parent.to_string()));
    }
    query
}

fn records(found: Vec<rows::Model>) -> Result<Vec<Record>, QueueError> {
    Ok(found.into_iter().map(Record::try_from).collect::<Result<_, DbError>>()?)
}
