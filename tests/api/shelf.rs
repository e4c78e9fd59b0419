//! Pages that are taken off, put away, and taken back to an older text.

use citepress::accounts::KeyScope;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Program, sent};
use crate::publishing::rig::Rig;

async fn written(rig: &Rig, program: &Program, path: &str) -> (String, Value) {
    let new = json!({ "site": rig.scope.site().to_string(), "path": path, "title": "First", "document": "+++\ntitle = \"First\"\n+++\nOne.\n" });
    let page = program.post("/api/v1/pages", &new).await.json(201);
    (format!("/api/v1/pages/{}", page["id"].as_str().unwrap()), page)
}

#[tokio::test]
async fn a_page_that_is_unpublished_is_gone_with_the_edition_that_comes_of_it() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    let (path, _) = written(&rig, &program, "a.md").await;
    program.post(&format!("{path}/unpublish"), &json!({})).await.problem(409, "page_state");
    rig.publish().await;
    assert_eq!(rig.read("/a/").await.0, 200);
    program.post(&format!("{path}/archive"), &json!({})).await.problem(409, "page_state");
    let begun = program.post(&format!("{path}/unpublish"), &json!({})).await;
    begun.json(202);
    let edition = program.settled(begun.header("location"), &["queued"]).await;
    assert_eq!(edition["state"], "ready", "{edition}");
    assert_eq!(rig.read("/a/").await.0, 404);
    assert_eq!(program.get(&path).await.json(200)["state"], "archived");
    let back = program.post(&format!("{path}/unarchive"), &json!({})).await.json(200);
    assert_eq!((&back["state"], &back["live_revision"]), (&json!("review"), &Value::Null));
    rig.stop().await;
}

#[tokio::test]
async fn a_revision_comes_back_as_a_new_one_with_its_claims_unless_somebody_was_faster() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = rig.scope.site().to_string();
    let source = json!({ "site": site, "name": "a.md", "title": "A", "text": "# A\n\nA fact stands here, and it is long enough." });
    program.post("/api/v1/sources", &source).await.json(201);
    let brief = json!({ "text": "A fact.", "sources": ["a.md"] });
    let page = json!({ "site": site, "path": "a.md", "title": "A", "brief": brief });
    let page = program.post("/api/v1/pages", &page).await.json(201);
    let path = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
    let begun = program.post(&format!("{path}/generate"), &json!({})).await;
    program.settled(begun.header("location"), &["queued", "running"]).await;
    let claims = program.get(&format!("{path}/claims")).await.json(200)["data"].clone();
    assert!(!claims.as_array().unwrap().is_empty());
    let first = program.get(&format!("{path}/revisions/1")).await.json(200);

    let old = program.get(&path).await.header("etag").to_owned();
    let other = json!({ "document": "+++\ntitle = \"Other\"\n+++\nAnother text.\n", "title": "Other" });
    program.post(&format!("{path}/revisions"), &other).await.json(201);
    assert_eq!(program.get(&format!("{path}/claims")).await.json(200)["data"], json!([]));
    let restore = program.request(Method::POST, &format!("{path}/revisions/1/restore"));
    sent(restore.header("if-match", old)).await.problem(412, "changed");
    // The source's text is another one by now: the old claims point at what it was.
    let source = json!({ "site": site, "name": "a.md", "title": "A", "text": "Another fact." });
    program.post("/api/v1/sources", &source).await.json(201);

    let made = program.post(&format!("{path}/revisions/1/restore"), &json!({})).await.json(201);
    assert_eq!((&made["number"], &made["document"]), (&json!(3), &first["document"]));
    assert_eq!(program.get(&format!("{path}/claims")).await.json(200)["data"], claims);
    let page = program.get(&path).await.json(200);
    assert_eq!((&page["state"], &page["stale"]), (&json!("review"), &json!(true)));
    program.post(&format!("{path}/revisions/9/restore"), &json!({})).await.problem(404, "not_found");
    rig.stop().await;
}

#[tokio::test]
async fn a_draft_is_put_away_and_taken_out_again_and_not_twice() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let (path, _) = written(&rig, &program, "a.md").await;
    program.post(&format!("{path}/unarchive"), &json!({})).await.problem(409, "page_state");
    let away = program.post(&format!("{path}/archive"), &json!({})).await.json(200);
    assert_eq!(away["state"], "archived");
    program.post(&format!("{path}/archive"), &json!({})).await.problem(409, "page_state");
    let back = program.post(&format!("{path}/unarchive"), &json!({})).await.json(200);
    assert_eq!(back["state"], "review");
    rig.stop().await;
}
