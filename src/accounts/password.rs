//! Passwords: argon2id, one at a time per core, and the same work whether there is an account or not.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::AccountError;
use crate::base::{Ids, Secret};

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Hashes at once in this process: they take memory and a core each.
const AT_ONCE: usize = 2;

/// The least number of characters.
pub const SHORTEST: usize = 10;
/// Longer ones are not hashed: that would be work for whoever asks.
pub const LONGEST: usize = 1_000;

/// Hashes and compares.
#[derive(Clone, Debug)]
pub(super) struct Passwords {
    ids: Ids,
    turns: Arc<Semaphore>,
}

impl Passwords {
    pub fn new(ids: Ids) -> Passwords {
        Passwords { ids, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The hash to keep of a new password.
    pub async fn hash(&self, password: &Secret) -> Result<String, AccountError> {
        check(password)?;
        let (password, salt) = (password.clone(), self.ids.bytes::<16>());
        let hashed = self.work(move || {
            let hashed = argon2()?.hash_password_with_salt(password.reveal().as_bytes(), &salt).ok()?;
            let hashed: argon2::password_hash::phc::PasswordHash = hashed;
            Some(hashed.to_string())
        });
        hashed.await.ok_or(AccountError::Busy)
    }

    /// Whether the password is the one of this hash. Without a hash the answer is no, after the same work.
    pub async fn matches(&self, password: &Secret, hash: Option<String>) -> bool {
        if password.reveal().len() > LONGEST {
            return false;
        }
        let (password, salt) = (password.clone(), self.ids.bytes::<16>());
        let compared = self.work(move || {
            let argon2 = argon2()?;
            let Some(hash) = hash else {
                argon2.hash_password_with_salt(password.reveal().as_bytes(), &salt).ok()?;
                return Some(false);
            };
            let hash = PasswordHash::new(&hash).ok()?;
            Some(argon2.verify_password(password.reveal().as_bytes(), &hash).is_ok())
        });
        compared.await.unwrap_or(false)
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
        let _turn = self.turns.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()?
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn check(password: &Secret) -> Result<(), AccountError> {
    let length = password.reveal().chars().count();
    if length < SHORTEST || password.reveal().len() > LONGEST {
        return Err(AccountError::Password);
    }
    Ok(())
}
