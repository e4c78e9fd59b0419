//! A key opens what it is for, as long as it is good.

use citepress::accounts::KeyScope;
use reqwest::Method;
use serde_json::json;

use super::rig::{Program, sent};
use crate::publishing::rig::Rig;

#[tokio::test]
async fn a_key_that_reads_changes_nothing_and_one_that_writes_does_not_publish() {
    let rig = Rig::without_worker().await;
    let reads = Program::new(&rig, KeyScope::Read).await;
    let writes = Program::new(&rig, KeyScope::Write).await;
    let site = rig.scope.site().to_string();
    let source = json!({ "site": site, "name": "a.md", "title": "A", "text": "A fact stands here." });
    reads.get("/api/v1/sources").await.json(200);
    reads.post("/api/v1/sources", &source).await.problem(403, "scope_too_low");
    writes.post("/api/v1/sources", &source).await.json(201);
    writes.post("/api/v1/editions", &json!({ "site": site })).await.problem(403, "scope_too_low");
    writes.post("/api/v1/sites", &json!({ "slug": "b", "title": "B" })).await.problem(403, "scope_too_low");
    let org = reads.get("/api/v1/orgs/current").await.json(200);
    assert_eq!((&org["slug"], &org["role"]), (&json!("acme"), &json!("member")));
    rig.stop().await;
}

#[tokio::test]
async fn without_a_good_key_nothing_is_told() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    for path in ["/api/v1/sites", "/api/v1/pages/page_1", "/api/v1/orgs/current"] {
        let answer = sent(program.unsigned(Method::GET, path)).await;
        answer.problem(401, "credential_missing");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        for header in ["Bearer cp_live_guess", "Bearer ", "Basic YTpi", "cp_live_guess"] {
            let answer = sent(program.unsigned(Method::GET, path).header("authorization", header)).await;
            assert_eq!(answer.status, 401, "{header}: {}", answer.text);
        }
    }
    let key = rig.app.accounts.keys(&rig.org).await.unwrap().remove(0);
    program.get("/api/v1/sites").await.json(200);
    rig.app.accounts.revoke_key(&rig.org, key.id).await.unwrap();
    program.get("/api/v1/sites").await.problem(401, "key_not_valid");
    rig.stop().await;
}

#[tokio::test]
async fn a_sites_host_answers_no_call() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let client = crate::publishing::rig::client();
    let answer = client.get(format!("{}/api/v1/sites", program.origin)).header("host", "acme.localhost");
    assert_eq!(answer.send().await.unwrap().status(), 404);
    rig.stop().await;
}
