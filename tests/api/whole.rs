//! What was done and what was answered become lasting together: whatever dies between the two leaves nothing.

use std::collections::BTreeMap;

use citepress::accounts::KeyScope;
use citepress::db::Db;
use futures_util::TryStreamExt;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};

use super::rig::{Answer, Program, sent};
use super::walk::{Named, Operation, call, operations, things};
use crate::crawl::server::{Server, text};
use crate::publishing::rig::Rig;

/// A page is judged as often as one likes.
const APART: &str = "pages_judge";
/// Changes nothing.
const LOOKS: &str = "editions_preview";
/// What goes on by itself: claims of requests, and when a key was last used.
const RESTLESS: [&str; 2] = ["idempotency_keys", "used_at"];
/// What the worker does of its own once in a while, so that it may come in between.
const WORKERS: [&str; 3] = ["event_readers", "job_schedules", "jobs"];
const TRIES: usize = 3;

/// A call of one that names nothing, too; nobody far away is asked.
fn body(operation: &Operation, named: &Named, receiver: &Server) -> (String, Option<Value>) {
    let own = match operation.id.as_str() {
        "sites_create" => json!({ "slug": "another", "title": "Another" }),
        "invitations_create" => json!({ "email": "cy@acme.example", "role": "member" }),
        "api_keys_create" => json!({ "name": "ci", "scope": "read" }),
        "webhooks_create" => json!({ "url": receiver.url("/hook"), "events": ["domain.verified"] }),
        "orgs_export" => json!({}),
        "sources_fetch" => json!({ "site": named.site, "url": receiver.url("/hook") }),
        id => return call(id, &operation.path, named).unwrap(),
    };
    (operation.path.clone(), Some(own))
}

/// Puts things into the state that an operation needs.
async fn make_possible(
    rig: &Rig,
    program: &Program,
    operation: &Operation,
    (path, body): (&str, &mut Option<Value>),
) {
    let (db, site) = (&rig.app.db, rig.scope.site());
    match operation.id.as_str() {
        "pages_waive_claim" => {
            change(db, &["UPDATE claims SET state = 'unsupported' WHERE position = 0"]).await;
        }
        // As if its record had been seen.
        "domains_make_canonical" => {
            let host = format!(
                "INSERT INTO hosts (id, site_id, state, canonical, created_at)
                 VALUES ('help.acme-docs.com', '{site}', 'live', 0, 0)"
            );
            change(db, &[&host]).await;
        }
        "pages_schedule" => {
            let page = format!("/api/v1{}", path.trim_end_matches("/schedule"));
            // Otherwise it is judged by the way, which is a matter of its own.
            program.post(&format!("{page}/health"), &json!({})).await.json(200);
            body.as_mut().unwrap()["revision"] = program.get(&page).await.json(200)["revision"].clone();
        }
        _ => {}
    }
}

async fn post(program: &Program, path: &str, key: &str, body: Option<&Value>) -> Answer {
    let request = program.request(Method::POST, &format!("/api/v1{path}")).header("idempotency-key", key);
    sent(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// From now on no answer can be kept, as if each process died before it could.
async fn no_answers(db: &Db) {
    let make: &[&str] = match db.backend() {
        DbBackend::Postgres => &[
            "CREATE OR REPLACE FUNCTION no_answer() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE 'no answer is kept'; END $$",
            "CREATE TRIGGER no_answer BEFORE UPDATE OF answer ON idempotency_keys
                FOR EACH ROW EXECUTE FUNCTION no_answer()",
        ],
        _ => &["CREATE TRIGGER no_answer BEFORE UPDATE OF answer ON idempotency_keys
            BEGIN SELECT RAISE(ABORT, 'no answer is kept'); END"],
    };
    change(db, make).await;
}

async fn answers(db: &Db) {
    change(
        db,
        &[match db.backend() {
            DbBackend::Postgres => "DROP TRIGGER no_answer ON idempotency_keys",
            _ => "DROP TRIGGER no_answer",
        }],
    )
    .await;
}

async fn change(db: &Db, how: &[&str]) {
    let tx = db.write_system().await.unwrap();
    for how in how {
        tx.conn().execute_unprepared(how).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Every row, by table, without what changes by itself.
async fn rows(db: &Db) -> BTreeMap<String, Vec<String>> {
    let (snapshot, mut all) = (db.snapshot().await.unwrap(), BTreeMap::new());
    for table in snapshot.tables().await.unwrap() {
        if RESTLESS.contains(&table.name.as_str()) {
            continue;
        }
        let rows: Vec<_> = snapshot.rows(&table).await.unwrap().try_collect().await.unwrap();
        let told = |row: &Vec<Value>| {
            let columns = table.columns.iter().zip(row);
            let still = columns.filter(|(column, _)| !RESTLESS.contains(&column.name.as_str()));
            still.map(|(column, value)| format!("{} = {value}; ", column.name)).collect()
        };
        let mut rows: Vec<String> = rows.iter().map(told).collect();
        rows.sort();
        all.insert(table.name, rows);
    }
    snapshot.close().await.unwrap();
    all
}

/// Does an operation whose answer can't be kept; its answer, and what it has left.
async fn cut_off(rig: &Rig, lose: impl AsyncFn(usize) -> Answer) -> (Answer, Vec<String>) {
    let db = &rig.app.db;
    let mut n = 0;
    loop {
        rig.rest().await;
        no_answers(db).await;
        let before = rows(db).await;
        let lost = lose(n).await;
        let after = rows(db).await;
        answers(db).await;
        let left = before.into_iter().filter(|(table, rows)| *rows != after[table]);
        let left: Vec<_> = left.map(|(table, _)| table).collect();
        n += 1;
        let is_own = left.iter().all(|table| WORKERS.contains(&table.as_str()));
        if left.is_empty() || !is_own || n == TRIES {
            return (lost, left);
        }
    }
}

#[tokio::test]
async fn no_operation_leaves_anything_when_its_answer_is_lost_and_each_is_done_once_with_it() {
    let receiver = Server::with(vec![("/hook", text("thanks"))]).await;
    let rig = Rig::allowed_to_fetch(&receiver.address()).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let named = things(&rig, &program, &receiver).await;
    let mut whole = 0;
    for operation in operations().into_iter().filter(|operation| operation.method == "post") {
        let Operation { id, .. } = &operation;
        let (path, mut body) = body(&operation, &named, &receiver);
        make_possible(&rig, &program, &operation, (&path, &mut body)).await;
        let lose = async |n| post(&program, &path, &format!("{id} lost {n}"), body.as_ref()).await;
        let (lost, left) = cut_off(&rig, lose).await;
        if lost.status < 500 {
            let expected = lost.status < 300 && [APART, LOOKS].contains(&id.as_str());
            assert!(expected, "{id} does not need its answer: {} {}", lost.status, lost.text);
            continue;
        }
        assert!(left.is_empty(), "{id} has left something in {left:?}");
        let first = post(&program, &path, id, body.as_ref()).await;
        assert!(first.status < 300, "{id}: {}", first.text);
        let again = post(&program, &path, id, body.as_ref()).await;
        assert_eq!((first.status, &first.text), (again.status, &again.text), "{id}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{id}");
        whole += 1;
    }
    assert!(whole >= 31, "only {whole} operations were cut off");
    rig.stop().await;
}
