//! What one process has looked up at the sign-in provider serves the others, who judge it as if they had asked.

use citepress::base::{Clock, Ids, Secret};
use citepress::cache::{Cache, CacheConfig};
use citepress::oidc::{Oidc, OidcConfig};
use jsonwebtoken::Algorithm;
use serde_json::json;

use super::server::Server;
use crate::crawl::tls;
use crate::oidc::provider::{AUDIENCE, CLIENT, Provider, SECRET, signed};

/// Who checks tokens in a process of an installation with this key.
async fn process(provider: &Provider, server: &Server, key: [u8; 32]) -> Oidc {
    let clock = Clock::system();
    let config = CacheConfig { url: Secret::new(server.url()), prefix: "citepress".into(), key };
    let cache = Cache::open(&config, &Ids::system(clock.clone())).await.unwrap();
    let config = OidcConfig {
        issuer: provider.issuer().to_owned(),
        client_id: CLIENT.into(),
        client_secret: Secret::new(SECRET),
        audience: AUDIENCE.into(),
        label: String::new(),
    };
    Oidc::new(config, clock, cache).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_asked_once_by_all_processes_together_and_nobody_elses_word_is_taken_for_its() {
    tls();
    let (provider, mut server) = (Provider::start().await, Server::start());
    let (one, other) =
        (process(&provider, &server, [1; 32]).await, process(&provider, &server, [1; 32]).await);
    let token = provider.token(&json!({}));
    for oidc in [&one, &other] {
        assert_eq!(oidc.identity(&token).await.unwrap().subject, "ada-at-the-provider");
    }
    assert_eq!(provider.asked("keys"), 1);
    let unknown = signed("rsa", "k9", Algorithm::RS256, &provider.claims(AUDIENCE, &json!({})));
    for oidc in [&one, &other] {
        assert!(oidc.identity(&unknown).await.is_err());
    }
    assert_eq!(provider.asked("keys"), 1, "a key that nobody knows is no reason to ask again so soon");

    let strangers = process(&provider, &server, [2; 32]).await;
    assert!(strangers.identity(&token).await.is_ok());
    assert_eq!(provider.asked("keys"), 2, "another installation's look is not found");
    for name in server.command(&["KEYS", "citepress:*"]).lines() {
        server.command(&["SET", name, "anything", "PX", "600000"]);
    }
    let deceived = process(&provider, &server, [1; 32]).await;
    assert!(deceived.identity(&token).await.is_ok());
    assert_eq!(provider.asked("keys"), 3, "what strangers wrote was not believed");

    server.kill();
    let alone = process(&provider, &server, [1; 32]).await;
    assert!(alone.identity(&token).await.is_ok());
    assert_eq!(provider.asked("keys"), 4);
}
