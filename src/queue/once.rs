//! One effect for a job, however often it is begun: a note of it in the job's own payload, in the transaction of the effect.

use sea_orm::ConnectionTrait;

use super::context::Context;
use super::dialect::statement;
use super::store::Claimed;
use super::{Job, QueueError};
use crate::db::WriteTx;

const NOTE: &str = "UPDATE jobs SET payload = $5
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running' AND payload = $4";
const NOTED: &str = "SELECT 1 FROM jobs
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running' AND payload = $4";

/// The note that a job's effect is there.
pub struct Once<'a> {
    job: &'a Claimed,
    after: String,
}

impl Context {
    /// `after`: the job as another attempt is to find it.
    ///
    /// # Errors
    /// When it can't be written as JSON.
    pub fn once<J: Job>(&self, after: &J) -> Result<Once<'_>, QueueError> {
        Ok(Once { job: &self.0.claimed, after: serde_json::to_string(after)? })
    }
}

impl Once<'_> {
    /// Notes it in the transaction of the effect. False where it was noted before, by a commit of which nobody heard: the
    /// effect is there, and this transaction is to be left.
    ///
    /// # Errors
    /// [`QueueError::Lost`] when the job is somebody else's by now: this transaction is to be left, too.
    pub async fn note(&self, tx: &mut WriteTx) -> Result<bool, QueueError> {
        let backend = tx.conn().get_database_backend();
        let Claimed { id, owner, attempt, payload, .. } = self.job;
        let key = || vec![id.to_string().into(), owner.to_string().into(), i64::from(*attempt).into()];
        let mut values = key();
        values.extend([payload.clone().into(), self.after.clone().into()]);
        if tx.conn().execute_raw(statement(backend, NOTE, values)).await?.rows_affected() == 1 {
            return Ok(true);
        }
        let mut values = key();
        values.push(self.after.clone().into());
        match tx.conn().query_one_raw(statement(backend, NOTED, values)).await? {
            Some(_) => Ok(false),
            None => Err(QueueError::Lost),
        }
    }
}
