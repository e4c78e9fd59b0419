//! Who stands behind a proxy, and who only says so.

use std::num::NonZeroU32;

use citepress::accounts::KeyScope;
use reqwest::Method;

use super::rig::{Answer, Program, sent};
use crate::console::rig::{PASSWORD, Visitor, filled};
use crate::publishing::rig::Rig;

async fn rig(proxies: &[&str]) -> Rig {
    let two = NonZeroU32::new(2).unwrap();
    Rig::with(|settings| {
        settings.api.wrong_keys_per_minute = two;
        settings.accounts.attempts_per_minute = two;
        settings.server.trusted_proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
    })
    .await
}

async fn guess(program: &Program, headers: &[(&str, &str)]) -> Answer {
    let request = program.unsigned(Method::GET, "/api/v1/sites").bearer_auth("cp_live_guess");
    sent(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn a_stranger_is_counted_by_their_own_address_whatever_they_say_about_it() {
    let rig = rig(&["10.0.0.0/8"]).await;
    let program = Program::new(&rig, KeyScope::Read).await;
    for (name, value) in [("x-forwarded-for", "198.51.100.1"), ("x-real-ip", "198.51.100.2")] {
        guess(&program, &[(name, value)]).await.problem(401, "key_not_valid");
    }
    for (name, value) in [
        ("x-forwarded-for", "198.51.100.3"),
        ("x-forwarded-for", "10.0.0.1"),
        ("x-real-ip", "198.51.100.4"),
        ("forwarded", "for=198.51.100.5"),
    ] {
        guess(&program, &[(name, value)]).await.problem(429, "too_many_failures");
    }
    rig.stop().await;
}

#[tokio::test]
async fn behind_a_known_proxy_each_client_has_limits_of_its_own() {
    let rig = rig(&["127.0.0.1"]).await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let from = |line: &'static str| [("x-forwarded-for", line)];
    for _ in 0..2 {
        guess(&program, &from("198.51.100.1")).await.problem(401, "key_not_valid");
    }
    // What the client itself has put in front of its address makes no other client of it.
    guess(&program, &from("203.0.113.9, 198.51.100.1")).await.problem(429, "too_many_failures");
    guess(&program, &from("198.51.100.2")).await.problem(401, "key_not_valid");
    let other_headers = [
        ("x-forwarded-for", "198.51.100.1"),
        ("x-real-ip", "198.51.100.7"),
        ("forwarded", "for=198.51.100.8"),
    ];
    guess(&program, &other_headers).await.problem(429, "too_many_failures");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_have_two_people_who_sign_in_through_it() {
    let rig = rig(&["127.0.0.0/8"]).await;
    let visitor = Visitor::new(rig.port);
    let (path, mut fields) = visitor.get("/console/sign-in").await.page().form("/sign-in");
    let mut try_from = async |address: &str, email: &str| {
        fields.retain(|(name, _)| name != "email" && name != "password");
        fields.extend([("email".to_owned(), email.to_owned()), ("password".into(), PASSWORD.into())]);
        let (origin, address) = (visitor.origin.clone(), address.to_owned());
        let with = |request: reqwest::RequestBuilder| {
            filled(request.header("origin", origin).header("x-forwarded-for", address), &fields)
        };
        visitor.send(Method::POST, &path, with).await.status
    };
    // Another account each time: what runs out is the address.
    assert_eq!(try_from("198.51.100.1", "a@example.com").await, 422);
    assert_eq!(try_from("198.51.100.1", "b@example.com").await, 422);
    assert_eq!(try_from("198.51.100.1", "c@example.com").await, 429);
    assert_eq!(try_from("198.51.100.2", "d@example.com").await, 422);
    rig.stop().await;
}
