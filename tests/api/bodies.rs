//! Bodies are read strictly.

use citepress::accounts::KeyScope;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Program, sent};
use crate::publishing::rig::Rig;

fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().unwrap().iter();
    let mut faults: Vec<_> =
        errors.map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    faults.sort_unstable();
    faults
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_at_once_with_its_place() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let body = json!({
        "path": 7, "title": "", "kind": "poem", "titel": "x",
        "brief": { "text": "t", "sources": "robots.md", "sauce": 1 },
    });
    let problem = program.post("/api/v1/pages", &body).await.problem(422, "invalid_request");
    let expected = [
        ("/brief/sauce", "unknown_field"),
        ("/brief/sources", "type"),
        ("/kind", "enum"),
        ("/path", "type"),
        ("/site", "required"),
        ("/titel", "unknown_field"),
        ("/title", "too_short"),
    ];
    assert_eq!(faults(&problem), expected, "{problem:#}");
    for error in problem["errors"].as_array().unwrap() {
        assert!(error["message"].as_str().unwrap().ends_with('.'), "{error}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn what_is_no_json_or_too_large_or_something_else_is_refused_and_nothing_is_kept() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let post = |body: Vec<u8>| {
        program.request(Method::POST, "/api/v1/sites").header("content-type", "application/json").body(body)
    };
    for broken in ["", "{", "{\"slug\": \"a\",}", "nothing"] {
        sent(post(broken.into())).await.problem(400, "unreadable_body");
    }
    sent(post(b"{\"slug\": \"\xff\xfe\"}".to_vec())).await.problem(400, "unreadable_body");
    sent(post(b"[]".to_vec())).await.problem(422, "invalid_request");
    let deep = "[".repeat(100_000);
    sent(post(deep.into())).await.problem(400, "unreadable_body");
    sent(post(b"{\"slug\": \"a\", \"title\": \"a\\u0000b\"}".to_vec())).await.problem(400, "unreadable_body");
    let many = json!({ "slug": "a", "title": vec![0; 10_000] }).to_string();
    sent(post(many.into())).await.problem(400, "unreadable_body");
    let large = json!({ "slug": "large", "title": "x".repeat(2_000_000) }).to_string();
    sent(post(large.into())).await.problem(413, "body_too_large");
    let form = program
        .request(Method::POST, "/api/v1/sites")
        .header("content-type", "application/x-www-form-urlencoded");
    sent(form.body("slug=form")).await.problem(415, "media_type");
    let faulty = json!({ "slug": "No Slug", "title": "t" });
    let problem = program.post("/api/v1/sites", &faulty).await.problem(422, "invalid_request");
    assert_eq!(faults(&problem), [("/slug", "slug")]);
    let faulty = json!({ "slug": "fine", "title": "t", "settings": "title = 1\ncolour = \"red\"\n" });
    let problem = program.post("/api/v1/sites", &faulty).await.problem(422, "invalid_request");
    assert!(faults(&problem).iter().all(|fault| *fault == ("/settings", "settings")), "{problem:#}");
    let told = problem["errors"].to_string();
    assert!(told.contains("colour") && told.contains("title"), "both faults are told: {told}");
    let sites = program.get("/api/v1/sites").await.json(200);
    assert_eq!(sites["data"].as_array().unwrap().len(), 1, "only the rig's own site is there");
    rig.stop().await;
}
