//! The database: pools, read and write transactions, and what differs between SQLite and PostgreSQL.
//!
//! Reads of tenants' rows go through [`Db::of`]; a change goes through [`Db::write_of`], whose [`WriteTx`] is the only thing that
//! rooms accept for changing rows. On PostgreSQL both stand behind row-level security. On SQLite a write transaction is `BEGIN
//! IMMEDIATE` on the one writer connection, so that it can't lose its snapshot to another writer halfway (traps: "database is
//! locked").

mod clock;
mod error;
mod held;
mod load;
mod open;
mod packed;
mod pools;
mod remove;
mod replica;
mod schema;
mod snapshot;
mod tenant;
mod wall;
mod window;
mod words;
mod write;

pub use clock::{now, now_word};
pub use error::DbError;
pub use held::holding;
pub use load::Loading;
pub use open::DbConfig;
pub use packed::packed;
pub use pools::Pool;
pub use schema::{Column, Kind, Table};
pub use snapshot::Snapshot;
pub use tenant::OrgRows;
pub use window::within;
pub use words::{Words, without_nul};
pub use write::{Last, WriteTx};

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

use self::replica::Replica;
use crate::tenancy::OrgId;

/// The pools. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    reads: DatabaseConnection,
    writes: DatabaseConnection,
    /// PostgreSQL: connections in the tenants' role; absent on SQLite.
    tenants: Option<DatabaseConnection>,
    /// PostgreSQL: a server that follows it, where one is named.
    replica: Option<Replica>,
    /// How to connect once more, for what takes longer than others may wait.
    config: DbConfig,
}

impl Db {
    /// A connection for reading rows of any organisation, and of none: for what proves credentials, finds hosts, runs jobs
    /// and clears away. `tests/layers.rs` names who may. On SQLite its pool is opened read-only in effect (`query_only`).
    pub fn system(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// The rows of one organisation, for reading.
    pub fn of(&self, org: impl Into<OrgId>) -> OrgRows {
        OrgRows::new(self.tenants.as_ref().unwrap_or(&self.reads).clone(), org.into())
    }

    /// The same rows, for reading what may be some seconds old: figures, and what does not change any more. From the read
    /// replica while there is one that follows.
    pub async fn analytics(&self, org: impl Into<OrgId>) -> OrgRows {
        match (&self.replica, &self.tenants) {
            (Some(replica), Some(tenants)) if replica.is_of_use().await => {
                OrgRows::behind(replica.clone(), tenants.clone(), org.into())
            }
            _ => self.of(org),
        }
    }

    /// Tries whether tenants' work can be done: on PostgreSQL it needs a role that can be taken away from the user of the URL.
    ///
    /// # Errors
    /// When it can't.
    pub async fn try_tenants(&self) -> Result<(), DbError> {
        let Some(tenants) = &self.tenants else { return Ok(()) };
        tenants.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Whether the read replica follows; `None` without one.
    pub async fn replica_follows(&self) -> Option<bool> {
        match &self.replica {
            Some(replica) => Some(replica.is_of_use().await),
            None => None,
        }
    }

    /// Begins a write transaction that sees and writes rows of one organisation alone. Keep it short: no network, model or
    /// storage call while it is open.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when no writer can be had in time.
    pub async fn write_of(&self, org: impl Into<OrgId>) -> Result<WriteTx, DbError> {
        held::release().await?;
        match &self.tenants {
            Some(tenants) => WriteTx::begin_of(tenants, org.into()).await,
            None => WriteTx::begin(&self.writes).await,
        }
    }

    /// As [`Db::write_of`], for rows of any organisation and of none; as [`Db::system`], for few.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when no writer can be had in time.
    pub async fn write_system(&self) -> Result<WriteTx, DbError> {
        held::release().await?;
        WriteTx::begin(&self.writes).await
    }

    /// Which engine this is; only `db` and `queue` may care.
    pub fn backend(&self) -> DbBackend {
        self.writes.get_database_backend()
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When the database is newer than this binary, or a migration fails (it is then as before).
    pub async fn migrate(&self) -> Result<(), DbError> {
        if let Some(pool) = self.migrating().await? {
            migrations::up(&pool).await?;
            wall::raise(&pool).await?;
            return Ok(pool.close().await?);
        }
        let mut tries = 0;
        loop {
            let Err(error) = migrations::up(&self.writes).await else { return Ok(()) };
            // On SQLite two processes that start at once both list what is pending; the slower one fails on the table
            // that the other has just made, and finds less pending the next time.
            tries += 1;
            if tries > MIGRATION_TRIES || is_newer(&error) {
                return Err(DbError::from(error));
            }
            tokio::time::sleep(MIGRATION_PAUSE).await;
        }
    }

    /// The names of migrations that are not applied yet.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, DbError> {
        migrations::pending(&self.reads).await.map_err(DbError::from)
    }

    /// Takes back the last migrations, so many or all: for going back to an earlier version, development and tests.
    ///
    /// # Errors
    /// When a migration can't be taken back.
    pub async fn migrate_down(&self, steps: Option<u32>) -> Result<(), DbError> {
        let own = self.migrating().await?;
        migrations::down_by(own.as_ref().unwrap_or(&self.writes), steps).await?;
        match own {
            Some(pool) => Ok(pool.close().await?),
            None => Ok(()),
        }
    }

    /// The names of all migrations that this program knows, in order.
    pub fn known_migrations() -> Vec<String> {
        migrations::names()
    }

    /// Ends the connections; on SQLite this also folds the write-ahead log into the file.
    pub async fn close(self) {
        let replica = self.replica.map(|replica| replica.pool().clone());
        for pool in replica.into_iter().chain(self.tenants).chain([self.reads, self.writes]) {
            if let Err(error) = pool.close().await {
                tracing::warn!(target: "db", %error, "a pool did not close cleanly");
            }
        }
    }
}

const MIGRATION_TRIES: u32 = 20;
const MIGRATION_PAUSE: Duration = Duration::from_millis(50);

fn is_newer(error: &DbErr) -> bool {
    matches!(error, DbErr::Custom(_))
}

#[cfg(test)]
mod tests;
