//! A domain of one's own: claimed, proved, served, lost.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use citepress::accounts::KeyScope;
use citepress::app::App;
use citepress::base::Clock;
use citepress::dns::{Names, Unanswered};
use citepress::keys::Keys;
use citepress::sites::Domains;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::server::NameServer;
use crate::api::rig::{Program, sent};
use crate::publishing::rig::{Rig, client, settings};

const NAME: &str = "docs.acme-docs.com";
const PROOF: &str = "_citepress.docs.acme-docs.com";

/// Status and Location that a reader of a host gets.
async fn read(rig: &Rig, host: &str) -> (u16, String) {
    let answer = client().get(format!("http://127.0.0.1:{}/", rig.port)).header("host", host).send().await;
    let answer = answer.unwrap();
    let to = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    (answer.status().as_u16(), to.to_owned())
}

async fn published(names: &NameServer) -> Rig {
    let rig = Rig::asking(names.address).await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    rig
}

async fn add(program: &Program, site: &Value, name: &str) -> Value {
    program.post("/api/v1/domains", &json!({ "site": site, "name": name })).await.json(201)
}

/// Has a domain looked at, and gives what is known then.
async fn verified(program: &Program, domain: &Value) -> Value {
    let path = format!("/api/v1/domains/{}", domain["id"].as_str().unwrap());
    let begun = program.post(&format!("{path}/verify"), &json!({})).await;
    begun.json(202);
    let job = program.settled(begun.header("location"), &["queued", "running"]).await;
    assert_eq!(job["state"], "done", "{job}");
    program.get(&path).await.json(200)
}

/// Lets time pass for the domains.
async fn change(rig: &Rig, how: &str) {
    let tx = rig.app.db.write_system().await.unwrap();
    tx.conn().execute_unprepared(&format!("UPDATE domains SET {how}")).await.unwrap();
    tx.commit().await.unwrap();
}

/// Waits until the hosts that have a tree on disk are these.
async fn on_disk(rig: &Rig, hosts: &[&str]) {
    let began = Instant::now();
    loop {
        let items = std::fs::read_dir(rig.folder.path().join("sites")).unwrap();
        let names = items.map(|item| item.unwrap().file_name().into_string().unwrap());
        let found: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        if found == hosts {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{found:?} instead of {hosts:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn kinds(rig: &Rig) -> Vec<String> {
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let kinds = events.into_iter().map(|event| event.kind);
    kinds.filter(|kind| kind.starts_with("domain.") || kind == "site.moved").collect()
}

#[tokio::test]
async fn a_domain_is_served_from_its_proof_on_and_others_redirect_to_it_when_it_is_canonical() {
    let names = NameServer::start().await;
    let rig = published(&names).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = json!(rig.scope.site().to_string());
    let domain = add(&program, &site, "Docs.Acme-Docs.com.").await;
    assert_eq!((&domain["name"], &domain["record"]["name"]), (&json!(NAME), &json!(PROOF)));
    assert_eq!(domain["target"], "acme.localhost");
    let path = format!("/api/v1/domains/{}", domain["id"].as_str().unwrap());
    let token = domain["record"]["value"].as_str().unwrap();

    names.set_texts(PROOF, &["v=spf1 -all", "citepress-verification=guessed"]);
    let pending = verified(&program, &domain).await;
    assert_eq!(pending["state"], "pending");
    assert!(pending["reason"].as_str().unwrap().contains("TXT"), "{pending}");
    assert_eq!(read(&rig, NAME).await.0, 421, "nothing is served before the proof");
    program.post(&format!("{path}/canonical"), &json!({})).await.problem(409, "not_verified");

    names.set_texts(PROOF, &["v=spf1 -all", token]);
    let other = App::open(settings(rig.folder.path()), rig.port).await.unwrap();
    other.publishing.refresh_flips().await.unwrap();
    let before = other.publishing.flips().now();
    let proved = verified(&program, &domain).await;
    other.publishing.refresh_flips().await.unwrap();
    assert_eq!(other.publishing.flips().now(), before + 1, "another process looks up the site's hosts again");
    other.db.close().await;
    assert_eq!((&proved["state"], &proved["record"]["value"]), (&json!("verified"), &json!(token)));
    assert_eq!(read(&rig, NAME).await, (308, format!("http://acme.localhost:{}/", rig.port)));
    // The site's own host is below localhost here, and that is this machine whatever name servers say (RFC 6761).
    names.set_address(NAME, [192, 0, 2, 7]);
    let elsewhere = verified(&program, &domain).await;
    assert!(elsewhere["reason"].as_str().unwrap().contains("elsewhere"), "{elsewhere}");
    names.set_address(NAME, [127, 0, 0, 1]);
    assert_eq!(verified(&program, &domain).await["state"], "live");

    let canonical = program.post(&format!("{path}/canonical"), &json!({})).await.json(200);
    assert_eq!(canonical["canonical"], true);
    assert_eq!(read(&rig, NAME).await.0, 200);
    assert_eq!(read(&rig, "acme.localhost").await, (308, format!("http://{NAME}:{}/", rig.port)));

    // A static server has one tree as well, at the canonical host.
    on_disk(&rig, &[NAME]).await;

    sent(program.request(Method::DELETE, &path)).await;
    assert_eq!(read(&rig, NAME).await.0, 421);
    assert_eq!(read(&rig, "acme.localhost").await.0, 200);
    on_disk(&rig, &["acme.localhost"]).await;
    let told = ["domain.created", "domain.verified", "site.moved", "site.moved", "domain.deleted"];
    assert_eq!(kinds(&rig).await, told);
    rig.stop().await;
}

#[tokio::test]
async fn a_claim_of_another_stands_in_nobodys_way_and_a_proof_does() {
    let names = NameServer::start().await;
    let rig = published(&names).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let stranger = Program::stranger(&rig).await;
    let theirs = stranger.post("/api/v1/sites", &json!({ "slug": "theirs", "title": "T" })).await.json(201);
    let squatted = add(&stranger, &theirs["id"], NAME).await;
    let ours = add(&program, &json!(rig.scope.site().to_string()), NAME).await;
    assert_ne!(ours["record"]["value"], squatted["record"]["value"], "a token is one organisation's");
    // The owner's record proves nothing for who only claims the name.
    names.set_texts(PROOF, &[ours["record"]["value"].as_str().unwrap()]);
    assert_eq!(verified(&stranger, &squatted).await["state"], "pending");
    assert_eq!(verified(&program, &ours).await["state"], "verified");
    let both = [ours["record"]["value"].as_str().unwrap(), squatted["record"]["value"].as_str().unwrap()];
    names.set_texts(PROOF, &both);
    assert_eq!(verified(&stranger, &squatted).await["state"], "failed");
    assert_eq!(read(&rig, NAME).await.0, 308, "it is still ours");
    let path = format!("/api/v1/domains/{}", squatted["id"].as_str().unwrap());
    sent(stranger.request(Method::DELETE, &path)).await;
    assert_eq!(read(&rig, NAME).await.0, 308, "a claim that goes takes nothing along");
    let again = json!({ "site": theirs["id"], "name": NAME });
    stranger.post("/api/v1/domains", &again).await.problem(409, "taken");
    rig.stop().await;
}

#[tokio::test]
async fn a_domain_that_loses_its_record_is_told_and_no_longer_served_after_three_days() {
    let names = NameServer::start().await;
    let rig = published(&names).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let domain = add(&program, &json!(rig.scope.site().to_string()), "www.acme-docs.com").await;
    // www is proved with its domain: one record for both.
    assert_eq!(domain["record"]["name"], "_citepress.acme-docs.com");
    let token = domain["record"]["value"].as_str().unwrap();
    names.set_texts("_citepress.acme-docs.com", &[token]);
    verified(&program, &domain).await;
    assert!(rig.app.domains.due().await.unwrap().is_empty());
    change(&rig, "looked_at = looked_at - 7 * 3600 * 1000").await;
    assert_eq!(rig.app.domains.due().await.unwrap().len(), 1, "it is looked at again by itself");
    names.set_texts("_citepress.acme-docs.com", &[]);
    names.set_fails(true);
    assert_eq!(verified(&program, &domain).await["lost_at"], Value::Null, "no answer is no loss");
    names.set_fails(false);
    let lost = verified(&program, &domain).await;
    assert!(lost["lost_at"].is_string() && lost["state"] == "verified", "{lost}");
    assert_eq!(read(&rig, "www.acme-docs.com").await.0, 308, "it may be a slip");

    change(&rig, "lost_at = lost_at - 72 * 3600 * 1000").await;
    assert_eq!(verified(&program, &domain).await["state"], "failed");
    assert_eq!(read(&rig, "www.acme-docs.com").await.0, 421);
    let told = ["domain.created", "domain.verified", "domain.lost", "domain.failed"];
    assert_eq!(kinds(&rig).await, told);
    rig.stop().await;
}

#[tokio::test]
async fn nobody_is_sent_to_a_domain_that_was_given_up() {
    let names = NameServer::start().await;
    let rig = published(&names).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = json!(rig.scope.site().to_string());
    let domain = add(&program, &site, NAME).await;
    names.set_texts(PROOF, &[domain["record"]["value"].as_str().unwrap()]);
    verified(&program, &domain).await;
    let to = format!("http://{NAME}/new/");
    let redirect = json!({ "site": site, "from": "/old/", "to": to, "status": 301 });
    program.post("/api/v1/redirects", &redirect).await.json(201);
    rig.publish().await;
    rig.rest().await;
    let old = async || {
        let url = format!("http://127.0.0.1:{}/old/", rig.port);
        client().get(url).header("host", "acme.localhost").send().await.unwrap().status().as_u16()
    };
    assert_eq!(old().await, 301);
    let path = format!("/api/v1/domains/{}", domain["id"].as_str().unwrap());
    sent(program.request(Method::DELETE, &path)).await;
    rig.rest().await;
    assert_eq!(old().await, 404);
    let editions = rig.app.publishing.editions(&rig.scope).await.unwrap();
    assert!(editions.len() == 3 && editions[0].reason.contains(NAME), "{:?}", editions[0]);
    rig.stop().await;
}

#[tokio::test]
async fn a_name_that_can_not_be_used_is_refused_with_the_reason() {
    let names = NameServer::start().await;
    let rig = published(&names).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = json!(rig.scope.site().to_string());
    for (name, code) in [
        ("https://acme.com", "form"),
        ("192.0.2.1", "ip_address"),
        ("other.localhost", "reserved"),
        ("co.uk", "reserved"),
        ("аррӏе.com", "look_alike"),
    ] {
        let answer = program.post("/api/v1/domains", &json!({ "site": site, "name": name })).await;
        let problem = answer.problem(422, "invalid_request");
        let told = (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]);
        assert_eq!(told, (&json!("/name"), &json!(code)), "{problem}");
    }
    add(&program, &site, NAME).await;
    let again = json!({ "site": site, "name": NAME });
    program.post("/api/v1/domains", &again).await.problem(409, "taken");
    rig.stop().await;
}

/// Name servers far away, which knew of nothing when they were asked and whose answer comes when it is told to.
struct Late {
    asked: Notify,
    told: Notify,
}

#[async_trait]
impl Names for Late {
    async fn texts(&self, _: &str) -> Result<Vec<String>, Unanswered> {
        self.asked.notify_one();
        self.told.notified().await;
        Ok(Vec::new())
    }

    async fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, Unanswered> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn an_answer_that_comes_late_does_not_undo_what_was_asked_after_it() {
    let names = NameServer::start().await;
    let rig = published(&names).await;
    let domain = rig.prove(&names, &rig.scope, NAME).await;
    rig.rest().await;
    let app = &rig.app;
    let keys = Keys::open(rig.folder.path(), &app.ids, Clock::system()).unwrap();
    let late = Arc::new(Late { asked: Notify::new(), told: Notify::new() });
    let other = Domains::new(app.sites.clone(), app.queue.clone(), keys, late.clone(), Vec::new());
    let newer = async {
        late.asked.notified().await;
        // Times are of milliseconds.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let newer = app.domains.look(&rig.scope, domain.id).await;
        late.told.notify_one();
        newer
    };
    let (older, newer) = tokio::join!(other.look(&rig.scope, domain.id), newer);
    assert_eq!((older.unwrap(), newer.unwrap()), (true, true));
    let kinds = kinds(&rig).await;
    assert!(!kinds.iter().any(|kind| kind == "domain.lost"), "{kinds:?}");
    rig.stop().await;
}
