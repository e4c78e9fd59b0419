//! A claim is renewed while its request is worked on.

use std::convert::Infallible;

use tokio::sync::oneshot;

use super::{Claim, Idempotency, millis, store};
use crate::db::DbError;

/// Renews a claim until it is dropped.
#[derive(Debug)]
pub struct Renewal {
    _ends: oneshot::Sender<Infallible>,
}

impl Idempotency {
    /// Renews a claim from now on, in a task of its own.
    pub fn renewing(&self, claim: &Claim) -> Renewal {
        let (ends, ended) = oneshot::channel();
        let (room, claim) = (self.clone(), claim.clone());
        tokio::spawn(async move {
            tokio::select! {
                _ = ended => {}
                never = room.renew(claim) => match never {},
            }
        });
        Renewal { _ends: ends }
    }

    /// Three attempts fit into a claim's time. One that the database keeps waiting is left to itself and not cut off: half
    /// of a transaction would stay in its connection.
    async fn renew(self, claim: Claim) -> Infallible {
        let (usual, patience, again) = (self.lasts / 3, self.lasts / 5, self.lasts / 15);
        let mut pause = usual;
        loop {
            tokio::time::sleep(pause).await;
            let (room, claim) = (self.clone(), claim.clone());
            let attempt = tokio::spawn(async move { room.renew_once(&claim).await });
            pause = match tokio::time::timeout(patience, attempt).await {
                Ok(Ok(Ok(()))) => usual,
                failed => {
                    tracing::warn!(target: "idempotency", ?failed, "a claim could not be renewed and may run out");
                    again
                }
            };
        }
    }

    async fn renew_once(&self, claim: &Claim) -> Result<(), DbError> {
        let tx = self.db.write_of(claim.org).await?;
        store::renew(&tx, claim, millis(self.lasts)).await?;
        tx.commit().await
    }
}
