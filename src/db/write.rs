use sea_orm::{
    DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::DbError;

type Hook = Box<dyn FnOnce() + Send + Sync>;

/// An open write transaction, and what is to be told to others once it is committed. Dropped, it is rolled back and
/// nobody hears of it.
pub struct WriteTx {
    transaction: DatabaseTransaction,
    after_commit: Vec<Hook>,
}

impl WriteTx {
    pub(super) async fn begin(pool: &DatabaseConnection) -> Result<WriteTx, DbError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = pool.begin_with_options(options).await?;
        Ok(WriteTx { transaction, after_commit: Vec::new() })
    }

    /// The connection for statements of this transaction.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Runs `hook` after the commit, in order: wake-ups and live streams, never anything that can fail.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + Sync + 'static) {
        self.after_commit.push(Box::new(hook));
    }

    /// Makes the changes lasting, then runs the hooks.
    ///
    /// # Errors
    /// When the commit is refused; nothing has changed then.
    pub async fn commit(self) -> Result<(), DbError> {
        self.transaction.commit().await?;
        for hook in self.after_commit {
            hook();
        }
        Ok(())
    }

    /// Gives the changes up.
    ///
    /// # Errors
    /// When the connection is lost; the database gives them up then as well.
    pub async fn rollback(self) -> Result<(), DbError> {
        self.transaction.rollback().await.map_err(DbError::from)
    }
}
