use sea_orm::DbErr;

use super::State;
use crate::db::DbError;

/// What the queue can't do.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The database, not the queue.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No such job, or it is another organisation's: the same answer.
    #[error("there is no such job")]
    NotFound,
    /// The job is in a state in which this can't be done.
    #[error("the job is {}: only {cure}", state.as_str())]
    WrongState {
        /// What it is.
        state: State,
        /// What it would have to be.
        cure: &'static str,
    },
    /// Trying again would make two live jobs of one dedup key.
    #[error("the same work is queued or running already: wait for that job instead")]
    TwinIsLive,
    /// Its lease ran out: whatever this attempt has done is not to count.
    #[error("the job is another worker's by now")]
    Lost,
    /// A payload that can't be written as JSON: a fault of ours.
    #[error("the payload of a job can't be written: {0}")]
    Payload(#[from] serde_json::Error),
}

impl From<DbErr> for QueueError {
    fn from(error: DbErr) -> QueueError {
        QueueError::Db(error.into())
    }
}
