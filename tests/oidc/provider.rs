//! A small OpenID provider with real keys, made for these tests (`keys.json`), that keeps a journal of what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use citepress::base::{Clock, Secret};
use citepress::config::Settings;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use poem::http::{StatusCode, header};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::web::Data;
use poem::{EndpointExt, Request, Response, Route, Server, get, handler, post};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::publishing::rig::Rig;

pub const CLIENT: &str = "citepress at acme";
pub const SECRET: &str = "a secret: with / odd + characters";
pub const AUDIENCE: &str = "https://api.acme.example";

/// The provider.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    issuer: String,
    published: Mutex<Vec<Value>>,
    journal: Mutex<Vec<String>>,
    granted: Mutex<HashMap<String, HashMap<String, String>>>,
    /// Who is signed in here, and what else the next proof says.
    says: Mutex<Value>,
}

impl Provider {
    /// Serves until the test's runtime ends.
    pub async fn start() -> Provider {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let port = acceptor.local_addr()[0].as_socket_addr().unwrap().port();
        let says =
            json!({ "sub": "ada-at-the-provider", "email": "ada@acme.example", "email_verified": true });
        let provider = Provider(Arc::new(Inner {
            issuer: format!("http://127.0.0.1:{port}/realm"),
            published: Mutex::new(vec![public("rsa", "k1", "RS256"), public("ec", "k2", "ES256")]),
            journal: Mutex::default(),
            granted: Mutex::default(),
            says: Mutex::new(says),
        }));
        let routes = Route::new()
            .at("/realm/.well-known/openid-configuration", get(discovery))
            .at("/realm/keys", get(key_set))
            .at("/realm/authorize", get(authorize))
            .at("/realm/token", post(token))
            .data(provider.clone());
        tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
        provider
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// An installation that trusts it.
    pub async fn rig(&self, change: impl FnOnce(&mut Settings)) -> Rig {
        Rig::with(|settings| {
            settings.oidc.issuer = self.0.issuer.clone();
            settings.oidc.client_id = CLIENT.into();
            settings.oidc.client_secret = Secret::new(SECRET);
            settings.oidc.audience = AUDIENCE.into();
            settings.oidc.label = "Sign in with Acme".into();
            settings.accounts.attempts_per_minute = 100.try_into().unwrap();
            change(settings);
        })
        .await
    }

    /// What the next proof says, besides or instead of the usual.
    pub fn says(&self, change: &Value) {
        merge(&mut self.0.says.lock().unwrap(), change);
    }

    pub fn publish(&self, keys: Vec<Value>) {
        *self.0.published.lock().unwrap() = keys;
    }

    /// How often something was asked.
    pub fn asked(&self, what: &str) -> usize {
        self.0.journal.lock().unwrap().iter().filter(|line| *line == what).count()
    }

    fn note(&self, what: &str) {
        self.0.journal.lock().unwrap().push(what.to_owned());
    }

    /// Claims as a token of this provider has them.
    pub fn claims(&self, audience: &str, change: &Value) -> Value {
        let now = Clock::system().now().as_second();
        let mut claims = json!({ "iss": self.0.issuer, "aud": audience, "iat": now, "exp": now + 300 });
        merge(&mut claims, &self.0.says.lock().unwrap());
        merge(&mut claims, change);
        claims
    }

    /// A token for the API, signed with the RSA key.
    pub fn token(&self, change: &Value) -> String {
        signed("rsa", "k1", Algorithm::RS256, &self.claims(AUDIENCE, change))
    }
}

/// What is null in the change is taken out.
fn merge(into: &mut Value, change: &Value) {
    let into = into.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap() {
        into.insert(name.clone(), value.clone());
    }
    into.retain(|_, value| !value.is_null());
}

fn made(name: &str) -> Value {
    serde_json::from_str::<Value>(include_str!("keys.json")).unwrap()[name].clone()
}

/// A key as the provider publishes it.
pub fn public(name: &str, id: &str, algorithm: &str) -> Value {
    let mut key = made(name)["public"].clone();
    merge(&mut key, &json!({ "kid": id, "alg": algorithm, "use": "sig" }));
    key
}

/// A token signed by one of the keys.
pub fn signed(name: &str, id: &str, algorithm: Algorithm, claims: &Value) -> String {
    let der = BASE64_STANDARD.decode(made(name)["private"].as_str().unwrap()).unwrap();
    let key = match algorithm {
        Algorithm::ES256 => EncodingKey::from_ec_der(&der),
        _ => EncodingKey::from_rsa_der(&der),
    };
    let header = Header { kid: Some(id.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

/// A token of any head and signature.
pub fn forged(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(header), part(claims), BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn answer(value: &Value) -> Response {
    Response::builder().content_type("application/json").body(value.to_string())
}

#[handler]
fn discovery(Data(provider): Data<&Provider>) -> Response {
    provider.note("discovery");
    let issuer = provider.issuer();
    answer(&json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    }))
}

#[handler]
fn key_set(Data(provider): Data<&Provider>) -> Response {
    provider.note("keys");
    answer(&json!({ "keys": *provider.0.published.lock().unwrap() }))
}

/// Whoever comes is signed in, and sent back with a code.
#[handler]
fn authorize(Data(provider): Data<&Provider>, request: &Request) -> Response {
    provider.note("authorize");
    let asked: HashMap<String, String> =
        url::form_urlencoded::parse(request.uri().query().unwrap().as_bytes()).into_owned().collect();
    assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
    let code = format!("code-{}", provider.0.granted.lock().unwrap().len());
    let mut back = url::Url::parse(&asked["redirect_uri"]).unwrap();
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &asked["state"])
        .append_pair("iss", provider.issuer());
    provider.0.granted.lock().unwrap().insert(code, asked);
    Response::builder().status(StatusCode::FOUND).header(header::LOCATION, back.as_str()).finish()
}

/// A code for a proof: once, for the client that it was given to, and to whoever knows the verifier.
#[handler]
fn token(Data(provider): Data<&Provider>, request: &Request, body: String) -> Response {
    provider.note("token");
    let form: HashMap<String, String> =
        url::form_urlencoded::parse(&body.into_bytes()).into_owned().collect();
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let known = BASE64_STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
    let is_client = request.header("authorization") == Some(format!("Basic {known}").as_str());
    let asked = provider.0.granted.lock().unwrap().insert(form["code"].clone(), HashMap::new());
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes()));
    let asked = asked.filter(|asked| {
        let same = |name: &str, value: &str| asked.get(name).is_some_and(|known| known == value);
        is_client && same("redirect_uri", &form["redirect_uri"]) && same("code_challenge", &challenge)
    });
    let Some(asked) = asked else {
        provider.note("refused");
        return Response::builder().status(StatusCode::BAD_REQUEST).body(r#"{"error":"invalid_grant"}"#);
    };
    let mut claims = provider.claims(CLIENT, &json!({}));
    if claims.get("nonce").is_none() {
        merge(&mut claims, &json!({ "nonce": asked["nonce"] }));
    }
    let id_token = signed("ec", "k2", Algorithm::ES256, &claims);
    answer(&json!({ "access_token": "opaque", "token_type": "Bearer", "id_token": id_token }))
}
