//! One effect of a request that is sent again: who repeats it under the same key gets the first answer.
//!
//! A claim is taken before the work and its answer kept after it. A process that dies in between leaves a claim that runs
//! out; the work may have been done then, and is done again by the next repetition.

mod rows;
mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::Clock;
use crate::db::{Db, DbError};
use crate::keys::{BadSeal, Keys};
use crate::tenancy::{Departed, OrgId, OrgScope};

/// How long an answer is given again.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long work may take before another may begin it again.
const CLAIM: Duration = Duration::from_secs(60);
const COLUMN: &str = "idempotency_keys.answer";

/// Keeps answers.
#[derive(Clone, Debug)]
pub struct Idempotency {
    db: Db,
    clock: Clock,
    keys: Keys,
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
    until: i64,
}

/// Why an answer could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// A kept answer does not open.
    #[error(transparent)]
    Seal(#[from] BadSeal),
    /// A kept answer does not read as one.
    #[error("a kept answer can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}

impl Idempotency {
    /// Answers in this database, sealed by these keys.
    pub fn new(db: Db, clock: Clock, keys: Keys) -> Idempotency {
        Idempotency { db, clock, keys }
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
        let now = self.clock.millis();
        let tx = self.db.write().await?;
        store::purge(&tx, now.saturating_sub(millis(KEPT))).await?;
        let claim = Claim { id, org, until: now.saturating_add(millis(CLAIM)) };
        match store::find(&tx, &claim.id).await? {
            None => match store::insert(&tx, &claim, &body_hash, now).await {
                // Another process was first by a moment.
                Err(DbError::Conflict(_)) => return Ok(Found::Running),
                inserted => inserted?,
            },
            Some(row) if row.body_hash != body_hash => return Ok(Found::Differs),
            Some(row) => match row.answer {
                Some(sealed) => {
                    let answer = self.keys.open_sealed(COLUMN, &org.to_string(), &sealed)?;
                    return Ok(Found::Given(serde_json::from_slice(&answer)?));
                }
                None if row.claimed_until > now => return Ok(Found::Running),
                None => store::claim_again(&tx, &claim).await?,
            },
        }
        tx.commit().await?;
        Ok(Found::Free(claim))
    }

    /// Keeps the answer for those who repeat the request.
    ///
    /// # Errors
    /// When the database refuses; the claim runs out by itself then.
    pub async fn keep(&self, claim: &Claim, given: &Given) -> Result<(), IdempotencyError> {
        let text = serde_json::to_vec(given)?;
        let sealed = self.keys.seal(COLUMN, &claim.org.to_string(), &text)?;
        let tx = self.db.write().await?;
        store::keep(&tx, claim, sealed).await?;
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
        let tx = self.db.write().await?;
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
