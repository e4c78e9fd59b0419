//! What one process has looked up at the sign-in provider serves the others, who judge it as if they had asked.

use std::time::{Duration, Instant};

use citepress::base::{Clock, Ids, Secret};
use citepress::cache::{Cache, CacheConfig};
use citepress::oidc::{Oidc, OidcConfig};
use jsonwebtoken::Algorithm;
use serde_json::json;

use super::server::Server;
use crate::crawl::tls;
use crate::oidc::provider::{AUDIENCE, CLIENT, Provider, SECRET, signed};

const A_WHILE: Duration = Duration::from_secs(20);

/// Who checks tokens in a process, and what that shares with others.
struct Process {
    oidc: Oidc,
    cache: Cache,
}

/// A process of an installation with this key.
async fn process(provider: &Provider, server: &Server, key: [u8; 32]) -> Process {
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
    Process { oidc: Oidc::new(config, clock, cache.clone()).unwrap(), cache }
}

/// One that has found the server.
async fn sharing(provider: &Provider, server: &Server, key: [u8; 32]) -> Process {
    let (process, began) = (process(provider, server, key).await, Instant::now());
    while !process.cache.standing().unwrap().is_here {
        assert!(began.elapsed() < A_WHILE, "it does not find the server");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    process
}

/// How often the provider was asked for its keys; `None` where one of these has lost the server meanwhile, and so has asked by
/// itself.
fn asked(provider: &Provider, processes: &[&Process]) -> Option<usize> {
    let losses = |process: &&Process| process.cache.standing().unwrap().losses;
    (processes.iter().map(losses).sum::<u64>() == 0).then(|| provider.asked("keys"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_asked_once_by_all_processes_together_and_nobody_elses_word_is_taken_for_its() {
    tls();
    // A busy machine may make the server seem away for a moment: then it is tried again.
    for _ in 0..3 {
        if story().await.is_some() {
            return;
        }
    }
    panic!("the server seemed away three times");
}

/// `None` where the server seemed away.
async fn story() -> Option<()> {
    let (provider, mut server) = (Provider::start().await, Server::start());
    let (one, other) =
        (sharing(&provider, &server, [1; 32]).await, sharing(&provider, &server, [1; 32]).await);
    let token = provider.token(&json!({}));
    for process in [&one, &other] {
        assert_eq!(process.oidc.identity(&token).await.unwrap().subject, "ada-at-the-provider");
    }
    assert_eq!(asked(&provider, &[&one, &other])?, 1);
    let unknown = signed("rsa", "k9", Algorithm::RS256, &provider.claims(AUDIENCE, &json!({})));
    for process in [&one, &other] {
        assert!(process.oidc.identity(&unknown).await.is_err());
    }
    let again = asked(&provider, &[&one, &other])?;
    assert_eq!(again, 1, "a key that nobody knows is no reason to ask again so soon");

    let strangers = sharing(&provider, &server, [2; 32]).await;
    assert!(strangers.oidc.identity(&token).await.is_ok());
    let theirs = asked(&provider, &[&one, &other, &strangers])?;
    assert_eq!(theirs, 2, "another installation's look is not found");
    for name in server.command(&["KEYS", "citepress:*"]).lines() {
        server.command(&["SET", name, "anything", "PX", "600000"]);
    }
    let deceived = sharing(&provider, &server, [1; 32]).await;
    assert!(deceived.oidc.identity(&token).await.is_ok());
    let believed = asked(&provider, &[&one, &other, &strangers, &deceived])?;
    assert_eq!(believed, 3, "what strangers wrote was not believed");

    server.kill();
    let alone = process(&provider, &server, [1; 32]).await;
    assert!(alone.oidc.identity(&token).await.is_ok());
    assert_eq!(provider.asked("keys"), 4);
    Some(())
}
