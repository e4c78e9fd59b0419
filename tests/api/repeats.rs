//! A request that is sent again.

use citepress::accounts::KeyScope;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::rig::{Answer, Program, sent};
use crate::database::places;
use crate::publishing::rig::Rig;

async fn post(program: &Program, path: &str, key: &str, body: &Value) -> Answer {
    sent(program.request(Method::POST, path).header("idempotency-key", key).json(body)).await
}

#[tokio::test]
async fn a_request_that_is_sent_again_under_its_key_has_one_effect_and_the_same_answer() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let body = json!({ "slug": "once", "title": "Once" });
    let first = post(&program, "/api/v1/sites", "k1", &body).await;
    let second = post(&program, "/api/v1/sites", "k1", &body).await;
    assert_eq!(first.json(201), second.json(201));
    for header in ["location", "etag", "content-type"] {
        assert_eq!(first.header(header), second.header(header));
    }
    assert_eq!((first.header("idempotency-replayed"), second.header("idempotency-replayed")), ("", "true"));
    post(&program, "/api/v1/sites", "k2", &body).await.problem(409, "taken");
    let other = json!({ "slug": "other", "title": "Other" });
    post(&program, "/api/v1/sites", "k1", &other).await.problem(422, "key_reused");
    let stranger = Program::stranger(&rig).await;
    post(&stranger, "/api/v1/sites", "k1", &other).await.json(201);
    rig.stop().await;
}

#[tokio::test]
async fn of_many_that_are_sent_at_once_under_one_key_one_has_an_effect() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let body = json!({ "name": "ci", "scope": "read" });
    let calls = (0..10).map(|_| post(&program, "/api/v1/api-keys", "k", &body));
    for answer in futures_util::future::join_all(calls).await {
        assert!([201, 409].contains(&answer.status), "{}", answer.text);
    }
    let made = program.get("/api/v1/api-keys").await.json(200);
    let named = made["data"].as_array().unwrap().iter().filter(|key| key["name"] == "ci").count();
    assert_eq!(named, 1);
    let secret = post(&program, "/api/v1/api-keys", "k", &body).await.json(201)["secret"].clone();
    let kept = places(&rig.app.db, secret.as_str().unwrap()).await;
    assert!(kept.is_empty(), "the database does not hold the key");
    rig.stop().await;
}

#[tokio::test]
async fn what_was_refused_is_mended_under_the_same_key() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let faulty = json!({ "slug": "No Slug", "title": "T" });
    post(&program, "/api/v1/sites", "k", &faulty).await.problem(422, "invalid_request");
    post(&program, "/api/v1/sites", "k", &json!({ "slug": "a-slug", "title": "T" })).await.json(201);
    post(&program, "/api/v1/sites", &"k".repeat(256), &faulty).await.problem(422, "invalid_request");
    rig.stop().await;
}

#[tokio::test]
async fn what_may_have_been_done_before_a_fault_of_ours_is_not_done_again_at_once() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let body = json!({ "slug": "once", "title": "Once" });
    let rename = async |from: &str, to: &str| {
        let tx = rig.app.db.write_system().await.unwrap();
        let renamed = format!("ALTER TABLE {from} RENAME TO {to}");
        tx.conn().execute_unprepared(&renamed).await.unwrap();
        tx.commit().await.unwrap();
    };
    rename("hosts", "no_hosts").await;
    assert_eq!(post(&program, "/api/v1/sites", "k", &body).await.status, 500);
    rename("no_hosts", "hosts").await;
    post(&program, "/api/v1/sites", "k", &body).await.problem(409, "still_running");
    post(&program, "/api/v1/sites", "k2", &body).await.json(201);
    rig.stop().await;
}
