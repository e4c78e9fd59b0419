//! A job that is watched, called off and tried again.

use std::time::Duration;

use citepress::accounts::KeyScope;
use citepress::queue::JobId;
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

/// Follows a job to its end; what was told, in order.
async fn followed(program: &Program, job: &str) -> Vec<Value> {
    followed_while(program, job, async || {}).await
}

/// The same, and does something when the first state was told.
async fn followed_while(program: &Program, job: &str, then: impl AsyncFnOnce()) -> Vec<Value> {
    let answer = program.request(Method::GET, &format!("/api/v1/jobs/{job}/events")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let (mut body, mut text, mut then) = (answer.bytes_stream(), String::new(), Some(then));
    while let Some(more) = tokio::time::timeout(Duration::from_secs(30), body.next())
        .await
        .expect("the stream ends with the job")
    {
        text.push_str(std::str::from_utf8(&more.unwrap()).unwrap());
        if text.contains("data:")
            && let Some(then) = then.take()
        {
            then().await;
        }
    }
    assert!(!text.contains("id:"), "there is nothing to resume from: {text}");
    let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

async fn kinds(rig: &Rig, job: &str) -> Vec<String> {
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    events.into_iter().filter(|event| event.subject == job).map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_stream_opens_with_the_job_as_it_is_and_ends_when_it_has_ended() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = rig.scope.site().to_string();
    // A job that waits, so that there is time to watch it before it moves.
    let job = rig.waiting_job().await.to_string();
    let told = followed_while(&program, &job, async || {
        program.post(&format!("/api/v1/jobs/{job}/cancel"), &json!({})).await.json(200);
    })
    .await;
    let states: Vec<&str> = told.iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["queued", "cancelled"], "{told:?}");

    // One that has ended is told once.
    let source = json!({ "site": site, "name": "a.md", "title": "A", "text": "# A\n\nA fact stands here, and it is long enough." });
    program.post("/api/v1/sources", &source).await.json(201);
    let brief = json!({ "text": "A fact.", "sources": ["a.md"] });
    let page = json!({ "site": site, "path": "a.md", "title": "A", "brief": brief });
    let page = program.post("/api/v1/pages", &page).await.json(201);
    let path = format!("/api/v1/pages/{}/generate", page["id"].as_str().unwrap());
    let begun = program.post(&path, &json!({})).await.json(202);
    let job = begun["id"].as_str().unwrap();
    let told = followed(&program, job).await;
    assert_eq!(told.last().unwrap()["state"], "done", "{told:?}");
    assert_eq!(followed(&program, job).await.len(), 1);
    rig.stop().await;
}

#[tokio::test]
async fn a_strangers_job_is_not_there_to_watch_or_to_try_again() {
    let rig = Rig::without_worker().await;
    let stranger = Program::stranger(&rig).await;
    let job: JobId = rig.waiting_job().await;
    stranger.get(&format!("/api/v1/jobs/{job}/events")).await.problem(404, "not_found");
    stranger.post(&format!("/api/v1/jobs/{job}/retry"), &json!({})).await.problem(404, "not_found");
    rig.stop().await;
}

#[tokio::test]
async fn calling_a_job_off_and_trying_it_again_are_told_as_events_and_a_refusal_is_not() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let job = rig.waiting_job().await.to_string();
    program.post(&format!("/api/v1/jobs/{job}/retry"), &json!({})).await.problem(409, "job_state");
    assert_eq!(kinds(&rig, &job).await, [""; 0]);
    program.post(&format!("/api/v1/jobs/{job}/cancel"), &json!({})).await.json(200);
    let again = program.post(&format!("/api/v1/jobs/{job}/retry"), &json!({})).await;
    assert_eq!(again.json(202)["state"], "queued");
    assert_eq!(again.header("location"), format!("/api/v1/jobs/{job}"));
    assert_eq!(kinds(&rig, &job).await, ["job.cancelled", "job.retried"]);
    rig.stop().await;
}
