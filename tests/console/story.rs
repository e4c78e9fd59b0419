//! From the first start to a page that readers see, without a line of script.

use reqwest::Method;

use super::rig::Visitor;
use crate::publishing::rig::{Rig, client};

const FACTS: &str = "# What Acme measures\n\nAcme Analytics measures how often answer engines cite a website. It was founded \
                     in Lisbon in 2019 and has 34 employees.\n\n## Prices\n\nThe small plan costs 49 euros a month and covers \
                     200 prompts. The large plan costs 190 euros a month and covers 2,000 prompts.\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_without_script_gets_from_the_first_start_to_a_published_page() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let org = ada.get("/console").await.redirect();
    assert_eq!(org, "/console/o/acme-analytics");

    let form = ada.get(&format!("{org}/sites/new")).await.page();
    let to = ada.submit(&form, "/sites/new", &[("title", "Acme Facts"), ("slug", "facts")]).await.redirect();
    assert_eq!(to, format!("{org}/s/facts/sources?notice=site-made"));

    // A file of a form, as browsers send it.
    let sources = ada.get(&to).await.page();
    let token = sources.attributes("form[enctype] input[type=hidden]", "value").remove(0);
    let body = format!(
        "--line\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{token}\r\n\
         --line\r\nContent-Disposition: form-data; name=\"files\"; filename=\"facts.md\"\r\n\r\n{FACTS}\r\n--line--\r\n"
    );
    let origin = ada.origin.clone();
    let path = format!("{org}/s/facts/sources");
    let added = ada.send(Method::POST, &path, |request| {
        request
            .header("origin", origin)
            .header("content-type", "multipart/form-data; boundary=line")
            .body(body)
    });
    let added = added.await;
    let sources = ada.get(&added.redirect()).await.page();
    assert_eq!(sources.texts("td .title, td a.title"), ["What Acme measures"]);

    let form = ada.get(&format!("{org}/s/facts/pages/new")).await.page();
    let new = [
        ("title", "What does Acme cost?"),
        ("brief", "What the plans cost and what they cover."),
        ("source", "facts.md"),
        ("how", "generate"),
    ];
    let page = ada.submit(&form, "/pages/new", &new).await.redirect();
    let page = page.split('?').next().unwrap().to_owned();
    let editor = ada.until(&page, "49 euros").await.page();
    assert!(editor.text.contains("sandbox text"), "what the sandbox makes is told as such");

    let evidence = ada.get(&format!("{page}?tab=evidence")).await.page();
    assert!(evidence.text.contains("supported") && evidence.text.contains("its source"), "{}", evidence.text);
    let health = ada.get(&format!("{page}?tab=health")).await.page();
    assert!(health.text.contains("checks passed"), "{}", health.text);
    let look = ada.get(&format!("{page}/look")).await.page();
    assert!(look.text.contains("<style>") && look.text.contains("49 euros"), "{}", look.text);
    let policy = look.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox;") && !policy.contains("script-src"), "{policy}");

    // The sandbox writes what the little source holds: the gate is lowered as an owner may.
    let settings = ada.get(&format!("{org}/s/facts/settings")).await.page();
    ada.submit(&settings, "/facts/settings", &[("gate", "40")]).await.redirect();
    let editor = ada.get(&page).await.page();
    let to = ada.submit(&editor, "/publish", &[]).await.redirect();
    assert_eq!(to, format!("{org}/s/facts/publish?notice=publishing"));
    ada.until(&format!("{org}/s/facts/publish"), ">live<").await;

    let readers = client().get(format!("http://127.0.0.1:{}/what-does-acme-cost/", rig.port));
    let read = readers.header("host", "facts.localhost").send().await.unwrap();
    assert_eq!(read.status(), 200);
    assert!(read.text().await.unwrap().contains("49 euros"));
    let overview = ada.get(&org).await.page();
    assert!(overview.text.contains("made an edition live"), "{}", overview.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_anybody_can_sign_in_the_console_says_where_the_link_is_and_the_link_is_good_once() {
    let rig = Rig::without_worker().await;
    let stranger = Visitor::new(rig.port);
    assert_eq!(stranger.get("/").await.redirect(), "/console");
    assert_eq!(stranger.get("/console").await.redirect(), "/console/set-up");
    assert!(stranger.get("/console/set-up").await.page().text.contains("printed a link"));
    let token = rig.app.accounts.set_up_token().await.unwrap().unwrap();
    let link = format!("/console/set-up?token={}", token.reveal());
    let form = stranger.get(&link).await.page();
    let mut founder =
        vec![("email", "ada@acme.example"), ("name", "Ada"), ("password", "short"), ("org_name", "Other")];
    let again = stranger.submit(&form, "/console/set-up", &founder).await;
    assert_eq!(again.status, 422);
    assert!(again.wrong().contains("10 to 1000 characters"), "{}", again.wrong());
    assert_eq!(
        again.attributes("[name=email]", "value"),
        ["ada@acme.example"],
        "what was typed is still there"
    );
    assert_eq!(again.attributes("[name=password]", "value"), [""], "but for the password");
    founder[2] = ("password", super::rig::PASSWORD);
    stranger.submit(&again, "/console/set-up", &founder).await.redirect();

    let second = Visitor::new(rig.port);
    assert_eq!(second.get(&link).await.status, 409, "used up");
    assert_eq!(second.get("/console").await.redirect(), "/console/sign-in");
}
