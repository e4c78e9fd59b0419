//! Organisations that leave, and the operator's own chain, which is all that tells of them then.

use serde_json::{Value, json};

use super::chain::{self, Broken};
use super::{DELETED, Event, Events, Happened, OPERATOR, store};
use crate::db::{DbError, Last, WriteTx};
use crate::tenancy::{Actor, Departed};

impl Events {
    /// Closes an organisation's chain and writes its id and last hash into the operator's: who holds a copy of the log can
    /// show that it ends with this hash. Nothing is written to a closed chain, so no work that goes on has an effect.
    ///
    /// It is done as part of the commit, after the transaction's other events.
    pub fn close(&self, tx: &mut WriteTx, gone: &Departed) {
        let org = gone.org();
        // Who did it is told by nothing: an account may have gone along.
        let happened = Happened { kind: DELETED, subject: org.to_string(), data: Value::Null };
        let mut event = self.new_event(Actor::System, happened);
        tx.at_the_end(Last::Events, move |tx| {
            Box::pin(async move {
                let last_hash = store::close(tx, &org.to_string()).await?;
                event.data = json!({ "last_hash": last_hash });
                store::append(tx, OPERATOR, event).await
            })
        });
        let signals = self.signals.clone();
        tx.after_commit(move || signals.tell(org));
    }

    /// Writes an event of what concerns no organisation into the operator's chain, as part of the commit.
    pub fn record_for_operator(&self, tx: &mut WriteTx, actor: Actor, happened: Happened) {
        let event = self.new_event(actor, happened);
        tx.at_the_end(Last::Events, move |tx| {
            Box::pin(async move { store::append(tx, OPERATOR, event).await })
        });
    }

    /// Removes what an organisation's chain held.
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn remove(&self, gone: &Departed) -> Result<(), DbError> {
        store::remove(&self.db, &gone.org().to_string()).await
    }

    /// The operator's events after number `after`, oldest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn operators(&self, after: i64, limit: u64) -> Result<Vec<Event>, DbError> {
        store::list(self.db.system(), OPERATOR, after, limit).await
    }

    /// Reads the operator's chain again and says where it does not hold.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn verify_operators(&self) -> Result<Result<i64, Broken>, DbError> {
        chain::verify(&self.db, OPERATOR).await
    }
}
