//! Whether a token is signed by the provider.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};

use super::claims::Claims;
use super::keys::Key;
use super::{BadToken, Oidc, OidcError};

/// What is taken. A token names one of them; none but these is ever tried.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];
/// A longer token is not looked at.
const LONGEST: usize = 16 << 10;

impl Oidc {
    pub(super) async fn verified(&self, token: &str, audience: &str) -> Result<Claims, OidcError> {
        let (kid, algorithm) = named(token)?;
        let fits = |key: &&Key| key.id == kid && key.algorithm == algorithm;
        let provider = self.provider(|provider| provider.keys.iter().any(|key| fits(&key))).await?;
        let key = provider.keys.iter().find(fits).ok_or(BadToken::Key)?;
        let claims = signed(token, key)?;
        claims.check(&self.0.config.issuer, audience, self.0.clock.now().as_second())?;
        Ok(claims)
    }
}

/// The key and the algorithm that a token names; nothing else in its head is looked at.
fn named(token: &str) -> Result<(String, Algorithm), BadToken> {
    if token.len() > LONGEST {
        return Err(BadToken::Form);
    }
    // The library knows no "none": it reads as an algorithm that there is not.
    let header = decode_header(token).map_err(|error| match error.kind() {
        ErrorKind::Json(_) => BadToken::Algorithm,
        _ => BadToken::Form,
    })?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(BadToken::Algorithm);
    }
    Ok((header.kid.ok_or(BadToken::Key)?, header.alg))
}

fn signed(token: &str, key: &Key) -> Result<Claims, BadToken> {
    // The key's algorithm and not the token's: they were compared. Claims are judged by us, on our clock.
    let mut rules = Validation::new(key.algorithm);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    let claims = decode::<Claims>(token, &key.key, &rules).map_err(|error| match error.kind() {
        ErrorKind::Json(_) | ErrorKind::Utf8(_) | ErrorKind::Base64(_) => BadToken::Form,
        _ => BadToken::Signature,
    })?;
    Ok(claims.claims)
}
