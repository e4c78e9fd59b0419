//! What is under way, as a page is told of it while it stands open.

use std::time::Duration;

use citepress::base::Slug;
use citepress::tenancy::SiteScope;
use tokio::time::timeout;

use super::rig::Visitor;
use crate::publishing::rig::{Rig, client};

const ORG: &str = "/console/o/acme-analytics";

/// A site of Ada's.
async fn site(rig: &Rig, ada: &Visitor) -> SiteScope {
    let new = ada.get(&format!("{ORG}/sites/new")).await.page();
    ada.submit(&new, "/sites/new", &[("title", "Facts"), ("slug", "facts")]).await.redirect();
    let slug: Slug = "acme-analytics".parse().unwrap();
    let org = rig.app.accounts.as_operator(&slug).await.unwrap().unwrap();
    rig.app.sites.scope_by_slug(&org, &"facts".parse().unwrap()).await.unwrap().unwrap()
}

async fn stream(ada: &Visitor, query: &str) -> reqwest::Response {
    let url = format!("http://127.0.0.1:{}{ORG}/jobs/live{query}", ada.port);
    let cookie = format!("citepress={}", ada.cookie("citepress"));
    let asked = client().get(url).header("host", format!("localhost:{}", ada.port)).header("cookie", cookie);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer
}

/// The ids that the first message tells of.
async fn first(stream: &mut reqwest::Response) -> Vec<String> {
    let mut text = String::new();
    while !text.ends_with("\n\n") {
        text += std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap();
    }
    let lines: Vec<serde_json::Value> =
        serde_json::from_str(text.trim().strip_prefix("data: ").unwrap()).unwrap();
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_a_page_waits_for_is_told_of_beside_many_others() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let site = site(&rig, &ada).await;
    let waited = rig.waiting_job_of(&site).await;
    for _ in 0..25 {
        rig.waiting_job_of(&site).await;
    }
    let waited = waited.to_string();
    assert!(!first(&mut stream(&ada, "").await).await.contains(&waited), "others are newer");
    let told = first(&mut stream(&ada, &format!("?wait={waited}")).await).await;
    assert!(told.contains(&waited), "it is under way: {told:?}");
    rig.app.queue.call_off(site.org(), waited.parse().unwrap()).await.unwrap();
    let told = first(&mut stream(&ada, &format!("?wait={waited}")).await).await;
    assert!(!told.contains(&waited), "it has ended: {told:?}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_display_ends_with_the_session_that_opened_it() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let mut open = stream(&ada, "").await;
    first(&mut open).await;
    let account = ada.get("/console/account").await.page();
    ada.submit(&account, "/sign-out", &[]).await.redirect();
    let ended = timeout(Duration::from_secs(20), open.chunk()).await;
    assert!(matches!(ended, Ok(Ok(None))), "{ended:?}");
    rig.stop().await;
}
