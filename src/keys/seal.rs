//! Sealing: what the database keeps and must not show, such as the seed of somebody's one-time codes.
//!
//! XChaCha20-Poly1305 under a key derived for this one purpose. The column and the row's owner are bound to the text as
//! associated data: a sealed value that is moved to another row or column does not open.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::Keys;

const CONTEXT: &str = "citepress 2026-11-21 sealed columns";
/// Names key and method, so that both can change some day.
const VERSION: &str = "k1";
const NONCE: usize = 24;

/// A sealed value that does not open: it was changed or moved, or the key is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value can't be opened: the key file is not the one it was sealed with")]
pub struct BadSeal;

impl Keys {
    /// Seals a value for one column of one owner's row.
    ///
    /// # Errors
    /// [`BadSeal`] when the value is longer than the method allows, which is 256 GiB.
    pub fn seal(&self, column: &str, owner: &str, value: &[u8]) -> Result<String, BadSeal> {
        let nonce = self.ids.bytes::<NONCE>();
        let bound = bound(column, owner);
        let payload = Payload { msg: value, aad: bound.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| BadSeal)?;
        Ok(format!("{VERSION}.{}.{}", BASE64.encode(nonce), BASE64.encode(sealed)))
    }

    /// Opens what was sealed for the same column and owner.
    ///
    /// # Errors
    /// [`BadSeal`].
    pub fn open_sealed(&self, column: &str, owner: &str, sealed: &str) -> Result<Vec<u8>, BadSeal> {
        let mut parts = sealed.split('.');
        let (Some(VERSION), Some(nonce), Some(text), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadSeal);
        };
        let bytes = |text: &str| BASE64.decode(text).map_err(|_| BadSeal);
        let nonce: [u8; NONCE] = bytes(nonce)?.try_into().map_err(|_| BadSeal)?;
        let bound = bound(column, owner);
        let (text, aad) = (bytes(text)?, bound.as_bytes());
        self.cipher().decrypt(&XNonce::from(nonce), Payload { msg: &text, aad }).map_err(|_| BadSeal)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&blake3::derive_key(CONTEXT, &self.master).into())
    }
}

/// Neither part can pose as both: a column's name has no line end.
fn bound(column: &str, owner: &str) -> String {
    format!("{column}\n{owner}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};

    fn keys(data: &std::path::Path) -> Keys {
        let clock = Clock::system();
        Keys::open(data, &Ids::system(clock.clone()), clock).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_for_its_own_column_and_owner_alone() {
        let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let keys_here = keys(ours.path());
        let sealed = keys_here.seal("people.totp", "usr_1", b"seed").unwrap();
        assert_eq!(keys_here.open_sealed("people.totp", "usr_1", &sealed).unwrap(), b"seed");
        assert_eq!(keys_here.open_sealed("people.totp", "usr_2", &sealed), Err(BadSeal));
        assert_eq!(keys_here.open_sealed("webhooks.secret", "usr_1", &sealed), Err(BadSeal));
        assert_eq!(keys(theirs.path()).open_sealed("people.totp", "usr_1", &sealed), Err(BadSeal));
        assert_ne!(keys_here.seal("people.totp", "usr_1", b"seed").unwrap(), sealed, "a nonce of its own");
        for broken in ["", "k1", "k2.AA.AA", "k1.AA.AA", &sealed[..sealed.len() - 2]] {
            assert_eq!(keys_here.open_sealed("people.totp", "usr_1", broken), Err(BadSeal), "{broken}");
        }
    }
}
