//! Removing many rows without holding anybody up.

use std::time::Duration;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait, Statement,
};

use super::{Db, DbError, open};

/// Rows of one transaction: short enough that nobody waits for it.
const BATCH: u64 = 500;
/// How often, and after which pauses, the log is tried to be cleared.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

impl Db {
    /// Removes the rows that a condition names, some hundreds in a transaction of their own; how many they were. Ended
    /// halfway and begun again it goes on.
    ///
    /// # Errors
    /// When the database refuses; what was removed until then stays removed.
    pub async fn remove<E: EntityTrait>(&self, id: E::Column, which: Condition) -> Result<u64, DbError> {
        let mut removed = 0;
        loop {
            let some = E::find().select_only().column(id).filter(which.clone()).limit(BATCH).into_query();
            let tx = self.write_system().await?;
            let gone = E::delete_many().filter(id.in_subquery(some)).exec(tx.conn()).await?.rows_affected;
            tx.commit().await?;
            removed += gone;
            if gone < BATCH {
                return Ok(removed);
            }
        }
    }

    /// Lets go of what was removed: SQLite's log still holds the pages as they were. While somebody reads, as a backup does for
    /// hours, some of it stays, and this is to be called again later; whether none did. PostgreSQL does the like by itself.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn scrub(&self) -> Result<bool, DbError> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(true);
        }
        // It keeps writers out while it waits for readers: a connection that waits for nobody does what can be done now.
        let pool = open::impatient(&self.config).await?;
        let done = truncate(&pool).await;
        pool.close().await?;
        done
    }
}

/// Most readers are gone after a moment: tried some times, and given up when one stays. Whether it is done.
async fn truncate(pool: &DatabaseConnection) -> Result<bool, DbError> {
    for _ in 0..TRIES {
        let sql = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
        let row = pool.query_one_raw(sql).await?;
        // Its first column tells whether somebody was in the way.
        if row.map(|row| row.try_get_by_index::<i64>(0)).transpose()? == Some(0) {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}
