//! What an organisation takes along.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::time::Duration;

use citepress::accounts::KeyScope;
use citepress::departures::ExportState;
use reqwest::Method;
use serde_json::{Value, json};

use super::leaver::{HOST, INVITED, Leaver, MEMBER, NAME, OWNER, SLUG, WORD};
use crate::api::rig::Program;
use crate::publishing::rig::Rig;

type Files = BTreeMap<String, Vec<u8>>;

fn unpacked(bytes: Vec<u8>) -> Files {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().to_string();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        assert!(files.insert(name, content).is_none(), "a file stands in it twice");
    }
    files
}

fn lines(files: &Files, path: &str) -> Vec<Value> {
    let text = String::from_utf8(files[path].clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Asks for an export and waits until it is there; its id and its files.
async fn exported(program: &Program) -> (String, Files) {
    let begun = program.post("/api/v1/orgs/current/export", &json!({})).await;
    assert_eq!(begun.json(202)["kind"], "departures.export");
    let job = program.settled(begun.header("location"), &["queued", "running"]).await;
    assert_eq!(job["state"], "done", "{job}");
    let list = program.get("/api/v1/orgs/current/exports").await.json(200);
    let export = &list["data"][0];
    assert_eq!((&export["state"], &export["job"]), (&json!("ready"), &job["id"]), "{export}");
    let id = export["id"].as_str().unwrap().to_owned();
    let path = export["download"].as_str().unwrap();
    let answer = program.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    let name = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"") && name.ends_with(".zip\""), "{name}");
    let bytes = answer.bytes().await.unwrap().to_vec();
    assert_eq!(bytes.len() as u64, export["bytes"].as_u64().unwrap());
    (id, unpacked(bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_everything_of_the_organisation_and_nothing_of_another_or_secret() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Acme's own words, wombatword.")]).await;
    rig.publish().await;
    let leaver = Leaver::new(&rig).await;
    let (_, files) = exported(&leaver.program).await;

    let head: Value = serde_json::from_slice(&files["export.json"]).unwrap();
    assert_eq!(head["organisation"], json!({ "id": leaver.org.org(), "slug": SLUG, "name": NAME }));
    let members = lines(&files, "members.jsonl");
    let emails: Vec<&str> = members.iter().map(|member| member["email"].as_str().unwrap()).collect();
    assert_eq!(emails, [OWNER, MEMBER]);
    assert_eq!((&members[0]["role"], &members[1]["role"]), (&json!("owner"), &json!("member")));

    let folder = format!("sites/{SLUG}/");
    let of = |name: &str| format!("{folder}{name}");
    let pages = lines(&files, &of("pages.jsonl"));
    let kept = rig.app.pages.list(&leaver.scope).await.unwrap();
    assert_eq!(pages.len(), kept.len());
    let revisions = lines(&files, &of("revisions.jsonl"));
    assert_eq!(revisions.len() as i64, kept.iter().map(|page| page.revision).sum::<i64>());
    for page in &kept {
        for revision in rig.app.pages.revisions(&leaver.scope, page.id).await.unwrap() {
            let told = revisions
                .iter()
                .find(|line| line["page"] == json!(page.id) && line["number"] == json!(revision.number));
            assert_eq!(told.unwrap()["document"], json!(revision.document));
        }
    }
    let claims: Vec<&Value> = revisions.iter().flat_map(|line| line["claims"].as_array().unwrap()).collect();
    assert!(!claims.is_empty());
    assert!(claims.iter().all(|claim| claim["evidence"]["quote"].is_string()), "{claims:?}");
    let sources = lines(&files, &of("sources.jsonl"));
    assert_eq!(sources.len(), 2);
    assert!(sources.iter().any(|source| source["text"].as_str().unwrap().contains("small animal")));
    assert_eq!(lines(&files, &of("editions.jsonl")).len(), 3);
    let domains = lines(&files, &of("domains.jsonl"));
    assert_eq!(
        (&domains[0]["name"], &domains[0]["state"]),
        (&json!(format!("www.{WORD}.dev")), &json!("pending"))
    );
    let mut redirects = lines(&files, &of("redirects.jsonl"));
    // Both were made in one moment.
    redirects.sort_by_key(|redirect| redirect["from"].to_string());
    assert_eq!((&redirects[1]["from"], &redirects[1]["to"]), (&json!(format!("/{WORD}")), &json!("/own/")));
    assert_eq!(files[&of("content/own.md")], format!("+++\ntitle = \"A page\"\n+++\n{WORD} 3.\n").as_bytes());
    assert!(files[&of("static/picture.bin")].starts_with(WORD.as_bytes()));
    assert!(files.contains_key(&of("site.toml")) && files.contains_key(&of("citepress.json")));
    let site: Value = serde_json::from_slice(&files[&of("site.json")]).unwrap();
    assert_eq!((&site["host"], &site["slug"]), (&json!(HOST), &json!(SLUG)));
    assert!(!files.keys().any(|path| path.starts_with(&of("drafts/"))), "all of its pages are published");

    // The audit log whole, in its order, up to the export itself.
    let events = lines(&files, "events.jsonl");
    let numbers: Vec<i64> = events.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
    assert_eq!(events[0]["type"], "org.founded");
    assert!(events.iter().any(|event| event["type"] == "org.export_requested"));

    let all: Vec<u8> = files.values().flatten().copied().collect();
    let holds = |word: &str| all.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(holds(INVITED), "that somebody was invited stands in the log");
    let strange = [rig.org.org().to_string(), rig.scope.site().to_string()];
    // The bare slug may be a part of an id by chance.
    let acme = ["wombatword", "Acme", "\"acme\"", "acme.", "/acme/"];
    let strange = strange.iter().map(String::as_str).chain(acme);
    for word in strange {
        assert!(!holds(word) && !files.keys().any(|path| path.contains(word)), "{word} is another's");
    }
    for secret in [leaver.program.key(), leaver.owner_password.reveal(), &leaver.owner_token, "$argon2"] {
        assert!(!holds(secret), "{secret} is a secret");
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_for_admins_of_the_organisation_and_for_some_days() {
    let rig = Rig::new().await;
    let admin = Program::new(&rig, KeyScope::Admin).await;
    let writer = Program::new(&rig, KeyScope::Write).await;
    let stranger = Program::stranger(&rig).await;
    writer.post("/api/v1/orgs/current/export", &json!({})).await.problem(403, "scope_too_low");
    let (id, _) = exported(&admin).await;
    let path = format!("/api/v1/orgs/current/exports/{id}");
    writer.get(&path).await.problem(403, "scope_too_low");
    for path in [path.clone(), format!("{path}/archive")] {
        stranger.get(&path).await.problem(404, "not_found");
    }
    assert_eq!(stranger.get("/api/v1/orgs/current/exports").await.json(200)["data"], json!([]));

    let tx = rig.app.db.write_system().await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(tx.conn(), "UPDATE exports SET expires_at = 1")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for path in [path.clone(), format!("{path}/archive")] {
        admin.get(&path).await.problem(404, "not_found");
    }
    assert_eq!(rig.app.storage.artefacts("exports").await.unwrap().len(), 1);
    rig.app.departures.expire_exports().await.unwrap();
    assert!(rig.app.storage.artefacts("exports").await.unwrap().is_empty());
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_asked_for_twice_is_one_and_one_that_is_called_off_leaves_nothing() {
    let rig = Rig::without_worker().await;
    let admin = Program::new(&rig, KeyScope::Admin).await;
    let writer = Program::new(&rig, KeyScope::Write).await;
    let first = admin.post("/api/v1/orgs/current/export", &json!({})).await.json(202);
    let second = admin.post("/api/v1/orgs/current/export", &json!({})).await.json(202);
    assert_eq!(first["id"], second["id"]);
    let exports = rig.app.departures.exports(&rig.org).await.unwrap();
    assert_eq!((exports.len(), exports[0].state), (1, ExportState::Queued));
    let path = format!("/api/v1/orgs/current/exports/{}/archive", exports[0].id);
    admin.get(&path).await.problem(409, "export_state");
    let cancel = format!("/api/v1/jobs/{}/cancel", first["id"].as_str().unwrap());
    writer.post(&cancel, &json!({})).await.problem(403, "role_too_low");

    // While it is being made.
    let told = |done: u64, _: &str| done < 3;
    let cut = rig.app.departures.make_export(&rig.org, exports[0].id, told).await.unwrap_err();
    assert!(matches!(cut, citepress::departures::DepartureError::CalledOff), "{cut}");
    let left = super::leaver::blobs(&rig).into_iter().filter(|name| name.contains("exp_"));
    assert_eq!(left.count(), 0);

    admin.post(&cancel, &json!({})).await.json(200);
    let export = rig.app.departures.export(&rig.org, exports[0].id).await.unwrap();
    assert_eq!((export.state, export.error.as_deref()), (ExportState::Failed, Some("it was called off")));
    let worker = rig.app.work();
    let (id, _) = exported(&admin).await;
    assert_ne!(id, exports[0].id.to_string());
    worker.drain(Duration::from_secs(10)).await;
    rig.stop().await;
}
