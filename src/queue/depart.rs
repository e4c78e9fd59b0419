//! The jobs of an organisation that was deleted.

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Value};

use super::dialect::statement;
use super::{Job, Queue, QueueError, Said, State, rows};
use crate::db::WriteTx;
use crate::tenancy::Departed;

const DROP: &str = "DELETE FROM jobs WHERE org_id = $1 AND state = 'queued'";
// A lane names the organisation, too: `Lane`.
const TAKE_OVER: &str = "UPDATE jobs SET org_id = '', lane = replace(lane, $1, '-')
    WHERE org_id = $1 AND kind = $2 AND state IN ('queued', 'running')";
const CALL_OFF: &str = "UPDATE jobs SET cancel_requested = 1 WHERE org_id = $1 AND state = 'running'";

impl Queue {
    /// Removes an organisation's queued jobs and calls its running ones off, from the commit of `tx` on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_all(&self, tx: &mut WriteTx, gone: &Departed) -> Result<(), QueueError> {
        let backend = tx.conn().get_database_backend();
        for change in [DROP, CALL_OFF] {
            tx.conn().execute_raw(statement(backend, change, [gone.org().to_string().into()])).await?;
        }
        let signals = self.signals().clone();
        tx.after_commit(move || signals.say(Said::CalledOff));
        Ok(())
    }

    /// Makes an organisation's jobs of a kind the product's own, from the commit of `tx` on: work for others than them, which
    /// is to be done though they are gone. Nothing of the payload may tell of them when it is done.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_over<J: Job>(&self, tx: &mut WriteTx, gone: &Departed) -> Result<(), QueueError> {
        let backend = tx.conn().get_database_backend();
        let values: [Value; 2] = [gone.org().to_string().into(), J::NAME.into()];
        tx.conn().execute_raw(statement(backend, TAKE_OVER, values)).await?;
        Ok(())
    }

    /// How many of its jobs a worker still has in its hands.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn running_of(&self, gone: &Departed) -> Result<u64, QueueError> {
        let running = rows::Entity::find()
            .filter(rows::Column::OrgId.eq(gone.org().to_string()))
            .filter(rows::Column::State.eq(State::Running.as_str()));
        Ok(running.count(self.db().system()).await?)
    }

    /// Removes all its jobs. A worker that has one still finds its lease lost, and lets go of it.
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn remove(&self, gone: &Departed) -> Result<(), QueueError> {
        let which = Condition::all().add(rows::Column::OrgId.eq(gone.org().to_string()));
        self.db().remove::<rows::Entity>(rows::Column::Id, which).await?;
        Ok(())
    }
}
