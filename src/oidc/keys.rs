//! A provider's keys, and what each may be used for.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// RSA below this is too short (RFC 7518, 3.3).
const RSA_BYTES: usize = 2048 / 8;

/// A key that can check signatures of one algorithm.
pub(super) struct Key {
    pub id: String,
    pub algorithm: Algorithm,
    pub key: DecodingKey,
}

impl Key {
    /// Of a JWK; `None` for one that is not for signatures, or not of a kind that is taken here.
    pub(super) fn of(jwk: serde_json::Value) -> Option<Key> {
        let jwk: Jwk = serde_json::from_value(jwk).ok()?;
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(rsa) if is_long(&rsa.n) => Algorithm::RS256,
            AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
                Algorithm::ES256
            }
            _ => return None,
        };
        let common = &jwk.common;
        let is_its = common.key_algorithm.is_none_or(|named| named == KeyAlgorithm::from(algorithm));
        let signs = common.public_key_use.as_ref().is_none_or(|named| *named == PublicKeyUse::Signature);
        let verifies =
            common.key_operations.as_ref().is_none_or(|named| named.contains(&KeyOperations::Verify));
        if !(is_its && signs && verifies) {
            return None;
        }
        Some(Key { id: common.key_id.clone()?, algorithm, key: DecodingKey::from_jwk(&jwk).ok()? })
    }
}

fn is_long(modulus: &str) -> bool {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(modulus).unwrap_or_default();
    bytes.iter().skip_while(|byte| **byte == 0).count() >= RSA_BYTES
}
