//! Editions before they go live.

use citepress::pages::PageId;
use citepress::publishing::{EditionState, Gate, Publish};
use citepress::sites::NewSite;
use reqwest::header::{COOKIE, HOST, SET_COOKIE};
use sea_orm::ConnectionTrait;

use crate::publishing::rig::{Rig, client};

#[tokio::test]
async fn an_edition_that_is_not_live_is_seen_by_who_has_its_address_and_by_nobody_else() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig.write(&[("_index.md", "Two.")]).await;
    let pages: Vec<PageId> =
        rig.app.pages.list(&rig.scope).await.unwrap().iter().map(|page| page.id).collect();
    let what = Publish { pages, reason: "to look at".into(), go_live: false, gate: Gate::Open };
    let id = rig.app.publishing.publish(&rig.scope, what).await.unwrap();
    assert_eq!(rig.settled(id).await.state, EditionState::Ready);
    assert!(rig.read("/").await.1.contains("One."), "readers have the live one");

    let address = rig.app.publishing.preview_address(&rig.scope, id).await.unwrap();
    let path = address.split_once("acme.localhost").unwrap().1;
    let path = &path[path.find('/').unwrap()..];
    let base = format!("http://127.0.0.1:{}", rig.port);
    let entered = client().get(format!("{base}{path}")).header(HOST, "acme.localhost").send().await.unwrap();
    assert_eq!(entered.status(), 303);
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && !cookie.contains("Domain"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let seen = client()
        .get(format!("{base}/"))
        .header(HOST, "acme.localhost")
        .header(COOKIE, cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(seen.headers()["x-robots-tag"], "noindex");
    assert_eq!(seen.headers()["cache-control"], "private, no-store");
    assert!(seen.text().await.unwrap().contains("Two."));

    let forged = format!("{base}{}x", path.trim_end_matches('/'));
    let forged = client().get(forged).header(HOST, "acme.localhost").send().await.unwrap();
    assert_eq!(forged.status(), 403);
    rig.app.publishing.activate(&rig.scope, id).await.unwrap();
    assert!(rig.read("/").await.1.contains("Two."));
    rig.stop().await;
}

#[tokio::test]
async fn a_preview_does_not_outlive_its_site_on_a_host_that_has_changed_hands() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Not for others.")]).await;
    let edition = rig.publish().await;
    let address = rig.app.publishing.preview_address(&rig.scope, edition.id).await.unwrap();
    let path = &address[address.find("/_preview/").unwrap()..];
    let base = format!("http://127.0.0.1:{}", rig.port);
    let get = |path: &str| client().get(format!("{base}{path}")).header(HOST, "acme.localhost");
    let entered = get(path).send().await.unwrap();
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();

    let new = NewSite {
        slug: "next".parse().unwrap(),
        title: "Next".into(),
        settings: "title = \"Next\"\ntheme = \"atlas\"\n".into(),
    };
    let next = rig.app.sites.create(&rig.org, new).await.unwrap();
    let tx = rig.app.db.write_system().await.unwrap();
    // What giving a domain up and proving it for another site come to in the end.
    for change in [
        "UPDATE hosts SET canonical = 0".to_owned(),
        format!("UPDATE hosts SET site_id = '{}', canonical = 1 WHERE id = 'acme.localhost'", next.site()),
        "UPDATE live_versions SET version = version + 1 WHERE id = 'live'".to_owned(),
    ] {
        tx.conn().execute_unprepared(&change).await.unwrap();
    }
    tx.commit().await.unwrap();
    rig.app.publishing.refresh_flips().await.unwrap();

    assert_eq!(get(path).send().await.unwrap().status(), 403);
    let seen = get("/").header(COOKIE, cookie).send().await.unwrap().text().await.unwrap();
    assert!(!seen.contains("Not for others."), "{seen}");
    rig.stop().await;
}
