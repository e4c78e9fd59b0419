use futures_util::future::BoxFuture;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use super::tenant::name_org;
use super::{DbError, held};
use crate::tenancy::OrgId;

type Hook = Box<dyn FnOnce() + Send + Sync>;
type Step = Box<dyn for<'a> FnOnce(&'a mut WriteTx) -> BoxFuture<'a, Result<(), DbError>> + Send + Sync>;

/// What comes last in a transaction, in this order. Each locks a row for which many wait: taken at the end and always in
/// one order, such locks are held for moments, and no two transactions wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Last {
    /// The head of an organisation's chain of events.
    Events,
    /// The installation's count of flips.
    Flips,
}

/// An open write transaction, and what is to be told to others once it is committed. Dropped, it is rolled back and
/// nobody hears of it.
pub struct WriteTx {
    transaction: DatabaseTransaction,
    /// Whose rows alone it sees, where there is a wall.
    org: Option<OrgId>,
    /// A question in it has failed: PostgreSQL would answer a commit with a rollback, and say nothing of it.
    is_spoilt: bool,
    last: Vec<(Last, Step)>,
    after_commit: Vec<Hook>,
}

impl WriteTx {
    pub(super) async fn begin(pool: &DatabaseConnection) -> Result<WriteTx, DbError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = pool.begin_with_options(options).await?;
        Ok(WriteTx { transaction, org: None, is_spoilt: false, last: Vec::new(), after_commit: Vec::new() })
    }

    /// As [`WriteTx::begin`] on PostgreSQL, for the rows of one organisation.
    pub(super) async fn begin_of(pool: &DatabaseConnection, org: OrgId) -> Result<WriteTx, DbError> {
        let tx = WriteTx::begin(pool).await?;
        name_org(&tx.transaction, org).await?;
        Ok(WriteTx { org: Some(org), ..tx })
    }

    /// The connection for statements of this transaction.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    pub(super) fn org(&self) -> Option<OrgId> {
        self.org
    }

    pub(super) fn spoil(&mut self) {
        self.is_spoilt = true;
    }

    /// Waits until no other open transaction is alone with the same thing: for what counts or looks before it writes. To
    /// be asked first thing, before anything else is locked. SQLite's writers take turns anyway.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn alone(&self, with: &str) -> Result<(), DbError> {
        let backend = self.transaction.get_database_backend();
        if backend == DbBackend::Postgres {
            let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
            let lock = Statement::from_sql_and_values(backend, lock, [with.into()]);
            self.transaction.execute_raw(lock).await?;
        }
        Ok(())
    }

    /// Runs `step` as part of the commit, after everything else and in the order of [`Last`]; if it fails, nothing is
    /// committed.
    pub fn at_the_end(
        &mut self,
        last: Last,
        step: impl for<'a> FnOnce(&'a mut WriteTx) -> BoxFuture<'a, Result<(), DbError>> + Send + Sync + 'static,
    ) {
        self.last.push((last, Box::new(step)));
    }

    /// Runs `hook` after the commit, in order: wake-ups and live streams, never anything that can fail.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + Sync + 'static) {
        self.after_commit.push(Box::new(hook));
    }

    /// Does what comes last, so that nothing but the commit is left.
    ///
    /// # Errors
    /// When the database refuses; nothing has changed then, and the transaction is to be left.
    pub async fn finish(&mut self) -> Result<(), DbError> {
        if self.is_spoilt {
            return Err(DbError::Unavailable("a question of this transaction has failed".to_owned()));
        }
        let mut last = std::mem::take(&mut self.last);
        last.sort_by_key(|(last, _)| *last);
        for (_, step) in last {
            step(self).await?;
        }
        Ok(())
    }

    /// Makes the changes lasting, then runs the hooks.
    ///
    /// # Errors
    /// When the commit is refused; nothing has changed then.
    pub async fn commit(mut self) -> Result<(), DbError> {
        self.finish().await?;
        self.transaction.commit().await?;
        for hook in self.after_commit {
            hook();
        }
        Ok(())
    }

    /// Ends the last transaction of an operation. In a request it is held open, and committed together with the answer if
    /// that is a good one ([`holding`](super::holding)); elsewhere this is [`WriteTx::commit`]. Nothing that takes long may
    /// come after it: no network, model or storage call.
    ///
    /// # Errors
    /// As [`WriteTx::commit`].
    pub async fn conclude(self) -> Result<(), DbError> {
        match held::hold(self).await? {
            Some(tx) => tx.commit().await,
            None => Ok(()),
        }
    }

    /// Gives the changes up.
    ///
    /// # Errors
    /// When the connection is lost; the database gives them up then as well.
    pub async fn rollback(self) -> Result<(), DbError> {
        self.transaction.rollback().await.map_err(DbError::from)
    }
}
