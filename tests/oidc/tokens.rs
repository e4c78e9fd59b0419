//! A program with a token of the provider.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use citepress::accounts::KeyScope;
use citepress::tenancy::Role;
use jsonwebtoken::Algorithm;
use reqwest::Method;
use serde_json::{Value, json};

use super::provider::{AUDIENCE, CLIENT, Provider, forged, public, signed};
use crate::api::rig::{Answer, Program, joined, sent};
use crate::publishing::rig::Rig;

async fn call(rig: &Rig, token: &str) -> Answer {
    let program = Program::with_secret(rig, token);
    sent(program.request(Method::GET, "/api/v1/orgs/current")).await
}

fn why(answer: &Answer) -> String {
    answer.problem(401, "token_not_valid")["detail"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_provider_opens_what_its_persons_role_allows() {
    let provider = Provider::start().await;
    let rig = provider.rig(|_| {}).await;
    let worker = rig.app.work();
    joined(&rig, "grace@acme.example").await;
    worker.drain(std::time::Duration::from_secs(5)).await;
    let grace = json!({ "sub": "grace", "email": "Grace@Acme.example" });
    for token in [
        provider.token(&grace),
        signed("ec", "k2", Algorithm::ES256, &provider.claims(AUDIENCE, &grace)),
        // From then on the subject is known, whatever becomes of the address.
        provider.token(&json!({ "sub": "grace", "email": null, "email_verified": null })),
        provider.token(&json!({ "sub": "grace", "aud": ["others", AUDIENCE] })),
    ] {
        let org = call(&rig, &token).await.json(200);
        assert_eq!((&org["slug"], &org["role"]), (&json!("acme"), &json!("member")));
    }
    let program = Program::with_secret(&rig, &provider.token(&grace));
    let site = json!({ "slug": "facts", "title": "Facts" });
    program.post("/api/v1/sites", &site).await.problem(403, "role_too_low");
    let elsewhere = sent(program.request(Method::GET, "/api/v1/sites").header("x-org", "elsewhere")).await;
    elsewhere.problem(404, "not_found");
    assert_eq!(provider.asked("keys"), 1, "keys are remembered");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_token_opens_nothing() {
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.api.wrong_keys_per_minute = 1000.try_into().unwrap()).await;
    let owner = json!({ "sub": "o", "email": "o@acme.example" });
    let claims = provider.claims(AUDIENCE, &owner);
    let head = |alg: &str| json!({ "alg": alg, "kid": "k1", "typ": "JWT" });
    for alg in ["none", "None", "NONE", "nOnE", "", "HS257"] {
        for signature in [&b""[..], b"x"] {
            assert!(
                why(&call(&rig, &forged(&head(alg), &claims, signature)).await).contains("RS256"),
                "{alg}"
            );
        }
    }
    // HS256 with what everybody knows of the key as its secret.
    let key = public("rsa", "k1", "RS256");
    for secret in [key.to_string(), key["n"].as_str().unwrap().to_owned()] {
        let secret = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        let header =
            jsonwebtoken::Header { kid: Some("k1".into()), ..jsonwebtoken::Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &claims, &secret).unwrap();
        assert!(why(&call(&rig, &token).await).contains("RS256 or ES256"));
    }
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        assert!(why(&call(&rig, &signed("rsa", "k1", algorithm, &claims)).await).contains("RS256 or ES256"));
    }
    // Another's key under the name of a known one; the head's own key and address of keys.
    let other = signed("other_rsa", "k1", Algorithm::RS256, &claims);
    assert!(why(&call(&rig, &other).await).contains("signature"));
    let mut header = jsonwebtoken::Header::new(Algorithm::RS256);
    header.kid = Some("k1".into());
    header.jku = Some(format!("{}/other-keys", provider.issuer()));
    let parts: Vec<&str> = other.split('.').collect();
    let with_jku = forged(&serde_json::to_value(&header).unwrap(), &claims, parts[2].as_bytes());
    assert!(why(&call(&rig, &with_jku).await).contains("signature"));
    assert!(
        why(&call(&rig, &signed("rsa", "k2", Algorithm::RS256, &claims)).await).contains("key"),
        "k2 is for ES256"
    );
    let good = provider.token(&owner);
    let (rest, signature) = good.rsplit_once('.').unwrap();
    let (head, _) = rest.split_once('.').unwrap();
    let others = provider.token(&json!({ "sub": "somebody else" }));
    let body = others.split('.').nth(1).unwrap();
    for token in [format!("{head}.{body}.{signature}"), format!("{rest}."), format!("{rest}.AAAA")] {
        assert!(why(&call(&rig, &token).await).contains("signature"));
    }
    for token in ["a.b.c", "..", &format!("{good}{}", "A".repeat(20_000))] {
        call(&rig, token).await.problem(401, "token_not_valid");
    }
    assert_eq!(provider.asked("keys"), 1);
    call(&rig, &good).await.json(200);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_others_of_others_or_of_another_time_opens_nothing() {
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.api.wrong_keys_per_minute = 1000.try_into().unwrap()).await;
    let now = citepress::base::Clock::system().now().as_second();
    let owner = |change: Value| {
        let mut all = json!({ "sub": "o", "email": "o@acme.example" });
        all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        provider.token(&all)
    };
    let issuer = provider.issuer();
    for (change, part) in [
        (json!({ "aud": CLIENT }), "audience"),
        (json!({ "aud": [] }), "audience"),
        (json!({ "aud": format!("{AUDIENCE}/") }), "audience"),
        (json!({ "aud": null }), "claims"),
        (json!({ "iss": format!("{issuer}/") }), "issuer"),
        (json!({ "iss": issuer.to_uppercase() }), "issuer"),
        (json!({ "iss": [issuer] }), "claims"),
        (json!({ "iss": null }), "claims"),
        (json!({ "exp": "9999999999" }), "claims"),
        (json!({ "exp": null }), "claims"),
        (json!({ "exp": now - 60 }), "expired"),
        (json!({ "nbf": now + 600 }), "not valid yet"),
        (json!({ "sub": "" }), "claims"),
    ] {
        let told = why(&call(&rig, &owner(change.clone())).await);
        assert!(told.contains(part), "{change}: {told}");
    }
    // Nobody is who they say by an address that nobody has looked at, and nobody is made by a token.
    for change in [
        json!({ "email_verified": false }),
        json!({ "email_verified": "true" }),
        json!({ "email_verified": null }),
        json!({ "email": null }),
        json!({ "email": "nobody@elsewhere.example" }),
    ] {
        call(&rig, &owner(change)).await.problem(401, "person_not_known");
    }
    assert!(rig.app.accounts.members(&rig.org).await.unwrap().len() == 1);
    call(&rig, &owner(json!({}))).await.json(200);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_unknown_keys_come_the_provider_is_asked_once() {
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.api.wrong_keys_per_minute = 1000.try_into().unwrap()).await;
    let claims = provider.claims(AUDIENCE, &json!({ "sub": "o", "email": "o@acme.example" }));
    let storm = (0..60).map(|number| {
        let token = forged(&json!({ "alg": "RS256", "kid": format!("unknown-{number}") }), &claims, b"x");
        let rig = &rig;
        async move { assert!(why(&call(rig, &token).await).contains("key")) }
    });
    futures_util::future::join_all(storm).await;
    assert_eq!((provider.asked("discovery"), provider.asked("keys")), (1, 1));
    call(&rig, &provider.token(&json!({ "sub": "o", "email": "o@acme.example" }))).await.json(200);
    assert_eq!(provider.asked("keys"), 1);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_used_for_what_it_is_for_and_a_short_one_for_nothing() {
    let provider = Provider::start().await;
    let mut encrypts = public("other_rsa", "k3", "RS256");
    encrypts["use"] = json!("enc");
    let odd = json!({ "kty": "new", "kid": "k0" });
    let secret = json!({ "kty": "oct", "kid": "k6", "k": "c2VjcmV0" });
    provider.publish(vec![
        odd,
        secret,
        encrypts,
        public("other_rsa", "k4", "RS512"),
        public("short_rsa", "k5", "RS256"),
        public("rsa", "k1", "RS256"),
    ]);
    let rig = provider.rig(|_| {}).await;
    let claims = provider.claims(AUDIENCE, &json!({ "sub": "o", "email": "o@acme.example" }));
    for (key, id) in [("other_rsa", "k3"), ("other_rsa", "k4"), ("short_rsa", "k5"), ("rsa", "k6")] {
        assert!(why(&call(&rig, &signed(key, id, Algorithm::RS256, &claims)).await).contains("key"), "{id}");
    }
    call(&rig, &signed("rsa", "k1", Algorithm::RS256, &claims)).await.json(200);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_or_its_keys_tokens_open_nothing_and_keys_go_on_doing() {
    let provider = Provider::start().await;
    let none = Rig::without_worker().await;
    let token = provider.token(&json!({ "sub": "o", "email": "o@acme.example" }));
    call(&none, &token).await.problem(401, "key_not_valid");
    none.stop().await;
    let away = provider.rig(|settings| settings.oidc.issuer = "http://127.0.0.1:1".into()).await;
    call(&away, &token).await.problem(503, "unavailable");
    Program::new(&away, KeyScope::Read).await.get("/api/v1/sites").await.json(200);
    assert_eq!(away.app.accounts.members(&away.org).await.unwrap()[0].role, Role::Owner);
    away.stop().await;
    // One that calls itself differently is not the one that the operator has named.
    let renamed = provider.rig(|settings| settings.oidc.issuer.push('/')).await;
    call(&renamed, &token).await.problem(503, "unavailable");
    renamed.stop().await;
}

/// Whoever goes away while the provider is looked up has had the look: the next one waits for the pause like everybody.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_does_not_make_us_ask_a_silent_provider_again() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}/realm", silent.local_addr().unwrap());
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.oidc.issuer = issuer).await;
    let came = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&came);
    let listening = tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            open.push(silent.accept().await.unwrap());
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let patience = Duration::from_millis(500);
    let first = tokio::time::timeout(patience, rig.app.accounts.begin_with_provider()).await;
    assert!(first.is_err(), "the provider says nothing: {first:?}");
    for _ in 0..3 {
        let next = tokio::time::timeout(patience, rig.app.accounts.begin_with_provider()).await;
        assert!(matches!(next, Ok(Err(_))), "told at once that it is away: {next:?}");
    }
    assert_eq!(came.load(Ordering::Relaxed), 1);
    listening.abort();
    rig.stop().await;
}
