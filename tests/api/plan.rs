//! Pages that go to their readers at a time.

use std::time::Duration;

use citepress::accounts::KeyScope;
use citepress::base::Clock;
use citepress::queue::{Filter, Reach, Record};
use jiff::Timestamp;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::rig::{Answer, Program, sent};
use crate::publishing::rig::Rig;

/// A page that waits for review, on a site that lets every page through.
async fn waiting(rig: &Rig, program: &Program) -> String {
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    let gate = program.request(Method::PATCH, &format!("/api/v1/sites/{}", rig.scope.site()));
    sent(gate.json(&json!({ "gate": 0 }))).await.json(200);
    let new = json!({ "site": rig.scope.site(), "path": "later.md", "title": "Later", "document": "Out at eight.\n" });
    let page = program.post("/api/v1/pages", &new).await.json(201);
    format!("/api/v1/pages/{}", page["id"].as_str().unwrap())
}

/// So far ahead that no plan's time comes by itself, however slow the machine is: tests move it.
const FAR: Duration = Duration::from_secs(600);

fn ahead(time: Duration) -> String {
    (Clock::system().now() + time).to_string()
}

async fn change(rig: &Rig, how: &str) {
    let tx = rig.app.db.write_system().await.unwrap();
    tx.conn().execute_unprepared(how).await.unwrap();
    tx.commit().await.unwrap();
}

/// Moves what was planned for one time to another: the page's time, and the job's, which knows it by that.
async fn moved(rig: &Rig, from: &str, to: Timestamp) {
    let (from, to) = (from.parse::<Timestamp>().unwrap().as_millisecond(), to.as_millisecond());
    change(rig, &format!("UPDATE pages SET scheduled_at = {to} WHERE scheduled_at = {from}")).await;
    let job = format!(
        "UPDATE jobs SET run_at = {to}, payload = replace(payload, '\"at\":{from}', '\"at\":{to}'),
             dedup = replace(dedup, '@{from}', '@{to}')
         WHERE dedup LIKE '%@{from}'"
    );
    change(rig, &job).await;
}

async fn plan(program: &Program, page: &str, revision: i64, at: &str) -> Answer {
    program.post(&format!("{page}/schedule"), &json!({ "revision": revision, "at": at })).await
}

async fn kinds(rig: &Rig) -> Vec<String> {
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    events.into_iter().map(|event| event.kind).filter(|kind| kind.starts_with("page.")).collect()
}

/// Waits until the page is in this state.
async fn becomes(program: &Program, page: &str, state: &str) -> Value {
    for _ in 0..200 {
        let now = program.get(page).await.json(200);
        if now["state"] == state {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{page} does not become {state}: {}", program.get(page).await.text);
}

#[tokio::test]
async fn a_page_that_is_planned_goes_to_its_readers_at_its_time_and_not_before() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let page = waiting(&rig, &program).await;
    let at = ahead(FAR);
    let planned = plan(&program, &page, 1, &at).await.json(200);
    assert_eq!((&planned["state"], &planned["live_revision"]), (&json!("scheduled"), &Value::Null));
    assert_eq!(planned["scheduled_at"].as_str().unwrap()[..19], at[..19]);
    assert_eq!(
        program.get("/api/v1/pages?state=scheduled").await.json(200)["data"].as_array().unwrap().len(),
        1
    );
    assert_eq!(rig.read("/later/").await.0, 404, "its time has not come");

    let soon = Clock::system().now() + Duration::from_secs(2);
    moved(&rig, &at, soon).await;
    let published = becomes(&program, &page, "published").await;
    assert!(Clock::system().now() >= soon, "it came before its time");
    assert_eq!((&published["live_revision"], &published["scheduled_at"]), (&json!(1), &Value::Null));
    rig.rest().await;
    assert!(rig.read("/later/").await.1.contains("Out at eight."));
    assert!(kinds(&rig).await.ends_with(&["page.scheduled".into(), "page.published".into()]));
    rig.stop().await;
}

#[tokio::test]
async fn whatever_else_is_done_with_the_page_ends_the_plan() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let page = waiting(&rig, &program).await;
    let plans = [ahead(FAR), ahead(FAR * 2), ahead(FAR * 3)];
    plan(&program, &page, 1, &plans[0]).await.json(200);
    let ended = program.post(&format!("{page}/unschedule"), &json!({})).await.json(200);
    assert_eq!((&ended["state"], &ended["scheduled_at"]), (&json!("review"), &Value::Null));
    program.post(&format!("{page}/unschedule"), &json!({})).await.problem(409, "page_state");

    plan(&program, &page, 1, &plans[1]).await.json(200);
    let text = json!({ "document": "Another text.\n" });
    program.post(&format!("{page}/revisions"), &text).await.json(201);
    assert_eq!(program.get(&page).await.json(200)["state"], "review", "what nobody has read is not planned");

    plan(&program, &page, 2, &plans[2]).await.json(200);
    program.post(&format!("{page}/archive"), &json!({})).await.json(200);
    for (past, at) in (1..).zip(&plans) {
        moved(&rig, at, Clock::system().now() - Duration::from_secs(past)).await;
    }
    rig.rest().await;
    assert!(jobs(&rig).await.iter().all(|job| job.state.as_str() == "done"), "they find nothing to do");
    assert_eq!(program.get(&page).await.json(200)["state"], "archived");
    assert_eq!(rig.app.publishing.editions(&rig.scope).await.unwrap().len(), 1, "nothing was published");
    rig.stop().await;
}

#[tokio::test]
async fn what_may_not_be_published_when_its_time_has_come_waits_for_review_and_says_why() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let page = waiting(&rig, &program).await;
    let at = ahead(FAR);
    plan(&program, &page, 1, &at).await.json(200);
    let gate = program.request(Method::PATCH, &format!("/api/v1/sites/{}", rig.scope.site()));
    sent(gate.json(&json!({ "gate": 100 }))).await.json(200);
    moved(&rig, &at, Clock::system().now()).await;
    becomes(&program, &page, "review").await;
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let told = events.iter().find(|event| event.kind == "page.unscheduled").unwrap();
    assert!(told.data["why"].as_str().unwrap().contains("gate"), "{}", told.data);
    assert_eq!(rig.read("/later/").await.0, 404);
    rig.stop().await;
}

/// The jobs that publish planned pages, newest first.
async fn jobs(rig: &Rig) -> Vec<Record> {
    let planned = Filter { kind: Some("publishing.planned".into()), ..Filter::default() };
    rig.app.queue.list(Reach::All, &planned, 10).await.unwrap()
}

/// Why plans were ended.
async fn reasons(rig: &Rig) -> Vec<String> {
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let ended = events.iter().filter(|event| event.kind == "page.unscheduled");
    ended.map(|event| event.data["why"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_plan_whose_job_is_called_off_is_over_and_a_later_plan_is_not() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let page = waiting(&rig, &program).await;
    plan(&program, &page, 1, &ahead(FAR)).await.json(200);
    let first = jobs(&rig).await.remove(0).id;
    program.post(&format!("{page}/unschedule"), &json!({})).await.json(200);
    plan(&program, &page, 1, &ahead(FAR * 2)).await.json(200);
    let second = jobs(&rig).await.remove(0).id;
    assert_ne!(first, second);
    program.post(&format!("/api/v1/jobs/{first}/cancel"), &json!({})).await.json(200);
    assert_eq!(program.get(&page).await.json(200)["state"], "scheduled", "that was an older plan's job");
    program.post(&format!("/api/v1/jobs/{second}/cancel"), &json!({})).await.json(200);
    let ended = program.get(&page).await.json(200);
    assert_eq!((&ended["state"], &ended["scheduled_at"]), (&json!("review"), &Value::Null));
    assert_eq!(reasons(&rig).await, ["asked for", "its job was called off"]);
    rig.stop().await;
}

#[tokio::test]
async fn a_plan_whose_job_fails_for_good_is_over_and_says_why() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let page = waiting(&rig, &program).await;
    let at = ahead(FAR);
    plan(&program, &page, 1, &at).await.json(200);
    rig.rest().await;
    // A fault of ours that no page is to blame for.
    change(&rig, "ALTER TABLE editions RENAME TO no_editions").await;
    moved(&rig, &at, Clock::system().now()).await;
    becomes(&program, &page, "review").await;
    change(&rig, "ALTER TABLE no_editions RENAME TO editions").await;
    rig.rest().await;
    assert_eq!(jobs(&rig).await[0].state.as_str(), "failed");
    let why = reasons(&rig).await;
    assert!(why.len() == 1 && why[0].contains("editions"), "{why:?}");
    assert_eq!(rig.read("/later/").await.0, 404);
    rig.stop().await;
}

#[tokio::test]
async fn a_plan_whose_job_was_lost_is_over_once_somebody_looks_and_one_that_waits_is_not() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let new = json!({ "site": rig.scope.site(), "path": "a.md", "title": "A", "document": "A text.\n" });
    let page = program.post("/api/v1/pages", &new).await.json(201);
    let page = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
    let gate = program.request(Method::PATCH, &format!("/api/v1/sites/{}", rig.scope.site()));
    sent(gate.json(&json!({ "gate": 0 }))).await.json(200);
    let at = ahead(FAR);
    plan(&program, &page, 1, &at).await.json(200);
    // Two hours later.
    moved(&rig, &at, Clock::system().now() - Duration::from_secs(2 * 60 * 60)).await;
    rig.app.publishing.end_lost_plans(&rig.scope).await.unwrap();
    assert_eq!(program.get(&page).await.json(200)["state"], "scheduled", "its job waits for a worker");
    change(&rig, "UPDATE jobs SET state = 'failed' WHERE kind = 'publishing.planned'").await;
    rig.app.publishing.end_lost_plans(&rig.scope).await.unwrap();
    assert_eq!(program.get(&page).await.json(200)["state"], "review");
    rig.stop().await;
}

#[tokio::test]
async fn a_time_that_is_none_and_a_revision_that_is_old_are_refused() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let new = json!({ "site": rig.scope.site(), "path": "a.md", "title": "A", "document": "A text.\n" });
    let page = program.post("/api/v1/pages", &new).await.json(201);
    let page = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
    let gate = program.request(Method::PATCH, &format!("/api/v1/sites/{}", rig.scope.site()));
    sent(gate.json(&json!({ "gate": 0 }))).await.json(200);
    for broken in ["tomorrow", "2026-13-01T00:00:00Z", "2030-01-01T00:00:00"] {
        let problem = plan(&program, &page, 1, broken).await.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "/at", "{broken}");
    }
    for far in ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        plan(&program, &page, 1, far).await.problem(422, "bad_time");
    }
    plan(&program, &page, 7, &ahead(Duration::from_secs(60))).await.problem(412, "changed");
    let now = program.get(&page).await.json(200);
    assert_eq!((&now["state"], &now["scheduled_at"]), (&json!("review"), &Value::Null));
    rig.stop().await;
}
