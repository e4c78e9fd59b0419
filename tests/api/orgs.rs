//! The organisation itself.

use citepress::accounts::KeyScope;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Program, sent};
use super::sessions::Caller;
use crate::console::rig::Visitor;
use crate::publishing::rig::Rig;

const ORG: &str = "/api/v1/orgs/current";

#[tokio::test]
async fn what_is_used_of_the_plan_is_told_with_its_limits() {
    let rig = Rig::without_worker().await;
    rig.write(&[("_index.md", "Welcome."), ("a.md", "A page.")]).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let stranger = Program::stranger(&rig).await;
    program
        .post("/api/v1/invitations", &json!({ "email": "bob@acme.example", "role": "member" }))
        .await
        .json(201);
    let usage = program.get(&format!("{ORG}/usage")).await.json(200);
    let used = |usage: &Value, name: &str| {
        let meters = usage["meters"].as_array().unwrap();
        let meter = meters.iter().find(|meter| meter["name"] == name).cloned();
        meter.map(|meter| (meter["used"].as_u64().unwrap(), meter["limit"].as_u64().unwrap()))
    };
    assert_eq!(used(&usage, "sites"), Some((1, 100)));
    assert_eq!(
        used(&usage, "members").map(|(used, _)| used),
        Some(2),
        "the invitation holds a place: {usage}"
    );
    assert_eq!(used(&usage, "pages"), Some((2, 100_000)));
    let theirs = stranger.get(&format!("{ORG}/usage")).await.json(200);
    assert_eq!(used(&theirs, "pages"), None, "{theirs}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_renamed_by_an_admin_and_deleted_by_an_owner_who_says_its_name() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let owner = Caller::of(&ada).await;
    let key = json!({ "name": "k", "scope": "admin" });
    let key = sent(owner.request(Method::POST, "/api/v1/api-keys").json(&key)).await.json(201);
    let program = Program::with_secret(&rig, key["secret"].as_str().unwrap());
    let rename = |name: &str| program.request(Method::PATCH, ORG).json(&json!({ "name": name }));
    assert_eq!(sent(rename("Acme & Co.")).await.json(200)["name"], "Acme & Co.");
    sent(rename("")).await.problem(422, "invalid_request");
    assert_eq!(program.get(ORG).await.json(200)["slug"], "acme-analytics");

    let by_key = program.request(Method::DELETE, &format!("{ORG}?name=Acme+%26+Co."));
    sent(by_key).await.problem(403, "role_too_low");
    let by_owner = |name: &str| owner.request(Method::DELETE, &format!("{ORG}?name={name}"));
    sent(by_owner("Acme")).await.problem(422, "invalid_request");
    owner.get(ORG).await.json(200);
    assert_eq!(sent(by_owner("Acme+%26+Co.")).await.status, 204);
    program.get(ORG).await.problem(401, "key_not_valid");
    owner.get(ORG).await.problem(401, "session_not_valid");
    rig.stop().await;
}
