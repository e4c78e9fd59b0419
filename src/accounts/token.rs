//! Tokens that are kept by their hash alone: a dump of the database opens nothing.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::base::{Ids, Secret};

/// A new token of 256 random bits.
pub(super) fn new(ids: &Ids) -> Secret {
    Secret::new(BASE64_URL_SAFE_NO_PAD.encode(ids.bytes::<32>()))
}

/// What is kept of a token, and looked up. A token is too random to be guessed from its hash, so no salt is needed.
pub(super) fn hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}
