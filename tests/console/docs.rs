//! The API to be read, at `/docs`.

use std::process::Command;

use citepress::accounts::KeyScope;
use serde_json::{Value, json};

use super::looks::faults_of;
use super::rig::Visitor;
use crate::api::rig::Program;
use crate::browser::Browser;
use crate::publishing::rig::Rig;

fn document() -> Value {
    serde_json::from_str(include_str!("../api/openapi.json")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_and_schema_of_the_document_is_there_and_every_link_leads_somewhere() {
    let rig = Rig::without_worker().await;
    let visitor = Visitor::new(rig.port);
    assert_eq!(visitor.get("/redoc").await.redirect(), "/docs");
    let page = visitor.get("/docs").await.page();
    let ids = page.attributes("[id]", "id");
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "an id is one thing's");
    let (document, paths) = (document(), page.texts(".call code"));
    let mut count = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.iter().any(|known| known == id), "{id} is missing");
            assert!(paths.contains(&format!("/api/v1{path}")), "{path}");
            count += 1;
        }
    }
    assert_eq!(page.texts(".curl").len(), count);
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(ids.contains(&format!("schema-{name}")), "{name} is missing");
    }
    for link in page.attributes("a[href^='#']", "href") {
        assert!(ids.iter().any(|id| *id == link[1..]), "{link} leads nowhere");
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_examples_are_what_the_document_says() {
    let rig = Rig::without_worker().await;
    let page = Visitor::new(rig.port).get("/docs").await.page();
    let names = page.attributes("[data-example]", "data-example");
    let examples = page.texts("[data-example]");
    assert!(names.len() > 20 && names.len() == examples.len());
    for (name, example) in names.iter().zip(examples).filter(|(name, _)| !name.is_empty()) {
        let schema =
            json!({ "$ref": format!("#/components/schemas/{name}"), "components": document()["components"] });
        let example: Value = serde_json::from_str(&example).unwrap();
        let wrong: Vec<_> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&example)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?} in {example}");
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_it_shows_works_on_a_command_line() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let page = Visitor::new(rig.port).get("/docs").await.page();
    let line = page.texts("#orgs_current .curl").remove(0);
    let mut run = Command::new("sh");
    run.args(["-c", &line]).env("CITEPRESS_KEY", program.key()).env("no_proxy", "localhost");
    let printed = tokio::task::block_in_place(|| run.output()).unwrap();
    let org: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(org["slug"], "acme", "{line}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_read_it_at_every_width_in_light_and_dark_and_it_asks_nobody_else() {
    let rig = Rig::without_worker().await;
    let origin = format!("http://localhost:{}", rig.port);
    let browser = Browser::start().await;
    let page = browser.page().await;
    let faults = faults_of(&page, &format!("{origin}/docs"), "docs").await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(page.complaints(), Vec::<String>::new());
    assert_eq!(page.strangers(&origin), Vec::<String>::new());
    rig.stop().await;
}
