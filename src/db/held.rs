//! The last transaction of a request, held open until its answer is known: what was done and what was answered become
//! lasting in one commit, so that neither can be lost without the other.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr, QueryResult, RuntimeErr, Statement};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{DbError, WriteTx};
use crate::tenancy::OrgId;

type Slot = Arc<Mutex<Option<WriteTx>>>;

tokio::task_local! {
    static SLOT: Slot;
}

/// Does the work of a request. A transaction that it ends with [`WriteTx::conclude`] is given back uncommitted, and what
/// the work reads of its organisation after that is read in it.
pub async fn holding<T>(work: impl Future<Output = T>) -> (T, Option<WriteTx>) {
    let slot = Slot::default();
    let done = SLOT.scope(Arc::clone(&slot), work).await;
    let held = slot.lock().await.take();
    (done, held)
}

/// A transaction that is held, for reading. The guard is made for a full slot alone.
pub(super) struct Held(OwnedMutexGuard<Option<WriteTx>>);

impl Held {
    pub(super) async fn one(mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(tx) = self.0.as_mut() else { return Err(gone()) };
        let found = tx.conn().query_one_raw(statement).await;
        found.inspect_err(|_| tx.spoil())
    }

    pub(super) async fn all(mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(tx) = self.0.as_mut() else { return Err(gone()) };
        let found = tx.conn().query_all_raw(statement).await;
        found.inspect_err(|_| tx.spoil())
    }
}

fn gone() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("a held transaction is gone".to_owned()))
}

/// The held transaction of this request, if it sees the rows of `org`.
pub(super) async fn held(org: OrgId) -> Option<Held> {
    let guard = SLOT.try_with(Arc::clone).ok()?.lock_owned().await;
    let sees = guard.as_ref()?.org();
    sees.is_none_or(|sees| sees == org).then_some(Held(guard))
}

/// Holds a transaction, in a request; gives it back where nobody would.
pub(super) async fn hold(tx: WriteTx) -> Result<Option<WriteTx>, DbError> {
    let Ok(slot) = SLOT.try_with(Arc::clone) else { return Ok(Some(tx)) };
    release().await?;
    *slot.lock().await = Some(tx);
    Ok(None)
}

/// Commits what is held: the request goes on to another transaction. No operation does; one that did would have an effect
/// that does not hang on its answer.
pub(super) async fn release() -> Result<(), DbError> {
    let Ok(slot) = SLOT.try_with(Arc::clone) else { return Ok(()) };
    let held = slot.lock().await.take();
    match held {
        Some(tx) => {
            let is_tried_alone = cfg!(test);
            debug_assert!(is_tried_alone, "an operation goes on after what it has concluded");
            tx.commit().await
        }
        None => Ok(()),
    }
}
