//! Very many things at once.

use citepress::accounts::KeyScope;
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

const MANY: usize = 10_000;

#[tokio::test]
async fn ten_thousand_at_once_are_refused_whole_and_the_answer_says_how_many_may_come() {
    let rig = Rig::without_worker().await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = json!(rig.scope.site().to_string());
    let redirects = |count: usize| -> Vec<Value> {
        (0..count).map(|n| json!({ "from": format!("/old{n}"), "to": "/" })).collect()
    };
    let page = program.get("/api/v1/pages").await.json(200)["data"][0]["id"].clone();
    let bodies = [
        ("/api/v1/redirects/bulk", json!({ "site": site, "redirects": redirects(MANY) })),
        ("/api/v1/editions", json!({ "site": site, "pages": vec![page.clone(); MANY] })),
        ("/api/v1/webhooks", json!({ "url": "https://example.com/", "types": vec!["edition.live"; MANY] })),
        (
            "/api/v1/pages",
            json!({ "site": site, "path": "a.md", "title": "A", "brief": { "text": "", "sources": vec!["a"; MANY] } }),
        ),
    ];
    for (path, body) in &bodies {
        let refused = program.post(path, body).await;
        assert!([400, 422].contains(&refused.status), "{path}: {}", refused.status);
        let code = if refused.status == 400 { "unreadable_body" } else { "invalid_request" };
        let problem = refused.problem(refused.status, code);
        let told = problem.to_string();
        assert!(told.contains("at most") || told.contains("5000"), "{path} tells no limit: {told}");
    }
    for (path, list) in [
        ("redirects", format!("?site={}", rig.scope.site())),
        ("editions", format!("?site={}", rig.scope.site())),
        ("webhooks", String::new()),
    ] {
        assert_eq!(
            program.get(&format!("/api/v1/{path}{list}")).await.json(200)["data"],
            json!([]),
            "{path}"
        );
    }

    // As many as may come do, and one that is wrong among them keeps all of them out.
    let mut thousand = redirects(1_000);
    thousand[777]["to"] = json!("https://elsewhere.example/");
    let body = json!({ "site": site, "redirects": thousand });
    let problem = program.post("/api/v1/redirects/bulk", &body).await.problem(422, "invalid_request");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{problem}");
    assert!(problem["errors"][0]["pointer"].as_str().unwrap().contains("/777"), "{problem}");
    let body = json!({ "site": site, "redirects": redirects(1_000) });
    assert_eq!(
        program.post("/api/v1/redirects/bulk", &body).await.json(201)["data"].as_array().unwrap().len(),
        1_000
    );
    rig.stop().await;
}
