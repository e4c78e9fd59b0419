//! A read replica: a PostgreSQL server that follows the first one by itself, for questions whose answers may be some seconds old.
//!
//! How far behind it is, no clock is asked for: it has passed a place in the primary's log that the primary had written some
//! seconds ago, or it has not. While it has not, or does not answer, the primary is asked instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long a verdict is good.
const GOOD: Duration = Duration::from_secs(5);
/// How soon a replica that is of no use is looked at again.
const AGAIN: Duration = Duration::from_secs(1);
/// A place of the log that is older than this says nothing any more.
const OLD: Duration = Duration::from_secs(15);
/// The longest that somebody waits for a look.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a place of this very moment is waited for, where none of some seconds ago is known.
const MOMENT: Duration = Duration::from_millis(300);

/// The place that the primary writes at.
const WRITTEN: &str = "SELECT pg_current_wal_lsn()::text";
/// Whether a replica has passed a place; a server that follows nobody has everything.
const PASSED: &str = "SELECT CASE WHEN pg_is_in_recovery()
    THEN COALESCE(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) ELSE true END";

/// The replica. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Replica {
    pool: DatabaseConnection,
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    primary: DatabaseConnection,
    is_here: AtomicBool,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    looked: Option<Instant>,
    /// Where the primary was, and when.
    written: Option<(String, Instant)>,
}

impl Replica {
    pub(super) fn new(pool: DatabaseConnection, primary: DatabaseConnection) -> Replica {
        let inner = Inner { primary, is_here: AtomicBool::new(false), last: Mutex::default() };
        Replica { pool, inner: Arc::new(inner) }
    }

    /// Its pool, whether or not it is of use.
    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// As of the last look.
    pub(super) fn is_here(&self) -> bool {
        self.inner.is_here.load(Ordering::Relaxed)
    }

    /// Not to be asked until it has been looked at again.
    pub(super) fn failed(&self, error: &DbErr) {
        if self.inner.is_here.swap(false, Ordering::Relaxed) {
            tracing::warn!(target: "db", %error, "the read replica does not answer: the primary is asked");
        }
    }

    /// Whether it may be asked: it looks when the last look is some seconds old. Of many at once, one looks for all.
    pub(super) async fn is_of_use(&self) -> bool {
        let good = if self.is_here() { GOOD } else { AGAIN };
        // Whoever comes while somebody looks goes by the last verdict.
        let Ok(mut last) = self.inner.last.try_lock() else { return self.is_here() };
        if last.looked.is_none_or(|at| at.elapsed() >= good) {
            let found = timeout(PATIENCE, self.look(&mut last)).await;
            last.looked = Some(Instant::now());
            let is_here = matches!(found, Ok(Ok(true)));
            if self.inner.is_here.swap(is_here, Ordering::Relaxed) != is_here {
                match is_here {
                    true => tracing::info!(target: "db", "the read replica follows: it is asked"),
                    false => {
                        tracing::warn!(target: "db", ?found, "the read replica is behind or away: the primary is asked");
                    }
                }
            }
        }
        self.is_here()
    }

    /// Whether it has what the primary had some seconds ago.
    async fn look(&self, last: &mut Last) -> Result<bool, DbErr> {
        let now = text(&self.inner.primary, Statement::from_string(DbBackend::Postgres, WRITTEN)).await?;
        let before = last.written.replace((now.clone(), Instant::now()));
        if let Some((place, at)) = before
            && at.elapsed() < OLD
        {
            return self.has_passed(place).await;
        }
        // Seldom asked: nothing is known of some seconds ago, and a busy primary is ahead of anybody at the moment.
        if self.has_passed(now.clone()).await? {
            return Ok(true);
        }
        tokio::time::sleep(MOMENT).await;
        self.has_passed(now).await
    }

    async fn has_passed(&self, place: String) -> Result<bool, DbErr> {
        let passed = Statement::from_sql_and_values(DbBackend::Postgres, PASSED, [place.into()]);
        one(&self.pool, passed).await?.try_get_by_index(0)
    }
}

async fn one(pool: &DatabaseConnection, statement: Statement) -> Result<QueryResult, DbErr> {
    let found = pool.query_one_raw(statement).await?;
    found.ok_or_else(|| DbErr::RecordNotFound("one row was asked for".to_owned()))
}

async fn text(pool: &DatabaseConnection, statement: Statement) -> Result<String, DbErr> {
    one(pool, statement).await?.try_get_by_index(0)
}
