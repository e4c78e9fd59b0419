//! What happens is told as it happens.

use std::time::{Duration, Instant};

use citepress::accounts::KeyScope;
use citepress::tenancy::Role;
use futures_util::StreamExt;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

/// Opens the stream; what it begins with is settled when this returns.
async fn opened(program: &Program, last: Option<i64>) -> Response {
    let mut request = program.request(Method::GET, "/api/v1/events/stream");
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    answer
}

/// Reads events until there are so many; comments and other lines are left out.
async fn read(stream: Response, count: usize) -> Vec<(String, Value)> {
    let (mut body, mut text) = (stream.bytes_stream(), String::new());
    loop {
        let whole = text.rfind("\n\n").map_or("", |end| &text[..end]);
        let events: Vec<_> = whole.split("\n\n").filter_map(parsed).collect();
        if events.len() >= count {
            return events;
        }
        let more = tokio::time::timeout(Duration::from_secs(20), body.next()).await.expect("an event comes");
        text.push_str(std::str::from_utf8(&more.unwrap().unwrap()).unwrap());
    }
}

fn parsed(block: &str) -> Option<(String, Value)> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let data = field("data:").map_or(Value::Null, |data| serde_json::from_str(data).unwrap());
    Some((field("id:")?.to_owned(), data))
}

#[tokio::test]
async fn the_stream_tells_what_happens_and_who_comes_back_misses_nothing() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let stranger = Program::stranger(&rig).await;
    let known = program.get("/api/v1/events").await.json(200);
    let last = known["data"].as_array().unwrap().last().unwrap()["seq"].as_i64().unwrap();
    let site = rig.scope.site().to_string();
    let upload = async |name: &str| {
        let source = json!({ "site": site, "name": name, "title": name, "text": "A fact." });
        program.post("/api/v1/sources", &source).await.json(201);
    };
    // The reader is there first: without a number it is told what happens next.
    let stream = opened(&program, None).await;
    let later = async {
        stranger.post("/api/v1/sites", &json!({ "slug": "elsewhere", "title": "E" })).await.json(201);
        upload("a.md").await;
        upload("b.md").await;
    };
    let (live, ()) = tokio::join!(read(stream, 3), later);
    assert_eq!(live[0].0, last.to_string(), "the number to resume from comes first");
    let live = &live[1..];
    assert_eq!(live[0].0, (last + 1).to_string());
    assert_eq!((&live[0].1["type"], &live[0].1["data"]["address"]), (&json!("source.added"), &json!("a.md")));
    assert_eq!((live[1].0.clone(), &live[1].1["data"]["address"]), ((last + 2).to_string(), &json!("b.md")));

    let again = read(opened(&program, Some(last + 1)).await, 2).await;
    assert_eq!(again[1..], live[1..]);
    let listed = program.get(&format!("/api/v1/events?after={last}&limit=1")).await.json(200);
    assert_eq!((&listed["data"][0], &listed["has_more"]), (&live[0].1, &json!(true)));
    rig.stop().await;
}

#[tokio::test]
async fn an_event_comes_to_an_open_stream_as_soon_as_it_is_committed() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let site = rig.scope.site().to_string();
    let mut body = program.request(Method::GET, "/api/v1/events/stream").send().await.unwrap().bytes_stream();
    body.next().await.unwrap().unwrap();
    // Readers look by themselves every two seconds: after one has seen something its next look is far.
    let mut took = Vec::new();
    for name in ["a", "b", "c"] {
        let source = json!({ "site": site, "name": name, "title": name, "text": "A fact." });
        program.post("/api/v1/sources", &source).await.json(201);
        let began = Instant::now();
        let told = tokio::time::timeout(Duration::from_secs(20), body.next()).await.expect("it comes");
        took.push(began.elapsed());
        assert!(std::str::from_utf8(&told.unwrap().unwrap()).unwrap().contains("source.added"));
    }
    assert!(took.iter().all(|time| *time < Duration::from_secs(1)), "{took:?}");
    rig.stop().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_key_and_with_the_process_and_an_organisation_has_ten() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let open = || program.request(Method::GET, "/api/v1/events/stream").send();
    let mut streams = Vec::new();
    for _ in 0..10 {
        streams.push(open().await.unwrap());
    }
    program.get("/api/v1/events/stream").await.problem(429, "too_many_streams");
    drop(streams.pop());
    let began = Instant::now();
    while open().await.unwrap().status() != 200 {
        assert!(began.elapsed() < Duration::from_secs(20), "a closed stream keeps its place");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let key = rig.app.accounts.keys(&rig.org).await.unwrap().remove(0);
    rig.app.accounts.revoke_key(&rig.org, key.id).await.unwrap();
    let rest = tokio::time::timeout(Duration::from_secs(20), streams.remove(0).text()).await;
    assert!(rest.expect("the stream ends").unwrap().starts_with("id:"));

    let other = Program::new(&rig, KeyScope::Read).await;
    let _open = other.request(Method::GET, "/api/v1/events/stream").send().await.unwrap();
    let began = Instant::now();
    rig.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5), "an open stream holds up the end");
}

#[tokio::test]
async fn what_happens_to_members_is_told_to_admins_alone() {
    let rig = Rig::without_worker().await;
    rig.app.accounts.invite(&rig.org, "bob@acme.example", Role::Member).await.unwrap();
    let seen =
        async |scope: KeyScope| Program::new(&rig, scope).await.get("/api/v1/events?limit=100").await.text;
    assert!(seen(KeyScope::Admin).await.contains("bob@acme.example"));
    let told = seen(KeyScope::Read).await;
    assert!(told.contains("member.invited") && !told.contains("bob@acme.example"), "{told}");
    rig.stop().await;
}
