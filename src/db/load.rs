//! Filling an empty database with rows that were taken from another, of either kind.

use futures_util::Stream;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use serde_json::Value;

use super::schema::{self, Kind, Table, quoted};
use super::snapshot::rows;
use super::words::without_nul;
use super::{Db, DbError, open};

/// One transaction in which all rows come, or none.
pub struct Loading {
    /// A pool of its own, on PostgreSQL.
    pool: Option<DatabaseConnection>,
    transaction: DatabaseTransaction,
}

/// Values of one statement: fewer than either engine takes.
const VALUES: usize = 8_000;

impl Db {
    /// Takes the schema down, WITH ALL ROWS, and makes that of an earlier version: its first migrations.
    ///
    /// # Errors
    /// When the database refuses; it is to be rebuilt again then.
    pub async fn rebuild(&self, migrations: u32) -> Result<(), DbError> {
        let own = self.migrating().await?;
        let pool = own.as_ref().unwrap_or(&self.writes);
        let rebuilt = async {
            migrations::down(pool).await?;
            migrations::up_by(pool, Some(migrations)).await
        };
        rebuilt.await?;
        match own {
            Some(pool) => Ok(pool.close().await?),
            None => Ok(()),
        }
    }

    /// Begins to fill the tables. What the migrations themselves have put there is removed first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn load(&self) -> Result<Loading, DbError> {
        let pool = self.migrating().await?;
        let immediate = Some(SqliteTransactionMode::Immediate);
        let options =
            TransactionOptions { sqlite_transaction_mode: immediate, ..TransactionOptions::default() };
        let transaction = pool.as_ref().unwrap_or(&self.writes).begin_with_options(options).await?;
        open::unlimited(&transaction).await?;
        for table in schema::tables(&transaction).await?.iter().rev() {
            transaction.execute_unprepared(&format!("DELETE FROM {}", quoted(&table.name))).await?;
        }
        Ok(Loading { pool, transaction })
    }

    /// On PostgreSQL a pool that no timeout ends.
    pub(super) async fn migrating(&self) -> Result<Option<DatabaseConnection>, DbError> {
        if self.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        open::unhurried(&self.config).await.map(Some)
    }
}

impl Loading {
    /// The tables to be filled.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn tables(&self) -> Result<Vec<Table>, DbError> {
        schema::tables(&self.transaction).await
    }

    /// Makes a row what this engine can keep; whether that changed it. PostgreSQL takes no NUL in a text.
    pub fn fit(&self, row: &mut [Value]) -> bool {
        if self.transaction.get_database_backend() != DbBackend::Postgres {
            return false;
        }
        let mut changed = false;
        for value in row {
            if let Value::String(text) = value
                && text.contains('\0')
            {
                *text = without_nul(std::mem::take(text));
                changed = true;
            }
        }
        changed
    }

    /// Adds rows to a table.
    ///
    /// # Errors
    /// When a row has other values than the table has columns, or the database refuses.
    pub async fn insert(&self, table: &Table, rows: &[Vec<Value>]) -> Result<(), DbError> {
        for some in rows.chunks((VALUES / table.columns.len().max(1)).max(1)) {
            let mut values = Vec::with_capacity(some.len() * table.columns.len());
            for row in some {
                values.extend(typed(table, row)?);
            }
            let place = |row: usize| {
                let first = row * table.columns.len();
                let marks = (1..=table.columns.len()).map(|column| format!("${}", first + column));
                format!("({})", marks.collect::<Vec<_>>().join(", "))
            };
            let places = (0..some.len()).map(place).collect::<Vec<_>>().join(", ");
            let sql = format!("INSERT INTO {} ({}) VALUES {places}", quoted(&table.name), table.names());
            let backend = self.transaction.get_database_backend();
            self.transaction.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        }
        Ok(())
    }

    /// What a table holds now, for comparing.
    ///
    /// # Errors
    /// As [`Snapshot::rows`](super::Snapshot::rows).
    pub async fn rows<'a>(
        &'a self,
        table: &'a Table,
    ) -> Result<impl Stream<Item = Result<Vec<Value>, DbError>> + Send + 'a, DbError> {
        rows(&self.transaction, table).await
    }

    /// Makes all of it lasting at once.
    ///
    /// # Errors
    /// When the commit is refused; nothing is there then.
    pub async fn commit(self) -> Result<(), DbError> {
        self.transaction.commit().await?;
        match self.pool {
            Some(pool) => Ok(pool.close().await?),
            None => Ok(()),
        }
    }
}

/// A row's values as the columns have them: a NULL has a type as well.
fn typed(table: &Table, row: &[Value]) -> Result<Vec<sea_orm::Value>, DbError> {
    let corrupt = || DbError::Corrupt { what: "row", value: table.name.clone() };
    if row.len() != table.columns.len() {
        return Err(corrupt());
    }
    let value = |(kind, value): (Kind, &Value)| -> Result<sea_orm::Value, DbError> {
        match (kind, value) {
            (Kind::Text, Value::String(text)) => Ok(text.as_str().into()),
            (Kind::Text, Value::Null) => Ok(None::<String>.into()),
            (Kind::Int, Value::Number(number)) => Ok(number.as_i64().ok_or_else(corrupt)?.into()),
            (Kind::Int, Value::Null) => Ok(None::<i64>.into()),
            _ => Err(corrupt()),
        }
    };
    table.columns.iter().map(|column| column.kind).zip(row).map(value).collect()
}
