use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr};

use crate::marks;

/// What the database can answer besides rows.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Away, locked, full or out of connections: trying again later may help.
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// A unique key is taken: somebody else was first.
    #[error("already there: {0}")]
    Conflict(String),
    /// What a row was to belong to is gone: somebody has deleted it meanwhile.
    #[error("what this belongs to was deleted meanwhile: {0}")]
    Gone(String),
    /// A row that does not read as what its column promises.
    #[error("a stored {what} can't be read: {value:?}")]
    Corrupt {
        /// The kind of value.
        what: &'static str,
        /// What stood there.
        value: String,
    },
    /// Anything else: a fault of ours.
    #[error("the database refused: {0}")]
    Other(DbErr),
}

impl DbError {
    /// Whether trying again later can help.
    pub fn is_passing(&self) -> bool {
        matches!(self, DbError::Unavailable(_))
    }
}

impl From<DbErr> for DbError {
    fn from(error: DbErr) -> DbError {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => return DbError::Conflict(what),
            Some(SqlErr::ForeignKeyConstraintViolation(what)) => return DbError::Gone(what),
            _ => {}
        }
        match &error {
            DbErr::ConnectionAcquire(why) => {
                if matches!(why, ConnAcquireErr::Timeout) {
                    marks::connection_missed();
                }
                DbError::Unavailable(error.to_string())
            }
            DbErr::Conn(_) => DbError::Unavailable(error.to_string()),
            DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))
                if is_passing(cause) =>
            {
                DbError::Unavailable(error.to_string())
            }
            _ => DbError::Other(error),
        }
    }
}

/// Faults of the moment: connection lost, pool empty, SQLite busy (5), locked (6), read-only disk (8), I/O (10), full (13).
fn is_passing(cause: &sea_orm::sqlx::Error) -> bool {
    use sea_orm::sqlx::Error;
    match cause {
        Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed | Error::Tls(_) => true,
        Error::Database(database) => match database.code().as_deref() {
            Some(code) if code.len() == 5 => {
                // Connection, operator, resources, and class 40: deadlocks, which the next try does not meet. 25P03: a
                // transaction that was left alone for too long, as by a process that stood still.
                ["08", "25P03", "40", "53", "57"].iter().any(|class| code.starts_with(class))
            }
            Some(code) => code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13)),
            None => false,
        },
        _ => false,
    }
}
