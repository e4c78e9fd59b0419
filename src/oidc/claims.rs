//! What a token says, and whether it says it to us, now.

use serde::Deserialize;

use super::{BadToken, Identity};

/// Clocks may be apart by so many seconds.
const LEEWAY: f64 = 30.0;

#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    /// A number: a text here is no time, and a token without an end is none.
    exp: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: serde_json::Value,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    pub(super) fn check(&self, issuer: &str, audience: &str, now: i64) -> Result<(), BadToken> {
        if self.iss != issuer {
            return Err(BadToken::Issuer);
        }
        let is_ours = match &self.aud {
            Audience::One(one) => one == audience,
            Audience::Many(many) => many.iter().any(|one| one == audience),
        };
        if !is_ours {
            return Err(BadToken::Audience);
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds since the epoch are far below 2^52")]
        let now = now as f64;
        if self.exp + LEEWAY <= now {
            return Err(BadToken::Expired);
        }
        if self.nbf.is_some_and(|begins| begins > now + LEEWAY) {
            return Err(BadToken::NotYet);
        }
        let is_named = (1..=255).contains(&self.sub.len());
        if is_named { Ok(()) } else { Err(BadToken::Form) }
    }

    /// Of a sign-in, with this nonce, for this client.
    pub(super) fn check_sign_in(&self, nonce: &str, client: &str) -> Result<(), BadToken> {
        if self.nonce.as_deref() != Some(nonce) {
            return Err(BadToken::Nonce);
        }
        // OpenID Connect Core, 3.1.3.7: who it was given out to, where that is said.
        let is_ours = self.azp.as_deref().is_none_or(|party| party == client);
        if is_ours { Ok(()) } else { Err(BadToken::Audience) }
    }

    pub(super) fn identity(self) -> Identity {
        let verified = self.email_verified == serde_json::Value::Bool(true);
        #[expect(clippy::cast_possible_truncation, reason = "an end beyond all times is the last of them")]
        let expires = self.exp as i64;
        Identity { issuer: self.iss, subject: self.sub, email: self.email.filter(|_| verified), expires }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(change: &serde_json::Value) -> Result<Identity, BadToken> {
        let mut claims = json!({ "iss": "https://id.example", "sub": "1", "aud": "us", "exp": 1_000 });
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let claims: Claims = serde_json::from_value(claims).map_err(|_| BadToken::Form)?;
        claims.check("https://id.example", "us", 990)?;
        Ok(claims.identity())
    }

    #[test]
    fn issuer_and_audience_are_compared_exactly() {
        assert!(check(&json!({})).is_ok() && check(&json!({ "aud": ["them", "us"] })).is_ok());
        for iss in ["https://id.example/", "https://ID.example", "http://id.example", ""] {
            assert_eq!(check(&json!({ "iss": iss })), Err(BadToken::Issuer), "{iss}");
        }
        assert_eq!(check(&json!({ "iss": ["https://id.example"] })), Err(BadToken::Form));
        for aud in [json!("US"), json!([]), json!(["them"])] {
            assert_eq!(check(&json!({ "aud": aud })), Err(BadToken::Audience), "{aud}");
        }
    }

    #[test]
    fn a_token_has_a_time_and_the_time_is_a_number() {
        assert_eq!(check(&json!({ "exp": "9999999999" })), Err(BadToken::Form));
        assert_eq!(check(&json!({ "exp": null })), Err(BadToken::Form));
        assert_eq!(check(&json!({ "exp": 960 })), Err(BadToken::Expired));
        assert!(check(&json!({ "exp": 961 })).is_ok(), "clocks are apart a little");
        assert_eq!(check(&json!({ "nbf": 1_021 })), Err(BadToken::NotYet));
        assert_eq!(check(&json!({ "nbf": "0" })), Err(BadToken::Form));
        assert_eq!(check(&json!({ "sub": "" })), Err(BadToken::Form));
    }

    #[test]
    fn an_address_counts_when_the_provider_says_that_it_has_looked() {
        let email = |verified: serde_json::Value| {
            check(&json!({ "email": "a@example.com", "email_verified": verified })).unwrap().email
        };
        assert_eq!(email(json!(true)).as_deref(), Some("a@example.com"));
        for verified in [json!(false), json!("true"), json!(1), json!(null)] {
            assert_eq!(email(verified), None);
        }
    }
}
