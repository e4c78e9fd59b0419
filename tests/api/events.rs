//! What happens is told as it happens.

use std::time::Duration;

use citepress::accounts::KeyScope;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

/// Reads events until there are so many; comments and other lines are left out.
async fn read(program: &Program, last: Option<i64>, count: usize) -> Vec<(String, Value)> {
    let mut request = program.request(Method::GET, "/api/v1/events/stream");
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let (mut body, mut text) = (answer.bytes_stream(), String::new());
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
    Some((field("id:")?.to_owned(), serde_json::from_str(field("data:")?).unwrap()))
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
    let later = async {
        // The reader is there by then; were it not, it would see the events all the same, by their numbers.
        tokio::time::sleep(Duration::from_millis(200)).await;
        stranger.post("/api/v1/sites", &json!({ "slug": "elsewhere", "title": "E" })).await.json(201);
        upload("a.md").await;
        upload("b.md").await;
    };
    let (live, ()) = tokio::join!(read(&program, Some(last), 2), later);
    assert_eq!(live[0].0, (last + 1).to_string());
    assert_eq!((&live[0].1["type"], &live[0].1["data"]["address"]), (&json!("source.added"), &json!("a.md")));
    assert_eq!((live[1].0.clone(), &live[1].1["data"]["address"]), ((last + 2).to_string(), &json!("b.md")));

    let again = read(&program, Some(last + 1), 1).await;
    assert_eq!(again, live[1..]);
    let listed = program.get(&format!("/api/v1/events?after={last}&limit=1")).await.json(200);
    assert_eq!((&listed["data"][0], &listed["has_more"]), (&live[0].1, &json!(true)));
    rig.stop().await;
}
