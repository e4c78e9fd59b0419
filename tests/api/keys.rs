//! A key opens what it is for, as long as it is good.

use citepress::accounts::KeyScope;
use citepress::base::Clock;
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

/// What a key has to be for at least.
fn least(operation: &str, method: &str) -> KeyScope {
    match operation {
        "invitations_list" | "api_keys_list" | "exports_list" | "exports_get" | "exports_download" => {
            KeyScope::Admin
        }
        "editions_preview" => KeyScope::Read,
        "sources_upload" | "sources_fetch" | "pages_create" | "pages_revise" | "pages_generate"
        | "pages_judge" | "pages_restore" | "pages_archive" | "pages_unarchive" | "pages_import"
        | "jobs_cancel" | "jobs_retry" => KeyScope::Write,
        _ if method == "get" => KeyScope::Read,
        _ => KeyScope::Admin,
    }
}

#[tokio::test]
async fn every_operation_refuses_keys_that_are_for_less_and_no_others() {
    let rig = Rig::without_worker().await;
    let keys = [KeyScope::Read, KeyScope::Write, KeyScope::Admin];
    let document: serde_json::Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    for key in keys {
        let program = Program::new(&rig, key).await;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                if id == "events_stream" {
                    continue;
                }
                let path = path.replace(['{', '}'], "");
                let method_name: Method = method.to_uppercase().parse().unwrap();
                let request = program.request(method_name, &format!("/api/v1{path}"));
                let answer = sent(request.json(&json!({}))).await;
                let refused = answer.status == 403;
                assert_eq!(refused, key < least(id, method), "{id} with a key for {key:?}: {}", answer.text);
            }
        }
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_key_that_is_ended_takes_along_what_was_made_with_it_and_none_outlives_its_maker() {
    let rig = Rig::without_worker().await;
    let soon = Clock::system().now() + std::time::Duration::from_secs(3600);
    let (maker, secret) =
        rig.app.accounts.create_key(&rig.org, "maker", KeyScope::Admin, Some(soon)).await.unwrap();
    let maker_program = Program::with_secret(&rig, secret.reveal());
    let make = json!({ "name": "child", "scope": "admin" });
    let child = maker_program.post("/api/v1/api-keys", &make).await.json(201);
    assert_eq!(
        child["key"]["expires_at"],
        maker_program.get("/api/v1/api-keys").await.json(200)["data"][1]["expires_at"]
    );
    let child_program = Program::with_secret(&rig, child["secret"].as_str().unwrap());
    let grandchild = child_program.post("/api/v1/api-keys", &make).await.json(201);
    let grandchild = Program::with_secret(&rig, grandchild["secret"].as_str().unwrap());
    grandchild.get("/api/v1/sites").await.json(200);
    rig.app.accounts.revoke_key(&rig.org, maker.id).await.unwrap();
    grandchild.get("/api/v1/sites").await.problem(401, "key_not_valid");
    let past = json!({ "name": "p", "scope": "read", "expires_at": "2020-01-01T00:00:00Z" });
    let admin = Program::new(&rig, KeyScope::Admin).await;
    admin.post("/api/v1/api-keys", &past).await.problem(422, "invalid_request");
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
