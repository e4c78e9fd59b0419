//! Nobody calls without end.

use std::num::NonZeroU32;

use citepress::accounts::KeyScope;
use reqwest::Method;

use super::rig::{Program, sent};
use crate::publishing::rig::Rig;

async fn rig(per_minute: u32, wrong: u32) -> Rig {
    Rig::with_limits(NonZeroU32::new(per_minute).unwrap(), NonZeroU32::new(wrong).unwrap()).await
}

#[tokio::test]
async fn an_organisation_that_calls_too_often_waits_and_its_neighbour_does_not() {
    let rig = rig(5, 100).await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let again = Program::new(&rig, KeyScope::Read).await;
    let neighbour = Program::stranger(&rig).await;
    let first = program.get("/api/v1/sites").await;
    assert_eq!(first.header("ratelimit-policy"), "\"org\";q=5;w=60");
    assert_eq!(first.header("ratelimit"), "\"org\";r=4;t=12");
    for _ in 0..4 {
        again.get("/api/v1/sites").await.json(200);
    }
    let refused = program.get("/api/v1/sites").await;
    refused.problem(429, "rate_limited");
    assert_eq!(refused.header("ratelimit"), "\"org\";r=0;t=60");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=12).contains(&wait), "a place is free every 12 seconds, not in {wait}");
    neighbour.get("/api/v1/sites").await.json(200);
    rig.stop().await;
}

#[tokio::test]
async fn what_a_key_may_not_do_counts_as_well() {
    let rig = rig(3, 100).await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let body = serde_json::json!({ "slug": "a", "title": "A" });
    for _ in 0..3 {
        program.post("/api/v1/sites", &body).await.problem(403, "scope_too_low");
    }
    program.post("/api/v1/sites", &body).await.problem(429, "rate_limited");
    rig.stop().await;
}

#[tokio::test]
async fn an_address_that_guesses_keys_is_told_to_wait_and_a_good_key_from_there_still_opens() {
    let rig = rig(100, 3).await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let guess = || program.unsigned(Method::GET, "/api/v1/sites").bearer_auth("cp_live_guess");
    for _ in 0..3 {
        sent(guess()).await.problem(401, "key_not_valid");
    }
    let refused = sent(guess()).await;
    refused.problem(429, "too_many_failures");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 20);
    program.get("/api/v1/sites").await.json(200);
    rig.stop().await;
}
