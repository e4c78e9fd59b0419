//! Two who change one thing.

use citepress::accounts::KeyScope;
use citepress::pages::Edited;
use reqwest::Method;
use serde_json::json;

use super::rig::{Answer, Program, sent};
use crate::publishing::rig::Rig;

#[tokio::test]
async fn of_two_who_change_what_both_have_read_one_is_told_and_nothing_is_lost() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    rig.write(&[("a.md", "One.")]).await;
    let page = program.get("/api/v1/pages").await.json(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/pages/{page}");
    let tag = program.get(&path).await.header("etag").to_owned();
    let revise = async |text: &str| -> Answer {
        let request = program.request(Method::POST, &format!("{path}/revisions")).header("if-match", &tag);
        sent(request.json(&json!({ "document": text, "reason": text }))).await
    };
    let (first, second) = tokio::join!(revise("Mine.\n"), revise("Yours.\n"));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 412], "{} {}", first.text, second.text);
    let refused = if first.status == 412 { &first } else { &second };
    refused.problem(412, "changed");
    // Also where the look at the ETag comes too early for both: the transaction looks again.
    let (scope, id) = (&rig.scope, page.parse().unwrap());
    let edit = |text: &str| {
        let (document, title) = (format!("{text}\n"), "A".to_owned());
        rig.app.pages.edit(scope, id, Edited { document, title, reason: String::new(), seen: Some(2) })
    };
    let (first, second) = tokio::join!(edit("Mine again."), edit("Yours again."));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let revisions = program.get(&format!("{path}/revisions")).await.json(200);
    assert_eq!(revisions["data"].as_array().unwrap().len(), 3, "the first text and those that got through");
    let second = program.get(&format!("{path}/revisions/2")).await.json(200);
    assert!(["Mine.\n", "Yours.\n"].contains(&second["document"].as_str().unwrap()), "{second}");
    rig.stop().await;
}

#[tokio::test]
async fn a_site_is_changed_by_who_has_seen_it_as_it_is_and_unchanged_things_are_not_sent_again() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let path = format!("/api/v1/sites/{}", rig.scope.site());
    let read = program.get(&path).await;
    let tag = read.header("etag").to_owned();
    let unchanged = sent(program.request(Method::GET, &path).header("if-none-match", &tag)).await;
    assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
    let change = async |tag: &str, body: serde_json::Value| {
        sent(program.request(Method::PATCH, &path).header("if-match", tag).json(&body)).await
    };
    let changed = change(&tag, json!({ "gate": 50 })).await;
    assert_eq!(changed.json(200)["gate"], 50);
    change(&tag, json!({ "gate": 60 })).await.problem(412, "changed");
    let tag = changed.header("etag").to_owned();
    let (first, second) =
        tokio::join!(change(&tag, json!({ "gate": 51 })), change(&tag, json!({ "gate": 52 })));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", first.text, second.text);
    let gate = program.get(&path).await;
    let tag = gate.header("etag").to_owned();
    let gate = gate.json(200)["gate"].clone();
    let settings = json!({ "settings": "title = \"Acme facts\"\n" });
    let renamed = change(&tag, settings).await.json(200);
    assert_eq!((&renamed["title"], &renamed["gate"]), (&json!("Acme facts"), &gate));
    rig.stop().await;
}
