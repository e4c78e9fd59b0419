//! Paths that lead somewhere else, from the call to the reader.

use citepress::accounts::KeyScope;
use citepress::app::App;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Program, sent};
use crate::publishing::rig::{Rig, client, settings};

/// Status and Location that a reader gets.
async fn moved(rig: &Rig, path: &str) -> (u16, String) {
    let url = format!("http://127.0.0.1:{}{path}", rig.port);
    let answer = client().get(url).header("host", "acme.localhost").send().await.unwrap();
    let to = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    (answer.status().as_u16(), to.to_owned())
}

fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let fault = |fault: &'static str| move |one: &Value| one[fault].as_str().unwrap().len();
    assert!(problem["errors"].as_array().unwrap().iter().all(|one| fault("message")(one) > 10));
    let errors = problem["errors"].as_array().unwrap();
    errors.iter().map(|one| (one["pointer"].as_str().unwrap(), one["code"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_next_edition_sends_readers_on_and_a_page_at_the_path_goes_first() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = rig.scope.site().to_string();
    rig.write(&[("_index.md", "Welcome."), ("new.md", "New.")]).await;
    rig.publish().await;

    let new = json!({ "site": site, "from": "/old/page/", "to": "/new/#part", "status": 308 });
    let made = program.post("/api/v1/redirects", &new).await;
    let path = made.header("location").to_owned();
    assert_eq!(made.json(201)["state"], "waiting");
    assert_eq!(moved(&rig, "/old/page").await.0, 404, "the live edition is what it was");
    let other = json!({ "site": site, "from": "/old.html", "to": "/new/" });
    program.post("/api/v1/redirects", &other).await.json(201);
    rig.publish().await;

    assert_eq!(program.get(&path).await.json(200)["state"], "live");
    for spelling in ["/old/page", "/old/page/", "/old/p%61ge"] {
        assert_eq!(moved(&rig, spelling).await, (308, "/new/#part".into()), "{spelling}");
    }
    assert_eq!(moved(&rig, "/old/page?a=b").await, (308, "/new/?a=b#part".into()));
    assert_eq!(moved(&rig, "/old.html").await, (301, "/new/".into()));

    // A page that comes later has its path, and the redirect says so.
    rig.write(&[("old/page.md", "A page again.")]).await;
    rig.publish().await;
    assert_eq!(moved(&rig, "/old/page/").await.0, 200);
    assert_eq!(program.get(&path).await.json(200)["state"], "shadowed");

    sent(program.request(Method::DELETE, &path)).await;
    program.get(&path).await.problem(404, "not_found");
    let list = program.get(&format!("/api/v1/redirects?site={site}")).await.json(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1, "{list}");
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let kinds: Vec<_> = events.iter().filter(|event| event.kind.starts_with("redirect.")).collect();
    assert_eq!(kinds.len(), 3, "each change is told once");
    rig.stop().await;
}

#[tokio::test]
async fn all_that_could_lead_readers_astray_is_told_at_once_and_nothing_is_made() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let stranger = Program::stranger(&rig).await;
    stranger.post("/api/v1/sites", &json!({ "slug": "elsewhere", "title": "E" })).await.json(201);
    let site = rig.scope.site().to_string();
    rig.write(&[("_index.md", "Welcome."), ("here.md", "Here.")]).await;
    rig.publish().await;
    let line = |from: &str, to: &str| json!({ "from": from, "to": to });
    let many = json!({ "site": site, "redirects": [
        line("/good", "/here/"),
        line("/a", "//evil.example/"),
        line("/b", "javascript:alert(1)"),
        line("/c", "https://elsewhere.localhost/"),
        line("/here", "/"),
        line("/robots.txt/below", "/"),
        line("no path", "nowhere"),
        line("/good/", "/here/"),
        line("/self", "/self/"),
        { "from": "/temporary", "to": "/here/", "status": 302 },
    ] });
    let problem = program.post("/api/v1/redirects/bulk", &many).await.problem(422, "invalid_request");
    let expected = [
        ("/redirects/1/to", "bad_target"),
        ("/redirects/2/to", "bad_target"),
        ("/redirects/3/to", "foreign_host"),
        ("/redirects/4/from", "shadowed"),
        ("/redirects/5/from", "shadowed"),
        ("/redirects/6/from", "bad_path"),
        ("/redirects/6/to", "bad_target"),
        ("/redirects/7/from", "taken"),
        ("/redirects/8/to", "circle"),
        ("/redirects/9/status", "status"),
    ];
    assert_eq!(faults(&problem), expected);
    let list = program.get(&format!("/api/v1/redirects?site={site}")).await.json(200);
    assert_eq!(list["data"], json!([]));
    rig.stop().await;
}

#[tokio::test]
async fn a_circle_is_found_over_several_hops_and_over_two_sites() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let first = rig.scope.site().to_string();
    let other = program.post("/api/v1/sites", &json!({ "slug": "second", "title": "S" })).await.json(201);
    let redirect = async |site: &Value, from: &str, to: &str| {
        program.post("/api/v1/redirects", &json!({ "site": site, "from": from, "to": to })).await
    };
    let first = json!(first);
    redirect(&first, "/a", "/b").await.json(201);
    redirect(&first, "/b", "http://second.localhost/c").await.json(201);
    let answer = redirect(&other["id"], "/c", "http://acme.localhost/a/").await;
    let problem = answer.problem(422, "invalid_request");
    assert_eq!(faults(&problem), [("/to", "circle")]);
    assert!(answer.text.contains("/c -> http://acme.localhost/a/ -> /b -> http://second.localhost/c"));
    redirect(&other["id"], "/d", "http://acme.localhost/a/").await.json(201);
    rig.stop().await;
}

#[tokio::test]
async fn an_edition_with_redirects_is_the_same_whether_it_was_built_in_steps_or_at_once() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = rig.scope.site().to_string();
    let build = async |app: &App| {
        let id = rig.request().await;
        app.publishing.build(&rig.scope, id).await.unwrap().manifest.unwrap()
    };
    rig.write(&[("_index.md", "Welcome."), ("a.md", "A.")]).await;
    let plain = build(&rig.app).await;
    let lines: Vec<Value> = (0..100).map(|n| json!({ "from": format!("/old/{n}"), "to": "/a/" })).collect();
    let many = json!({ "site": site, "redirects": lines });
    let made = program.post("/api/v1/redirects/bulk", &many).await.json(201);
    assert_eq!(made["data"].as_array().unwrap().len(), 100);
    assert_ne!(build(&rig.app).await, plain);
    rig.write(&[("old/7.md", "Seven.")]).await;
    let in_steps = build(&rig.app).await;
    let other = App::open(settings(rig.folder.path()), rig.port).await.unwrap();
    assert_eq!(build(&other).await, in_steps);
    other.db.close().await;
    rig.stop().await;
}

#[tokio::test]
async fn a_site_has_ten_thousand_redirects_and_no_more() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = rig.scope.site().to_string();
    rig.write(&[("_index.md", "Welcome."), ("a.md", "A.")]).await;
    let bulk = async |round: usize, count: usize| {
        let line =
            |n: usize| json!({ "from": format!("/old/{round}/{n}"), "to": format!("/a/?{round}-{n}") });
        let lines: Vec<Value> = (0..count).map(line).collect();
        program.post("/api/v1/redirects/bulk", &json!({ "site": site, "redirects": lines })).await
    };
    for round in 0..10 {
        bulk(round, 1_000).await.json(201);
    }
    let problem = bulk(10, 1).await.problem(422, "invalid_request");
    assert_eq!(faults(&problem), [("/redirects/0/from", "too_many")]);
    let mut times = Vec::new();
    for _ in 0..2 {
        let id = rig.request().await;
        let began = std::time::Instant::now();
        let edition = rig.app.publishing.build(&rig.scope, id).await.unwrap();
        assert!(edition.files > 10_000);
        times.push(began.elapsed());
    }
    println!("editions with 10,000 redirects: {times:?}");
    rig.stop().await;
}
