//! Where the plan ends.

use citepress::accounts::KeyScope;
use citepress::tenancy::Quotas;
use serde_json::json;

use super::rig::Program;
use crate::publishing::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_beyond_the_plan_is_refused_whole_and_says_what_lifts_it() {
    let rig = Rig::with_quotas(Quotas { orgs: 1, sites: 1, members: 2, pages: 2, sources: 1 }).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let refused = |problem: serde_json::Value, setting: &str| {
        let detail = problem["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(&format!("quota.{setting}")) && detail.contains("self-hosted"), "{detail}");
    };
    let site = program.post("/api/v1/sites", &json!({ "slug": "second", "title": "Second" })).await;
    refused(site.problem(402, "quota_exceeded"), "sites");

    let own = rig.scope.site().to_string();
    let page = |n: u32| json!({ "site": own, "path": format!("p{n}.md"), "title": "P", "document": "+++\ntitle = \"P\"\n+++\n" });
    for n in 0..2 {
        program.post("/api/v1/pages", &page(n)).await.json(201);
    }
    refused(program.post("/api/v1/pages", &page(2)).await.problem(402, "quota_exceeded"), "pages");

    let source = |name: &str| json!({ "site": own, "name": name, "title": "S", "text": "Some text." });
    program.post("/api/v1/sources", &source("a.md")).await.json(201);
    refused(program.post("/api/v1/sources", &source("b.md")).await.problem(402, "quota_exceeded"), "sources");
    program.post("/api/v1/sources", &source("a.md")).await.json(201);

    // The owner is the first member, the invitation the second.
    let invitation = |email: &str| json!({ "email": email, "role": "member" });
    program.post("/api/v1/invitations", &invitation("a@acme.example")).await.json(201);
    refused(
        program
            .post("/api/v1/invitations", &invitation("b@acme.example"))
            .await
            .problem(402, "quota_exceeded"),
        "members",
    );
    program.post("/api/v1/invitations", &invitation("a@acme.example")).await.json(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_get_no_more_than_the_plan_allows() {
    let rig = Rig::with_quotas(Quotas { orgs: 1, sites: 4, members: 4, pages: 3, sources: 3 }).await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let own = rig.scope.site().to_string();
    let body = |what: &str, n: u32| match what {
        "sites" => json!({ "slug": format!("site-{n}"), "title": "S" }),
        "pages" => {
            json!({ "site": own, "path": format!("p{n}.md"), "title": "P", "document": "+++\ntitle = \"P\"\n+++\n" })
        }
        "sources" => json!({ "site": own, "name": format!("s{n}.md"), "title": "S", "text": "Some text." }),
        _ => json!({ "email": format!("m{n}@acme.example"), "role": "member" }),
    };
    for what in ["sites", "pages", "sources", "invitations"] {
        let path = format!("/api/v1/{what}");
        let bodies: Vec<_> = (0..12).map(|n| body(what, n)).collect();
        let asked = futures_util::future::join_all(bodies.iter().map(|body| program.post(&path, body))).await;
        let made = asked.iter().filter(|answer| answer.status == 201).count();
        let statuses: Vec<u16> = asked.iter().map(|answer| answer.status).collect();
        assert_eq!(made, 3, "{what}: {statuses:?}");
        assert!(statuses.iter().all(|status| [201, 402].contains(status)), "{what}: {statuses:?}");
    }
    rig.stop().await;
}
