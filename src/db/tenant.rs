//! The rows of one organisation. On PostgreSQL each question is a transaction in the tenants' role that has named the
//! organisation first, and row-level security shows it that one's rows alone: a forgotten filter finds nothing of others'.

use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement, TransactionTrait,
};

use super::held;
use super::replica::Replica;
use crate::tenancy::OrgId;

/// How long a replica may take for an answer. One whose network swallows everything says nothing at all.
const PATIENCE: Duration = Duration::from_secs(3);

/// Answers questions about the rows of one organisation.
pub struct OrgRows {
    pool: DatabaseConnection,
    org: OrgId,
    /// Where `pool` is that of a replica: it, and who is asked when it fails.
    behind: Option<(Replica, DatabaseConnection)>,
}

impl OrgRows {
    pub(super) fn new(pool: DatabaseConnection, org: OrgId) -> OrgRows {
        OrgRows { pool, org, behind: None }
    }

    /// As a replica has them; as the primary has them, if it fails.
    pub(super) fn behind(replica: Replica, primary: DatabaseConnection, org: OrgId) -> OrgRows {
        OrgRows { pool: replica.pool().clone(), org, behind: Some((replica, primary)) }
    }

    /// `None` on SQLite, which knows no such wall: the scopes alone keep tenants apart there.
    async fn walled(&self) -> Result<Option<DatabaseTransaction>, DbErr> {
        if self.pool.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let transaction = self.pool.begin().await?;
        name_org(&transaction, self.org).await?;
        Ok(Some(transaction))
    }

    async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(transaction) = self.walled().await? else { return self.pool.query_one_raw(statement).await };
        let found = transaction.query_one_raw(statement).await?;
        transaction.commit().await?;
        Ok(found)
    }

    async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(transaction) = self.walled().await? else { return self.pool.query_all_raw(statement).await };
        let found = transaction.query_all_raw(statement).await?;
        transaction.commit().await?;
        Ok(found)
    }
}

/// What a question to a replica brings; `None` when it has failed, and the primary is to be asked.
async fn timely<T>(replica: &Replica, question: impl Future<Output = Result<T, DbErr>>) -> Option<T> {
    let silent = || DbErr::Conn(RuntimeErr::Internal(format!("no answer within {PATIENCE:?}")));
    let found = tokio::time::timeout(PATIENCE, question).await.unwrap_or_else(|_| Err(silent()));
    found.inspect_err(|error| replica.failed(error)).ok()
}

/// Names the organisation whose rows a transaction is to see.
pub(super) async fn name_org(transaction: &DatabaseTransaction, org: OrgId) -> Result<(), DbErr> {
    let name = "SELECT set_config('app.org', $1, true)";
    let name = Statement::from_sql_and_values(DbBackend::Postgres, name, [org.to_string().into()]);
    transaction.execute_raw(name).await.map(drop)
}

#[async_trait]
impl ConnectionTrait for OrgRows {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let Some(transaction) = self.walled().await? else { return self.pool.execute_raw(statement).await };
        let done = transaction.execute_raw(statement).await?;
        transaction.commit().await?;
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let Some(transaction) = self.walled().await? else { return self.pool.execute_unprepared(sql).await };
        let done = transaction.execute_unprepared(sql).await?;
        transaction.commit().await?;
        Ok(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if let Some(held) = held::held(self.org).await {
            return held.one(statement).await;
        }
        let Some((replica, primary)) = &self.behind else { return self.one(statement).await };
        match timely(replica, self.one(statement.clone())).await {
            Some(found) => Ok(found),
            None => OrgRows::new(primary.clone(), self.org).one(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if let Some(held) = held::held(self.org).await {
            return held.all(statement).await;
        }
        let Some((replica, primary)) = &self.behind else { return self.all(statement).await };
        match timely(replica, self.all(statement.clone())).await {
            Some(found) => Ok(found),
            None => OrgRows::new(primary.clone(), self.org).all(statement).await,
        }
    }
}
