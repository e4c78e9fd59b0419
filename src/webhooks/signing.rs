//! Signatures as Standard Webhooks has them: HMAC-SHA256 of id, time and body.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::base::{Ids, Secret};
use crate::keys::BadSeal;

const PREFIX: &str = "whsec_";
const BYTES: usize = 32;

/// A new secret, of 256 random bits.
pub(super) fn new_secret(ids: &Ids) -> Secret {
    Secret::new(format!("{PREFIX}{}", BASE64.encode(ids.bytes::<BYTES>())))
}

/// The signature of one message, with its version in front. `timestamp` is in seconds since the epoch.
///
/// # Errors
/// When the secret is none: what was sealed is not what was kept.
pub(super) fn sign(secret: &Secret, id: &str, timestamp: i64, body: &str) -> Result<String, BadSeal> {
    let text = secret.reveal().strip_prefix(PREFIX).ok_or(BadSeal)?;
    let key = BASE64.decode(text).map_err(|_| BadSeal)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| BadSeal)?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Clock;

    /// The example that the libraries of Standard Webhooks test themselves with.
    #[test]
    fn a_signature_is_the_one_that_receivers_expect() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_holds_256_bits_and_shows_none() {
        let secret = new_secret(&Ids::system(Clock::system()));
        let key = BASE64.decode(secret.reveal().strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(key.len(), 32);
        assert!(sign(&secret, "a", 1, "{}").is_ok());
    }
}
