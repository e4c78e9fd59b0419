//! Everything that the database holds in one moment, read while others go on writing.

use futures_util::{Stream, StreamExt};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, IsolationLevel,
    QueryResult, Statement, StreamTrait, TransactionTrait,
};
use serde_json::Value;

use super::schema::{self, Kind, Table, quoted};
use super::{Db, DbError, open};

/// One moment of the database. It has a connection of its own and holds up nobody; SQLite's log grows while it is open.
pub struct Snapshot {
    pool: DatabaseConnection,
    transaction: DatabaseTransaction,
}

impl Db {
    /// The present moment, in the role that sees the rows of all organisations.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when no connection can be had.
    pub async fn snapshot(&self) -> Result<Snapshot, DbError> {
        // No statement's limit holds here: a table is read as one, however large it is.
        let pool = open::unhurried(&self.config).await?;
        let transaction = if pool.get_database_backend() == DbBackend::Postgres {
            let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
            let transaction = pool.begin_with_config(Some(isolation), Some(access)).await?;
            open::unlimited(&transaction).await?;
            transaction
        } else {
            pool.begin().await?
        };
        // Both engines fix the moment at the first question.
        schema::applied(&transaction).await?;
        Ok(Snapshot { pool, transaction })
    }
}

impl Snapshot {
    /// For the rooms' own questions about this moment.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// All tables but the schema's own, each after those to which its rows belong.
    ///
    /// # Errors
    /// When the database can't be read, or has a column of a kind that no migration makes.
    pub async fn tables(&self) -> Result<Vec<Table>, DbError> {
        schema::tables(&self.transaction).await
    }

    /// The migrations that were applied, in order; none where there is no schema.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn migrations(&self) -> Result<Vec<String>, DbError> {
        schema::applied(&self.transaction).await
    }

    /// The rows of a table, one by one and in no order, each as its columns' values.
    ///
    /// # Errors
    /// When the database can't be read; what fails later is an item.
    pub async fn rows<'a>(
        &'a self,
        table: &'a Table,
    ) -> Result<impl Stream<Item = Result<Vec<Value>, DbError>> + Send + 'a, DbError> {
        rows(&self.transaction, table).await
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn close(self) -> Result<(), DbError> {
        self.transaction.rollback().await?;
        Ok(self.pool.close().await?)
    }
}

/// The rows of a table, as a transaction sees them.
pub(super) async fn rows<'a>(
    transaction: &'a DatabaseTransaction,
    table: &'a Table,
) -> Result<impl Stream<Item = Result<Vec<Value>, DbError>> + Send + 'a, DbError> {
    let sql = format!("SELECT {} FROM {}", table.names(), quoted(&table.name));
    let backend = ConnectionTrait::get_database_backend(transaction);
    let found = transaction.stream_raw(Statement::from_string(backend, sql)).await?;
    Ok(found.map(move |row| values(&row?, table)))
}

fn values(row: &QueryResult, table: &Table) -> Result<Vec<Value>, DbError> {
    let value = |(index, kind): (usize, Kind)| {
        Ok(match kind {
            Kind::Text => row.try_get_by_index::<Option<String>>(index)?.map_or(Value::Null, Value::from),
            Kind::Int => row.try_get_by_index::<Option<i64>>(index)?.map_or(Value::Null, Value::from),
        })
    };
    table.columns.iter().map(|column| column.kind).enumerate().map(value).collect()
}
