//! The installation's secret key, and what is signed with it.
//!
//! One key of 256 random bits (`data/secret.key`, readable by its owner alone); each purpose signs with a key of its own
//! derived from it, so that a token made for one purpose is worth nothing for another.

mod seal;

pub use seal::BadSeal;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::base::{Clock, Ids};

const FILE: &str = "secret.key";
const LENGTH: usize = 32;

/// What a token is for. The text is part of the key's derivation and never changes.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// To look at an edition that is not live.
    Preview,
    /// To do once what a mail has offered: finish signing up, choose a new password.
    Link,
    /// To become a member of an organisation.
    Invitation,
    /// To prove that a domain is an organisation's.
    Domain,
    /// To finish signing in with a one-time code, after the right password.
    SignIn,
    /// To hide and seal what is kept in a cache that others may read.
    Cache,
    /// To tell whether a backup's secrets open with this key.
    Backup,
}

impl Purpose {
    fn context(self) -> &'static str {
        match self {
            Purpose::Preview => "citepress 2026-11-21 preview of an edition",
            Purpose::Link => "citepress 2026-11-21 link in a mail",
            Purpose::Invitation => "citepress 2026-11-21 invitation",
            Purpose::Domain => "citepress 2026-11-21 proof of a domain",
            Purpose::SignIn => "citepress 2026-11-21 second step of signing in",
            Purpose::Cache => "citepress 2026-11-28 shared cache",
            Purpose::Backup => "citepress 2026-11-28 check of a backup's key",
        }
    }
}

/// The key. Shows nothing of itself.
#[derive(Clone)]
pub struct Keys {
    master: [u8; LENGTH],
    clock: Clock,
    ids: Ids,
}

/// The key file can't be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the key file {path} can't be used ({why}): restore it from a backup; without it, what it sealed is lost"
)]
pub struct KeyError {
    path: String,
    why: String,
}

/// A token that is not valid, or no more. Which of the two is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this link is not valid any more: ask for a new one")]
pub struct BadToken;

#[derive(Serialize, Deserialize)]
struct Claims<T> {
    /// Seconds since the epoch (RFC 7519).
    exp: i64,
    #[serde(flatten)]
    what: T,
}

impl Keys {
    /// Reads the key from the data folder; makes it the first time.
    ///
    /// # Errors
    /// When it can't be read or written, or is damaged.
    pub fn open(data: &Path, ids: &Ids, clock: Clock) -> Result<Keys, KeyError> {
        if let Some(keys) = Keys::find(data, ids, clock.clone())? {
            return Ok(keys);
        }
        let path = data.join(FILE);
        let failed = |why: String| KeyError { path: path.display().to_string(), why };
        make(&path, &ids.bytes(), ids).map_err(|error| failed(error.to_string()))?;
        Keys::find(data, ids, clock)?.ok_or_else(|| failed("it is gone again".to_owned()))
    }

    /// As [`Keys::open`], but makes none.
    ///
    /// # Errors
    /// When there is one that can't be read.
    pub fn find(data: &Path, ids: &Ids, clock: Clock) -> Result<Option<Keys>, KeyError> {
        let path = data.join(FILE);
        let failed = |why: String| KeyError { path: path.display().to_string(), why };
        let kept = match std::fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| failed(error.to_string()))?,
        };
        let keys = Keys::of(&kept, ids, clock);
        keys.map(Some).ok_or_else(|| failed(format!("it does not hold {LENGTH} bytes")))
    }

    /// A key that was read; `None` where it is none.
    pub fn of(key: &[u8], ids: &Ids, clock: Clock) -> Option<Keys> {
        Some(Keys { master: key.try_into().ok()?, clock, ids: ids.clone() })
    }

    /// Puts a key, which came out of a backup, where there is none.
    ///
    /// # Errors
    /// When it can't be written, or is no key.
    pub fn put(data: &Path, key: &[u8], ids: &Ids) -> Result<(), KeyError> {
        let path = data.join(FILE);
        let failed = |why: String| KeyError { path: path.display().to_string(), why };
        let key = key.try_into().map_err(|_| failed(format!("it does not hold {LENGTH} bytes")))?;
        make(&path, key, ids).map_err(|error| failed(error.to_string()))
    }

    /// The key itself: for a backup that is to hold it, and nobody else.
    pub fn reveal(&self) -> &[u8] {
        &self.master
    }

    /// A text that tells this key from others and says nothing of it.
    pub fn check(&self) -> String {
        self.mark(Purpose::Backup, "key")
    }

    /// A token (JWT, HS256) that says `what` and is good for `valid`.
    pub fn sign<T: Serialize>(&self, purpose: Purpose, what: T, valid: Duration) -> String {
        let exp = self.clock.now().as_second().saturating_add_unsigned(valid.as_secs());
        let key = EncodingKey::from_secret(&self.derived(purpose));
        // HS256 with a key in memory can't fail; an empty token would be refused like any other bad one.
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &Claims { exp, what }, &key).unwrap_or_default()
    }

    /// What a token says.
    ///
    /// # Errors
    /// [`BadToken`] when it is forged, for another purpose, or over.
    pub fn verify<T: DeserializeOwned + Clone>(&self, purpose: Purpose, token: &str) -> Result<T, BadToken> {
        let mut rules = Validation::new(Algorithm::HS256);
        // The library would ask the machine's clock: time is ours to compare.
        rules.validate_exp = false;
        rules.validate_aud = false;
        let key = DecodingKey::from_secret(&self.derived(purpose));
        let claims = jsonwebtoken::decode::<Claims<T>>(token, &key, &rules).map_err(|_| BadToken)?.claims;
        if claims.exp > self.clock.now().as_second() { Ok(claims.what) } else { Err(BadToken) }
    }

    /// A text that nobody else can make and that is the same each time, for this purpose and this thing.
    pub fn mark(&self, purpose: Purpose, thing: &str) -> String {
        blake3::keyed_hash(&self.derived(purpose), thing.as_bytes()).to_hex()[..40].to_owned()
    }

    /// A key of its own for a room that seals by itself.
    pub fn key_for(&self, purpose: Purpose) -> [u8; LENGTH] {
        self.derived(purpose)
    }

    fn derived(&self, purpose: Purpose) -> [u8; LENGTH] {
        blake3::derive_key(purpose.context(), &self.master)
    }
}

/// Writes the key whole or not at all, readable by its owner alone. Of two processes that start at once, the key of one
/// is kept and both read that.
fn make(path: &Path, key: &[u8; LENGTH], ids: &Ids) -> std::io::Result<()> {
    let draft = path.with_extension(format!("{:016x}", u64::from_be_bytes(ids.bytes::<8>())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let made = file.write_all(key).and_then(|()| file.sync_all()).and_then(|()| {
        match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        }
    });
    std::fs::remove_file(&draft)?;
    made
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::timestamp;

    fn keys(data: &Path, clock: &Clock) -> Keys {
        Keys::open(data, &Ids::system(clock.clone()), clock.clone()).unwrap()
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(timestamp(1_790_000_000_000));
        let what = serde_json::json!({ "edition": "ed_1" });
        let token = keys(folder.path(), &clock).sign(Purpose::Preview, &what, Duration::from_secs(60));
        // Another process with the same data folder reads the same key.
        let other = keys(folder.path(), &clock);
        assert_eq!(other.verify::<serde_json::Value>(Purpose::Preview, &token), Ok(what));
        clock.advance(Duration::from_secs(61));
        assert_eq!(other.verify::<serde_json::Value>(Purpose::Preview, &token), Err(BadToken));
    }

    #[test]
    fn a_forged_token_and_one_of_another_installation_are_refused() {
        let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clock = Clock::system();
        let what = serde_json::json!({ "edition": "ed_1" });
        let token = keys(theirs.path(), &clock).sign(Purpose::Preview, &what, Duration::from_secs(60));
        let keys = keys(ours.path(), &clock);
        assert!(keys.verify::<serde_json::Value>(Purpose::Preview, &token).is_err());
        let none = "eyJhbGciOiJub25lIn0.eyJlZGl0aW9uIjoiZWRfMSIsImV4cCI6OTk5OTk5OTk5OX0.";
        assert!(keys.verify::<serde_json::Value>(Purpose::Preview, none).is_err());
    }

    #[test]
    fn the_key_file_is_its_owners_alone_and_a_damaged_one_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::system();
        keys(folder.path(), &clock);
        let path = folder.path().join("secret.key");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, b"short").unwrap();
        let refused = Keys::open(folder.path(), &Ids::system(clock.clone()), clock).unwrap_err().to_string();
        assert!(refused.contains("secret.key") && refused.contains("32 bytes"), "{refused}");
    }
}
