//! Removing many rows without holding anybody up.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
};

use super::{Db, DbError};

/// Rows of one transaction: short enough that nobody waits for it.
const BATCH: u64 = 500;

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

    /// Lets go of what was removed: SQLite's log still holds the pages as they were. While others read, some of it stays
    /// until the log is written over; PostgreSQL does the like by itself.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn scrub(&self) -> Result<(), DbError> {
        if self.backend() == DbBackend::Sqlite {
            self.writes.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(())
    }
}
