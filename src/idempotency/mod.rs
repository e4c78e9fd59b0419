//! One effect of a request that is sent again: who repeats it under the same key gets the first answer.
//!
//! A claim is taken before the work and renewed while it lasts. The answer is kept in the transaction of the effect
//! ([`Idempotency::keep_in`]): a process that dies leaves either both or a claim that runs out, and whoever comes too late
//! because another has begun the work again commits nothing. All times are the database's, because several processes go by
//! them.

mod renewal;
mod rows;
mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::renewal::Renewal;
use self::rows::Model;
use crate::db::{self, Db, DbError, WriteTx};
use crate::keys::{BadSeal, Keys};
use crate::tenancy::{Departed, OrgId, OrgScope};

/// How long an answer is given again.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long nothing may be heard of the work before another may begin it again.
const CLAIM: Duration = Duration::from_secs(15);
const COLUMN: &str = "idempotency_keys.answer";

/// Keeps answers.
#[derive(Clone, Debug)]
pub struct Idempotency {
    db: Db,
    keys: Keys,
    /// How long a claim lasts that is not renewed.
    lasts: Duration,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The HTTP status.
    pub status: u16,
    /// Header lines that belong to it.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What a request finds under its key.
#[derive(Debug)]
pub enum Found {
    /// Nothing: it is the first and may go on.
    Free(Claim),
    /// The answer that the first one got.
    Given(Given),
    /// The first one is still being worked on.
    Running,
    /// Another request had this key.
    Differs,
}

/// The right to answer first.
#[derive(Debug, Clone)]
pub struct Claim {
    id: String,
    org: OrgId,
    /// When it was taken, by the database's clock: tells it from one that another took later.
    since: i64,
}

/// Why an answer could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The claim had run out, and another has begun the work again.
    #[error("another request with the same key has begun meanwhile")]
    Lost,
    /// A kept answer does not open.
    #[error(transparent)]
    Seal(#[from] BadSeal),
    /// A kept answer does not read as one.
    #[error("a kept answer can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl Idempotency {
    /// Answers in this database, sealed by these keys.
    pub fn new(db: Db, keys: Keys) -> Idempotency {
        Idempotency { db, keys, lasts: CLAIM }
    }

    /// Looks what is known under a key that somebody has sent to a route. Another of the same organisation finds nothing
    /// of it: an answer may hold what only the asker may see.
    ///
    /// # Errors
    /// When the database can't be used or a kept answer does not open.
    pub async fn find(
        &self,
        scope: &OrgScope,
        route: &str,
        key: &str,
        body: &[u8],
    ) -> Result<Found, IdempotencyError> {
        let org = scope.org();
        let id = name(scope, route, key);
        let body_hash = blake3::hash(body).to_hex().to_string();
        let tx = self.db.write_of(scope).await?;
        let now = db::now(tx.conn()).await?;
        let mut row = store::find(&tx, &id).await?;
        if let Some(old) = row.as_ref().filter(|row| row.created_at < now.saturating_sub(millis(KEPT))) {
            store::forget(&tx, old).await?;
            row = None;
        }
        let (claim, until) = (Claim { id, org, since: now }, now.saturating_add(millis(self.lasts)));
        match row {
            None => match store::insert(&tx, &claim, &body_hash, until).await {
                // Another process was first by a moment.
                Err(DbError::Conflict(_)) => return Ok(Found::Running),
                inserted => inserted?,
            },
            Some(row) if row.body_hash != body_hash => return Ok(Found::Differs),
            Some(Model { answer: Some(sealed), .. }) => {
                let answer = self.keys.open_sealed(COLUMN, &org.to_string(), &sealed)?;
                return Ok(Found::Given(serde_json::from_slice(&answer)?));
            }
            Some(row) if row.claimed_until > now => return Ok(Found::Running),
            // Answered or taken over since it was looked at.
            Some(row) if !store::take_over(&tx, &row, &claim, until).await? => return Ok(Found::Running),
            Some(_) => {}
        }
        tx.commit().await?;
        Ok(Found::Free(claim))
    }

    /// Removes answers that are not given again any more; how many they were.
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn purge(&self) -> Result<u64, IdempotencyError> {
        let now = db::now(self.db.system()).await?;
        Ok(store::purge(&self.db, now.saturating_sub(millis(KEPT))).await?)
    }

    /// Keeps the answer for those who repeat the request, in the transaction of what was done.
    ///
    /// # Errors
    /// [`IdempotencyError::Lost`], or when the database refuses: the transaction is to be left then.
    pub async fn keep_in(&self, tx: &WriteTx, claim: &Claim, given: &Given) -> Result<(), IdempotencyError> {
        let text = serde_json::to_vec(given)?;
        let sealed = self.keys.seal(COLUMN, &claim.org.to_string(), &text)?;
        match store::keep(tx, claim, sealed).await? {
            true => Ok(()),
            false => Err(IdempotencyError::Lost),
        }
    }

    /// Keeps the answer to what has changed nothing, or in several steps.
    ///
    /// # Errors
    /// As [`Idempotency::keep_in`]; the claim runs out by itself then.
    pub async fn keep(&self, claim: &Claim, given: &Given) -> Result<(), IdempotencyError> {
        let tx = self.db.write_of(claim.org).await?;
        self.keep_in(&tx, claim, given).await?;
        Ok(tx.commit().await?)
    }

    /// Removes what is kept for an organisation that was deleted.
    ///
    /// # Errors
    /// When the database refuses; begun again it goes on.
    pub async fn remove(&self, gone: &Departed) -> Result<(), IdempotencyError> {
        Ok(store::remove(&self.db, gone.org()).await?)
    }

    /// Lets the key go: the request was refused and may be mended.
    ///
    /// # Errors
    /// When the database refuses; the claim runs out by itself then.
    pub async fn release(&self, claim: &Claim) -> Result<(), IdempotencyError> {
        let tx = self.db.write_of(claim.org).await?;
        store::release(&tx, claim).await?;
        Ok(tx.commit().await?)
    }
}

/// Parts are length-prefixed, so that none can pose as two.
fn name(scope: &OrgScope, route: &str, key: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [scope.org().to_string().as_str(), &scope.actor().to_string(), route, key] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
