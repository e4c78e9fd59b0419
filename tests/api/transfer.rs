//! Documents that come in, sites that go out, and what stands between two texts.

use std::io::{Cursor, Read};

use citepress::accounts::KeyScope;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

fn document(title: &str, text: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndescription = \"About {title}.\"\n+++\n{text}\n")
}

/// The names of an archive's files, and the content of one.
async fn archive(program: &Program, path: &str, file: &str) -> (Vec<String>, String) {
    let answer = program.request(Method::GET, path).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/zip".parse().unwrap())
    );
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.bytes().await.unwrap().to_vec())).unwrap();
    let names = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut content = String::new();
    zip.by_name(file).unwrap().read_to_string(&mut content).unwrap();
    (names, content)
}

#[tokio::test]
async fn documents_come_in_all_or_none_and_a_site_goes_out_as_what_it_is_made_from_and_as_readers_get_it() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let site = rig.scope.site().to_string();
    let import = async |documents: Value| {
        program.post("/api/v1/pages/import", &json!({ "site": site, "documents": documents })).await
    };
    let good = json!([
        { "path": "_index.md", "document": document("Acme", "Welcome to Acme.") },
        { "path": "guide/start.md", "document": document("Start", "Begin here.") },
    ]);
    let faulty = json!([good[0], { "path": "x.md", "document": "No title." }, { "path": "y.md", "document": "+++\n" }]);
    let problem = import(faulty).await.problem(422, "invalid_request");
    let pointers: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/documents/1/document", "/documents/2/document"]);
    import(json!([{ "path": "../x.md", "document": document("X", "x") }])).await.problem(422, "bad_path");
    assert_eq!(program.get("/api/v1/pages").await.json(200)["data"], json!([]), "nothing came in");

    let done = import(good.clone()).await.json(200);
    assert_eq!((done["changed"].as_u64(), done["pages"].as_array().unwrap().len()), (Some(2), 2));
    let page = program.get(&format!("/api/v1/pages/{}", done["pages"][1].as_str().unwrap())).await.json(200);
    assert_eq!(
        (&page["path"], &page["title"], &page["state"]),
        (&json!("guide/start.md"), &json!("Start"), &json!("review"))
    );
    assert_eq!(import(good).await.json(200)["changed"], 0, "the same again changes nothing");

    let export = format!("/api/v1/sites/{site}/export");
    let (names, text) = archive(&program, &export, "drafts/guide/start.md").await;
    assert_eq!(text, document("Start", "Begin here."));
    assert!(names.contains(&"site.toml".to_owned()), "{names:?}");
    program.get(&format!("{export}?form=static")).await.problem(409, "not_published");
    rig.publish().await;
    let (names, html) = archive(&program, &format!("{export}?form=static"), "guide/start/index.html").await;
    assert!(html.contains("Begin here.") && names.contains(&"sitemap.xml".to_owned()), "{names:?}");
    let (names, _) = archive(&program, &export, "content/guide/start.md").await;
    assert!(!names.iter().any(|name| name.starts_with("drafts/")), "{names:?}");
    rig.stop().await;
}

#[tokio::test]
async fn what_changed_between_two_revisions_and_what_machines_read_of_a_page_is_told() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Write).await;
    let new = json!({ "site": rig.scope.site(), "path": "a.md", "title": "A", "document": document("A", "One line.\n\nAnother.") });
    let page = program.post("/api/v1/pages", &new).await.json(201);
    let path = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
    let body = json!({ "document": document("A", "One line.\n\nAnother one.") });
    program.post(&format!("{path}/revisions"), &body).await.json(201);

    let diff = program.get(&format!("{path}/diff")).await.json(200);
    assert_eq!((&diff["from"], &diff["to"]), (&json!(1), &json!(2)));
    let text = diff["diff"].as_str().unwrap();
    assert!(text.contains("-Another.\n+Another one.\n") && text.contains(" One line.\n"), "{text}");
    let all = program.get(&format!("{path}/diff?from=0&to=1")).await.json(200);
    assert!(all["diff"].as_str().unwrap().lines().skip(3).all(|line| line.starts_with('+')), "{all}");
    assert_eq!(program.get(&format!("{path}/diff?from=2&to=2")).await.json(200)["diff"], "");
    program.get(&format!("{path}/diff?from=1&to=3")).await.problem(404, "not_found");

    let data = program.get(&format!("{path}/json-ld")).await.json(200);
    assert_eq!(data["revision"], 2);
    let text = data["json_ld"][0].to_string();
    assert!(text.contains("schema.org") && text.contains("About A."), "{text}");
    rig.stop().await;
}
