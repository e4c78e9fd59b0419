//! The screen of a site: how it looks before it is saved, its navigation, its logo, who may read it by machine.

use reqwest::Method;

use super::furnished::{Furnished, SITE, furnished};
use super::rig::{Shown, Visitor};
use crate::publishing::rig::client;

/// A small square.
const SQUARE: &[u8] = include_bytes!("square.png");

fn settings() -> String {
    format!("{SITE}/settings")
}

async fn text(ada: &Visitor) -> String {
    let shown = ada.get(&format!("{}?tab=text", settings())).await.page();
    let (_, fields) = shown.form("/settings");
    fields.into_iter().find(|(name, _)| name == "settings").unwrap().1
}

/// The form with a file, as a browser sends it.
async fn with_file(ada: &Visitor, page: &Shown, path: &str, bytes: &[u8]) -> Shown {
    let (_, fields) = page.form("/settings");
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--cut\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = "--cut\r\ncontent-disposition: form-data; name=\"logo-file\"; filename=\"l.png\"\r\n\r\n";
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(b"\r\n--cut--\r\n");
    let origin = ada.origin.clone();
    let kind = "multipart/form-data; boundary=cut";
    ada.send(Method::POST, path, |request| {
        request.header("origin", origin).header("content-type", kind).body(body)
    })
    .await
}

/// Publishes, and what a reader then gets.
async fn published(furnished: &Furnished, path: &str) -> String {
    let form = furnished.ada.get(&format!("{SITE}/publish")).await.page();
    let before = furnished.ada.get(&format!("{SITE}/publish")).await.page().texts("tbody tr").len();
    furnished.ada.submit(&form, "/publish", &[]).await.redirect();
    loop {
        let lines = furnished.ada.get(&format!("{SITE}/publish")).await.page().texts("tbody tr");
        if lines.len() > before && lines[0].contains("live") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    read(furnished, path).await
}

/// What a reader gets.
async fn read(furnished: &Furnished, path: &str) -> String {
    let publish = furnished.ada.get(&format!("{SITE}/publish")).await.page();
    let site = publish.attributes(".head p a", "href").remove(0);
    let host = site.split_once("://").unwrap().1;
    let url = format!("http://127.0.0.1:{}{path}", furnished.rig.port);
    let answer = client().get(url).header("host", host).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{host}{path}");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_looked_at_before_it_is_saved_and_nothing_of_it_is_kept() {
    let Furnished { rig, ada, .. } = furnished().await;
    let form = ada.get(&settings()).await.page();
    let asked = [("title", "Facts & Figures"), ("params.font", "serif"), ("scheme", "dark")];
    let (_, fields) = form.form("/settings");
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| {
            let typed = asked.iter().find(|(known, _)| *known == name);
            (name, typed.map_or(value, |(_, typed)| (*typed).to_owned()))
        })
        .collect();
    let looked = ada.post(&format!("{}/look", settings()), &fields).await.page();
    for part in ["Facts &amp; Figures", "data-font=\"serif\"", "data-scheme=\"dark\"", "<style>"] {
        assert!(looked.text.contains(part), "{part} in {}", looked.text);
    }
    assert!(!looked.text.contains("<link rel=\"stylesheet\""), "the frame asks for nothing");
    let policy = looked.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
    assert_eq!(text(&ada).await, "title = \"Acme Facts\"\n", "nothing is saved");
    let page = ada.get(&format!("{}/look?looked=page&scheme=light", settings())).await.page();
    assert!(page.text.contains("About Acme") && page.text.contains("data-scheme=\"light\""), "{}", page.text);
    // What can't be shown says why.
    let broken: Vec<_> = fields
        .into_iter()
        .map(
            |(name, value)| {
                if name == "params.about" { (name, "javascript:x".into()) } else { (name, value) }
            },
        )
        .collect();
    let wrong = ada.post(&format!("{}/look", settings()), &broken).await.page();
    assert!(wrong.text.contains("`params.about` must be a path"), "{}", wrong.text);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_the_next_edition_could_not_be_built_with_is_not_saved() {
    let Furnished { rig, ada, .. } = furnished().await;
    let form = ada.get(&settings()).await.page();
    let typed = [("params.about", "javascript:x"), ("description", "Typed and kept.")];
    let refused = ada.submit(&form, "/settings", &typed).await;
    assert_eq!(refused.status, 422);
    assert!(refused.wrong().contains("`params.about` must be a path"), "{}", refused.wrong());
    let (_, fields) = refused.form("/settings");
    assert!(fields.contains(&("description".into(), "Typed and kept.".into())), "the form still has it");
    assert_eq!(text(&ada).await, "title = \"Acme Facts\"\n");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_navigation_is_ordered_by_buttons_and_saved_with_the_rest() {
    let Furnished { rig, ada, .. } = furnished().await;
    let org = rig.app.accounts.as_operator(&"acme-analytics".parse().unwrap()).await.unwrap().unwrap();
    let scope = rig.app.sites.scope_by_slug(&org, &"facts".parse().unwrap()).await.unwrap().unwrap();
    for (path, title) in [("zebra.md", "Zebra"), ("guide/a.md", "A guide")] {
        let new = citepress::pages::NewPage {
            path: path.into(),
            title: title.into(),
            kind: press::PageKind::Article,
            brief: citepress::pages::Brief::handwritten(),
        };
        let text = format!("+++\ntitle = \"{title}\"\n+++\n\nText.\n");
        let id = rig.app.pages.create_written(&scope, new, text).await.unwrap();
        let publish = citepress::publishing::Publish {
            pages: vec![id],
            reason: String::new(),
            go_live: true,
            gate: citepress::publishing::Gate::Open,
        };
        rig.app.publishing.publish(&scope, publish).await.unwrap();
    }
    let names = |shown: &Shown| shown.attributes("[name=navigation]", "value").join(" ");
    let form = ada.get(&settings()).await.page();
    assert_eq!(names(&form), "guide about zebra");
    let moved = ada.submit(&form, "/settings", &[("move", "zebra up"), ("title", "Typed")]).await.page();
    assert_eq!(names(&moved), "guide zebra about");
    assert!(moved.text.contains("not saved yet"), "{}", moved.text);
    assert_eq!(text(&ada).await, "title = \"Acme Facts\"\n", "a button saves nothing");
    ada.submit(&moved, "/settings", &[]).await.redirect();
    let saved = text(&ada).await;
    assert!(
        saved.contains("title = \"Typed\"")
            && saved.contains("navigation = [\"guide\", \"zebra\", \"about\"]"),
        "{saved}"
    );
    assert_eq!(names(&ada.get(&settings()).await.page()), "guide zebra about");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_rule_and_the_logo_are_in_the_next_edition() {
    let furnished = furnished().await;
    let ada = &furnished.ada;
    let form = ada.get(&settings()).await.page();
    let svg =
        with_file(ada, &form, &settings(), b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>").await;
    assert_eq!(svg.status, 422);
    assert!(svg.wrong().contains("SVG can hold script"), "{}", svg.wrong());
    let looked = with_file(ada, &form, &format!("{}/look", settings()), SQUARE).await.page();
    assert!(looked.text.contains("src=\"data:image/png;base64,"), "{}", looked.text);
    with_file(ada, &form, &settings(), SQUARE).await.redirect();
    let saved = text(ada).await;
    assert_eq!(saved.matches("logo = \"assets/logo.png\"").count(), 2, "{saved}");

    let form = ada.get(&settings()).await.page();
    let rules =
        [("robots.training", "deny"), ("robots.agents.GPTBot", "allow"), ("robots.disallow", "/drafts/")];
    ada.submit(&form, "/settings", &rules).await.redirect();
    let robots = published(&furnished, "/robots.txt").await;
    let (denied, rest) = robots.split_once("Disallow: /\n").unwrap();
    assert!(denied.contains("User-agent: ClaudeBot") && !denied.contains("GPTBot"), "{robots}");
    assert!(rest.contains("Disallow: /drafts/"), "{robots}");
    let home = read(&furnished, "/").await;
    assert!(home.contains("<img src=\"/_assets/logo."), "{home}");
    furnished.rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_a_site_with_a_logo_still_sees_pages_beside_the_editor() {
    let Furnished { rig, ada, page, .. } = furnished().await;
    let form = ada.get(&settings()).await.page();
    with_file(&ada, &form, &settings(), SQUARE).await.redirect();
    let looked = ada.get(&format!("{page}/look")).await.page();
    assert!(looked.text.contains("data:image/png") && looked.text.contains("<main"), "{}", looked.text);
    let health = ada.get(&format!("{page}?tab=health")).await.page();
    assert!(health.text.contains("of 100"), "{}", health.text);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_theme_takes_the_settings_that_it_knows_and_drops_the_rest() {
    let Furnished { rig, ada, .. } = furnished().await;
    let form = ada.get(&format!("{}?tab=text", settings())).await.page();
    let own = "title = \"T\"\ntheme = \"plain\"\n\n[params]\naccent = \"plum\"\nunheard_of = 1\n";
    ada.submit(&form, "/settings", &[("settings", own)]).await.redirect();
    let form = ada.get(&settings()).await.page();
    ada.submit(&form, "/settings", &[("theme", "atlas")]).await.redirect();
    let saved = text(&ada).await;
    assert!(saved.contains("accent = \"plum\"") && !saved.contains("unheard_of"), "{saved}");
    rig.stop().await;
}
