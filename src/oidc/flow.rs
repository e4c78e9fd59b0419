//! Signing in: Authorization Code with PKCE (RFC 7636, S256). One random ticket, kept by the browser alone, gives state,
//! nonce and verifier: nothing is remembered here, and nothing that passes the provider tells it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::look::Metadata;
use super::{BadToken, Identity, Oidc, OidcError};
use crate::base::{Ids, Secret};

/// What binds a sign-in to the browser that began it.
#[derive(Debug, Clone)]
pub struct Ticket(Secret);

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Ticket {
    /// For a new sign-in.
    pub fn new(ids: &Ids) -> Ticket {
        Ticket(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(ids.bytes::<32>())))
    }

    /// As the browser has kept it.
    pub fn kept(value: Secret) -> Ticket {
        Ticket(value)
    }

    /// For the browser to keep.
    pub fn value(&self) -> &Secret {
        &self.0
    }

    fn derived(&self, context: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(blake3::derive_key(context, self.0.reveal().as_bytes()))
    }

    fn state(&self) -> String {
        self.derived("citepress 2026-11-21 oidc state")
    }

    fn nonce(&self) -> String {
        self.derived("citepress 2026-11-21 oidc nonce")
    }

    fn verifier(&self) -> String {
        self.derived("citepress 2026-11-21 oidc verifier")
    }

    fn is_state(&self, given: &str) -> bool {
        // Hashes compare in constant time.
        blake3::hash(self.state().as_bytes()) == blake3::hash(given.as_bytes())
    }
}

impl Oidc {
    /// Where the browser goes to sign in; it comes back to `redirect`.
    ///
    /// # Errors
    /// [`OidcError::Away`].
    pub async fn begin(&self, ticket: &Ticket, redirect: &str) -> Result<Url, OidcError> {
        let provider = self.provider(|_| true).await?;
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(ticket.verifier().as_bytes()));
        let mut url = provider.metadata.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.0.config.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &ticket.state())
            .append_pair("nonce", &ticket.nonce())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Whom the provider has signed in: the code that it sent along is exchanged here, server to server. `issuer` is the
    /// one that the answer names (RFC 9207), if it does.
    ///
    /// # Errors
    /// [`OidcError`].
    pub async fn finish(
        &self,
        ticket: &Ticket,
        state: &str,
        code: &str,
        issuer: Option<&str>,
        redirect: &str,
    ) -> Result<Identity, OidcError> {
        if !ticket.is_state(state) {
            return Err(OidcError::State);
        }
        let config = &self.0.config;
        if issuer.is_some_and(|issuer| issuer != config.issuer) {
            return Err(BadToken::Issuer.into());
        }
        // Whoever says no there comes back with an error in its place.
        if code.is_empty() {
            return Err(OidcError::Code);
        }
        let provider = self.provider(|_| true).await?;
        let token = self.exchange(&provider.metadata, code, &ticket.verifier(), redirect).await?;
        let claims = self.verified(&token, &config.client_id).await?;
        claims.check_sign_in(&ticket.nonce(), &config.client_id)?;
        Ok(claims.identity())
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        code: &str,
        verifier: &str,
        redirect: &str,
    ) -> Result<String, OidcError> {
        let config = &self.0.config;
        let secret = config.client_secret.reveal();
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        let mut request = self.0.http.post(metadata.token_endpoint.clone());
        let methods = &metadata.token_endpoint_auth_methods_supported;
        if secret.is_empty() {
            form.push(("client_id", &config.client_id));
        } else if methods.is_empty() || methods.iter().any(|method| method == "client_secret_basic") {
            // RFC 6749, 2.3.1: both are form-encoded first.
            request = request.basic_auth(encoded(&config.client_id), Some(encoded(secret)));
        } else {
            form.extend([("client_id", config.client_id.as_str()), ("client_secret", secret)]);
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let (status, body) = self.0.http.send(request).await?;
        match status {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST => return Err(OidcError::Code),
            other => return Err(OidcError::Away(format!("its token endpoint answers {other}"))),
        }
        let tokens: Tokens =
            serde_json::from_slice(&body).map_err(|error| OidcError::Away(error.to_string()))?;
        Ok(tokens.id_token)
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
