//! Redirects, from the form to the reader.

use super::furnished::{Furnished, SITE, furnished, published};
use super::rig::Shown;
use crate::publishing::rig::{Rig, client};

/// Each redirect of the list: its path, and what readers get there.
fn lines(shown: &Shown) -> Vec<(String, String)> {
    shown.texts("td .title").into_iter().zip(shown.texts("td .pill")).collect()
}

fn line(shown: &Shown, path: &str) -> String {
    let lines = lines(shown);
    lines
        .iter()
        .find(|(known, _)| known == path)
        .unwrap_or_else(|| panic!("no {path} in {lines:?}"))
        .1
        .clone()
}

async fn read(rig: &Rig, path: &str) -> (u16, String) {
    let url = format!("http://127.0.0.1:{}{path}", rig.port);
    let answer = client().get(url).header("host", "facts.localhost").send().await.unwrap();
    let to = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    (answer.status().as_u16(), to.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_added_published_followed_deleted_and_put_back() {
    let Furnished { rig, ada, scope, names: _names, .. } = furnished().await;
    let path = format!("{SITE}/redirects");
    let form = ada.get(&path).await.page();
    assert_eq!(line(&form, "/about"), "shadowed by a page");
    assert_eq!(line(&form, "/pricing/2019"), "live");
    let wrong =
        ada.submit(&form, "/redirects", &[("from", "/old/plans"), ("to", "https://evil.example/")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.wrong().contains("evil.example is no host of yours"), "{}", wrong.wrong());
    assert_eq!(wrong.attributes("#f-from", "value"), ["/old/plans"], "what was typed stays");
    let new = [("from", "/old/plans/"), ("to", "/about/"), ("status", "308")];
    let to = ada.submit(&form, "/redirects", &new).await.redirect();
    let added = ada.get(&to).await.page();
    assert_eq!(line(&added, "/old/plans"), "with the next edition");
    assert_eq!(read(&rig, "/old/plans/").await.0, 404);

    published(&rig, &scope, Vec::new(), "redirects").await;
    assert_eq!(read(&rig, "/old/plans/").await, (308, "/about/".to_owned()));
    let live = ada.get(&path).await.page();
    assert_eq!(line(&live, "/old/plans"), "live");

    let at = live.texts("td .title").iter().position(|known| known == "/old/plans").unwrap();
    let delete = live.attributes("td form", "action").remove(at);
    let to = ada.submit(&live, &delete, &[]).await.redirect();
    let deleted = ada.get(&to).await.page();
    assert!(!lines(&deleted).iter().any(|(known, _)| known == "/old/plans"));
    assert_eq!(deleted.attributes("#f-from", "value"), ["/old/plans"], "one click puts it back");
    ada.submit(&deleted, "/redirects", &[]).await.redirect();
    assert_eq!(line(&ada.get(&path).await.page(), "/old/plans"), "live", "readers have missed nothing");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_pasted_lines_every_fault_is_told_with_its_line_and_then_none_is_taken() {
    let Furnished { rig, ada, names: _names, .. } = furnished().await;
    let path = format!("{SITE}/redirects");
    let form = ada.get(&path).await.page();
    let before = lines(&form);
    let pasted =
        "/a /about/\n\n/pricing/2019 /about/\nalone\n/b /about/ 302\n/c https://evil.example/x\n/a /about/";
    let wrong = ada.submit(&form, "/redirects/many", &[("lines", pasted)]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.wrong(), "Nothing was added: there are 5 faults.");
    let told: Vec<String> =
        wrong.texts(".said.bad li").iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(told, ["Line 3", "Line 4", "Line 5", "Line 6", "Line 7"]);
    let (_, fields) = wrong.form("/redirects/many");
    assert!(
        fields.contains(&("lines".to_owned(), pasted.to_owned())),
        "they are there to be mended: {fields:?}"
    );
    assert_eq!(lines(&ada.get(&path).await.page()), before, "nothing was taken");

    let good: String = (0..60).map(|n| format!("/many/{n} /about/\n")).collect();
    ada.submit(&wrong, "/redirects/many", &[("lines", &good)]).await.redirect();
    let first = ada.get(&path).await.page();
    assert_eq!(lines(&first).len(), 50, "the list has pages");
    let next = ada.get(&first.attributes("a[rel=next]", "href")[0]).await.page();
    assert_eq!(lines(&next).len(), 10 + before.len());
    let found = ada.get(&format!("{path}?q=many%2F59")).await.page();
    assert_eq!(found.texts("td .title"), ["/many/59"]);
    let too_many: String = (0..1_001).map(|n| format!("/more/{n} /about/\n")).collect();
    let wrong = ada.submit(&first, "/redirects/many", &[("lines", &too_many)]).await;
    assert!(wrong.wrong().contains("1001 lines"), "{}", wrong.wrong());
    rig.stop().await;
}
