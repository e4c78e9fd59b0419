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

/// They are answered from what takes longer than a transaction may be open, and done a second time they change nothing: a
/// redirect is there already, a page has its score.
const APART: [&str; 3] = ["redirects_create", "redirects_create_many", "pages_judge"];
/// Changes nothing.
const LOOKS: &str = "editions_preview";
/// Not possible in the state that things are in here.
const REFUSED: [&str; 4] =
    ["pages_waive_claim", "domains_make_canonical", "pages_schedule", "pages_unschedule"];
/// Who goes on by itself: claims of requests, when a key was last used, and who works.
const RESTLESS: [&str; 3] = ["idempotency_keys", "api_keys", "queue_workers"];

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

/// Every row that does not change by itself, by table.
async fn rows(db: &Db) -> BTreeMap<String, Vec<String>> {
    let (snapshot, mut all) = (db.snapshot().await.unwrap(), BTreeMap::new());
    for table in snapshot.tables().await.unwrap() {
        if RESTLESS.contains(&table.name.as_str()) {
            continue;
        }
        let rows: Vec<_> = snapshot.rows(&table).await.unwrap().try_collect().await.unwrap();
        let mut rows: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        all.insert(table.name, rows);
    }
    snapshot.close().await.unwrap();
    all
}

#[tokio::test]
async fn no_operation_leaves_anything_when_its_answer_is_lost_and_each_is_done_once_with_it() {
    let receiver = Server::with(vec![("/hook", text("thanks"))]).await;
    let rig = Rig::allowed_to_fetch(&receiver.address()).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let named = things(&rig, &program, &receiver).await;
    let db = &rig.app.db;
    let mut whole = 0;
    for operation in operations().into_iter().filter(|operation| operation.method == "post") {
        let Operation { id, .. } = &operation;
        let (path, body) = body(&operation, &named, &receiver);
        rig.rest().await;
        no_answers(db).await;
        let before = rows(db).await;
        let lost = post(&program, &path, &format!("{id} lost"), body.as_ref()).await;
        let after = rows(db).await;
        answers(db).await;
        if lost.status < 500 {
            let expected = match lost.status {
                200..300 => APART.contains(&id.as_str()) || id == LOOKS,
                _ => REFUSED.contains(&id.as_str()),
            };
            assert!(expected, "{id} does not need its answer: {} {}", lost.status, lost.text);
            continue;
        }
        for (table, rows) in &before {
            assert_eq!(rows, &after[table], "{id} has left something in {table}");
        }
        let first = post(&program, &path, id, body.as_ref()).await;
        assert!(first.status < 300, "{id}: {}", first.text);
        let again = post(&program, &path, id, body.as_ref()).await;
        assert_eq!((first.status, &first.text), (again.status, &again.text), "{id}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{id}");
        whole += 1;
    }
    assert!(whole >= 25, "only {whole} operations were cut off");
    rig.stop().await;
}
