//! What is found by words, in which order, and by whom.

use std::time::{Duration, Instant};

use citepress::accounts::KeyScope;
use citepress::pages::{Brief, NewPage};
use serde_json::{Value, json};

use super::rig::Program;
use crate::publishing::rig::Rig;

fn titles(found: &Value, of: &str) -> Vec<String> {
    let data = found[of].as_array().unwrap();
    data.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
}

async fn take_in(rig: &Rig, count: usize) {
    let page = |n: usize| {
        let (kind, brief) = (press::PageKind::Article, Brief::handwritten());
        let path = format!("section-{}/page-{n}.md", n % 40);
        (NewPage { path, title: format!("About matter {n}"), kind, brief }, format!("Text {n}.\n"))
    };
    rig.app.pages.take_in(&rig.scope, (0..count).map(page).collect(), "a test").await.unwrap();
}

#[tokio::test]
async fn what_begins_with_the_words_comes_first_and_nothing_of_others_comes_at_all() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let owner = Program::new(&rig, KeyScope::Admin).await;
    let stranger = Program::stranger(&rig).await;
    let site = rig.scope.site().to_string();
    for (path, title) in [
        ("c.md", "Unpricedly"),
        ("b.md", "All prices"),
        ("a.md", "Prices"),
        ("d.md", "50 %_ off"),
        ("e.md", "Other"),
    ] {
        let page = json!({ "site": site, "path": path, "title": title, "document": "Text.\n" });
        owner.post("/api/v1/pages", &page).await.json(201);
    }
    let source = json!({ "site": site, "name": "lists/prices.md", "title": "A list", "text": "A fact." });
    owner.post("/api/v1/sources", &source).await.json(201);

    let found = program.get("/api/v1/search?q=PRICE").await.json(200);
    assert_eq!(titles(&found, "pages"), ["Prices", "All prices", "Unpricedly"]);
    assert_eq!(titles(&found, "sources"), ["A list"], "by its address");
    assert_eq!(found["sites"], json!([]));
    let found = program.get("/api/v1/search?q=%25_").await.json(200);
    assert_eq!(titles(&found, "pages"), ["50 %_ off"], "signs of the query language are letters");
    let found = program.get("/api/v1/search?q=acme.local").await.json(200);
    assert_eq!(titles(&found, "sites"), ["Acme"], "by its host");

    let theirs = stranger.get("/api/v1/search?q=c").await.json(200);
    assert_eq!(theirs, json!({ "pages": [], "sources": [], "sites": [] }));
    program.get("/api/v1/search?q=%20").await.problem(422, "invalid_request");
    rig.stop().await;
}

#[tokio::test]
async fn ten_thousand_pages_are_searched_while_one_types() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Read).await;
    take_in(&rig, 10_000).await;
    program.get("/api/v1/search?q=warm").await.json(200);
    let mut times = Vec::new();
    for words in ["matter%20777", "page-9999", "about", "nothing"] {
        let began = Instant::now();
        let found = program.get(&format!("/api/v1/search?q={words}")).await.json(200);
        times.push(began.elapsed());
        let most = if words == "about" { 20 } else { 11 };
        assert!(found["pages"].as_array().unwrap().len() <= most, "{words}");
    }
    println!("10,000 pages: {times:?}");
    // 50 ms is the aim; tests are built without optimisation and run beside others.
    assert!(times.iter().all(|time| *time < Duration::from_millis(500)), "{times:?}");
    rig.stop().await;
}
