//! From nothing to a page that is read, by calls alone.

use citepress::accounts::KeyScope;
use reqwest::Method;
use serde_json::json;

use super::rig::{Program, sent};
use crate::publishing::rig::Rig;

const ROBOTS: &str = "# Robots\n\nA robots.txt file lies at the root of a host. It tells crawlers which paths they may read. \
    Most answer engines keep to it. A missing file means that everything may be read.\n";

#[tokio::test]
async fn a_program_makes_a_site_uploads_a_source_generates_approves_publishes_and_the_page_is_read() {
    let rig = Rig::new().await;
    let program = Program::new(&rig, KeyScope::Admin).await;

    let made = program.post("/api/v1/sites", &json!({ "slug": "facts", "title": "Facts" })).await;
    let site = made.json(201);
    assert_eq!(made.header("location"), format!("/api/v1/sites/{}", site["id"].as_str().unwrap()));
    assert_eq!(site["url"], format!("http://facts.localhost:{}", rig.port));

    let source = json!({ "site": site["id"], "name": "robots.md", "title": "Robots", "text": ROBOTS });
    let source = program.post("/api/v1/sources", &source).await.json(201);
    let text = program.get(&format!("/api/v1/sources/{}", source["id"].as_str().unwrap())).await.json(200);
    assert_eq!(text["text"], ROBOTS);

    let brief = json!({ "text": "What robots.txt says to crawlers.", "sources": ["robots.md"] });
    let page =
        json!({ "site": site["id"], "path": "robots.md", "title": "What robots.txt says", "brief": brief });
    let page = program.post("/api/v1/pages", &page).await.json(201);
    let path = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
    assert_eq!(page["state"], "draft");

    let begun = program.post(&format!("{path}/generate"), &json!({})).await;
    begun.json(202);
    let job = program.settled(begun.header("location"), &["queued", "running"]).await;
    assert_eq!((&job["kind"], &job["state"]), (&json!("pages.generate"), &json!("done")), "{job}");

    let claims = program.get(&format!("{path}/claims")).await.json(200);
    let claims = claims["data"].as_array().unwrap();
    assert!(!claims.is_empty());
    for claim in claims {
        assert_eq!(claim["state"], "supported", "{claim}");
        let evidence = &claim["evidence"];
        let (start, end) = (evidence["start"].as_u64().unwrap(), evidence["end"].as_u64().unwrap());
        let span = &ROBOTS[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
        assert_eq!(evidence["quote"], span, "the span is where the quote stands");
    }

    let health = program.post(&format!("{path}/health"), &json!({})).await.json(200);
    // A page with one short source and no author is not good enough for the usual gate, which says why.
    assert!(health["score"].as_i64().unwrap() < 80, "{health}");
    assert!(health["findings"][0]["fix"].as_str().unwrap().ends_with('.'), "{health}");
    let seen = json!({ "revision": 1 });
    program.post(&format!("{path}/approve"), &seen).await.problem(409, "below_gate");
    let site_path = made.header("location");
    let gate = program.request(Method::PATCH, site_path).json(&json!({ "gate": 40 }));
    sent(gate).await.json(200);
    let approved = program.post(&format!("{path}/approve"), &seen).await.json(200);
    assert_eq!((&approved["state"], &approved["live_revision"]), (&json!("published"), &json!(1)));

    let edition = json!({ "site": site["id"], "reason": "the first one" });
    let begun = program.post("/api/v1/editions", &edition).await;
    begun.json(202);
    let edition = program.settled(begun.header("location"), &["queued"]).await;
    assert_eq!(edition["state"], "ready", "{edition}");

    let reader = crate::publishing::rig::client();
    let page = reader.get(format!("{}/robots/", program.origin)).header("host", "facts.localhost").send();
    let page = page.await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("A robots.txt file lies at the root of a host."));
    rig.stop().await;
}
