//! Events that come by themselves.

use citepress::accounts::KeyScope;
use citepress::base::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Answer, Program, sent};
use crate::crawl::server::{Reply, Server, status, text};
use crate::publishing::rig::Rig;
use crate::webhooks::receiver::{messages, when_came};

async fn patch(program: &Program, path: &str, tag: &str, body: &Value) -> Answer {
    sent(program.request(Method::PATCH, path).header("if-match", tag).json(body)).await
}

#[tokio::test]
async fn what_is_published_is_told_to_a_webhook_that_was_made_over_the_api() {
    let receiver = Server::with(vec![("/hook", text("thanks"))]).await;
    let rig = Rig::allowed_to_fetch(&receiver.address()).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let events = ["page.submitted", "page.published", "edition.live"];
    let new = json!({ "url": receiver.url("/hook"), "description": "our site", "events": events });
    let made = program.post("/api/v1/webhooks", &new).await;
    let path = made.header("location").to_owned();
    let made = made.json(201);
    let secret = made["secret"].as_str().unwrap();
    rig.write(&[("_index.md", "Welcome.")]).await;
    let edition = rig.publish().await;
    let came = when_came(&receiver, 3).await;
    let now = Clock::system().now().as_second();
    assert!(came.iter().all(|message| message.is_signed_by(secret, now)));
    let live = came.iter().map(super::super::webhooks::receiver::Message::json);
    let live = live.into_iter().find(|body| body["type"] == "edition.live").unwrap();
    assert_eq!(live["data"]["id"], edition.id.to_string());
    assert_eq!(live["data"]["site"], rig.scope.site().to_string());
    let mut told: Vec<_> = came.iter().map(|message| message.json()["type"].clone()).collect();
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, ["edition.live", "page.published", "page.submitted"]);

    let webhook = program.get(&path).await;
    assert!(!webhook.text.contains("whsec_"), "{}", webhook.text);
    let webhook = webhook.json(200);
    assert_eq!(webhook, made["webhook"]);
    assert_eq!((&webhook["state"], &webhook["off_reason"]), (&json!("on"), &Value::Null));
    assert_eq!(webhook["events"], json!(events));
    let listed = program.get("/api/v1/webhooks").await.json(200);
    assert_eq!(listed["data"], json!([webhook]));
    program.settled(&path, &["off"]).await;
    let deliveries = program.get(&format!("{path}/deliveries?limit=2")).await.json(200);
    assert_eq!((deliveries["data"].as_array().unwrap().len(), &deliveries["has_more"]), (2, &json!(true)));
    let line = &deliveries["data"][0];
    assert_eq!((&line["payload"], &line["answer"]), (&Value::Null, &Value::Null));
    let one = format!("{path}/deliveries/{}", line["id"].as_str().unwrap());
    let one = program.settled(&one, &["pending"]).await;
    assert_eq!(
        (&one["state"], &one["status"], &one["answer"]),
        (&json!("delivered"), &json!(200), &json!("thanks"))
    );
    let sent = came.iter().find(|message| json!(message.id) == one["event"]).unwrap();
    assert_eq!(one["payload"], json!(sent.body));
    rig.stop().await;
}

#[tokio::test]
async fn a_webhook_is_tested_replayed_rotated_switched_off_and_deleted() {
    let receiver = Server::start(|_| Reply::Bytes(status("200 OK"))).await;
    let rig = Rig::allowed_to_fetch(&receiver.address()).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let new = json!({ "url": receiver.url("/hook"), "events": ["edition.live"] });
    let made = program.post("/api/v1/webhooks", &new).await.json(201);
    let path = format!("/api/v1/webhooks/{}", made["webhook"]["id"].as_str().unwrap());
    let test = program.post(&format!("{path}/test"), &json!({})).await;
    let at = test.header("location").to_owned();
    assert_eq!(test.json(201)["type"], "webhook.test");
    let tested = program.settled(&at, &["pending"]).await;
    let again = program.post(&format!("{at}/replay"), &json!({})).await.json(201);
    assert_eq!((&again["replay_of"], &again["event"]), (&tested["id"], &tested["event"]));
    when_came(&receiver, 2).await;

    let rotated = program.post(&format!("{path}/rotate-secret"), &json!({})).await.json(200);
    assert_ne!(rotated["secret"], made["secret"]);
    assert!(rotated["webhook"]["old_secret_until"].is_string());
    program.post(&format!("{path}/test"), &json!({})).await.json(201);
    let message = when_came(&receiver, 3).await.pop().unwrap();
    let now = Clock::system().now().as_second();
    for secret in [&rotated["secret"], &made["secret"]] {
        assert!(message.is_signed_by(secret.as_str().unwrap(), now));
    }

    let read = program.get(&path).await;
    let tag = read.header("etag").to_owned();
    let off = patch(&program, &path, &tag, &json!({ "state": "off" })).await;
    let off_tag = off.header("etag").to_owned();
    let off = off.json(200);
    assert_eq!((&off["state"], &off["off_reason"]), (&json!("off"), &json!("person")));
    patch(&program, &path, &tag, &json!({ "state": "on" })).await.problem(412, "changed");
    program.post(&format!("{path}/test"), &json!({})).await.problem(409, "webhook_off");
    program.post(&format!("{at}/replay"), &json!({})).await.problem(409, "webhook_off");
    let on = patch(&program, &path, &off_tag, &json!({ "state": "on", "events": ["page.published"] })).await;
    assert_eq!(on.json(200)["events"], json!(["page.published"]));
    let deleted = sent(program.request(Method::DELETE, &path)).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    program.get(&path).await.problem(404, "not_found");
    program.get(&at).await.problem(404, "not_found");
    assert_eq!(messages(&receiver).len(), 3);
    rig.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_told_with_its_place() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let refused = async |body: Value| program.post("/api/v1/webhooks", &body).await;
    let pointers = |problem: &Value| -> Vec<String> {
        let errors = problem["errors"].as_array().unwrap().iter();
        errors.map(|fault| fault["pointer"].as_str().unwrap().to_owned()).collect()
    };
    let many = refused(json!({ "url": "short", "events": [], "secret": "mine" })).await;
    let mut places = pointers(&many.problem(422, "invalid_request"));
    places.sort();
    assert_eq!(places, ["/events", "/secret", "/url"]);
    let unknown = refused(json!({ "url": "https://example.com/", "events": ["page.deleted"] })).await;
    assert_eq!(pointers(&unknown.problem(422, "invalid_request")), ["/events/0"]);
    for url in ["https://127.0.0.1/hook", "http://example.com/hook", "https://u:p@example.com/", "no address"]
    {
        let problem = refused(json!({ "url": url, "events": ["edition.live"] })).await;
        assert_eq!(pointers(&problem.problem(422, "invalid_request")), ["/url"], "{url}");
    }
    for n in 0..20 {
        let new = json!({ "url": format!("https://example.com/{n}"), "events": ["edition.live"] });
        refused(new).await.json(201);
    }
    let new = json!({ "url": "https://example.com/21", "events": ["edition.live"] });
    refused(new).await.problem(409, "too_many_webhooks");
    rig.stop().await;
}
