//! The last transaction of a request, held open until its answer is known: what was done and what was answered become
//! lasting in one commit, so that neither can be lost without the other.

use std::sync::Arc;

use sea_orm::DatabaseTransaction;
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

/// A transaction that is held, for reading.
pub struct Held(OwnedMutexGuard<Option<WriteTx>>);

impl Held {
    /// Its connection; the guard is made for a full slot alone.
    pub(super) fn conn(&self) -> Option<&DatabaseTransaction> {
        self.0.as_ref().map(WriteTx::conn)
    }
}

/// The held transaction of this request that sees the rows of `org`, or of all.
pub(super) async fn held(org: Option<OrgId>) -> Option<Held> {
    let guard = SLOT.try_with(Arc::clone).ok()?.lock_owned().await;
    let sees = guard.as_ref()?.org();
    (sees.is_none() || sees == org).then_some(Held(guard))
}

/// Holds a transaction, in a request; gives it back where nobody would.
pub(super) async fn hold(tx: WriteTx) -> Result<Option<WriteTx>, DbError> {
    let Ok(slot) = SLOT.try_with(Arc::clone) else { return Ok(Some(tx)) };
    release().await?;
    *slot.lock().await = Some(tx);
    Ok(None)
}

/// Commits what is held: the request goes on to another transaction, so that it was not its last.
pub(super) async fn release() -> Result<(), DbError> {
    let Ok(slot) = SLOT.try_with(Arc::clone) else { return Ok(()) };
    let held = slot.lock().await.take();
    match held {
        Some(tx) => tx.commit().await,
        None => Ok(()),
    }
}
