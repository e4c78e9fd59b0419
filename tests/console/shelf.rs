//! Putting pages away, taking them out again, taking them off the site.

use super::furnished::{Furnished, SITE, furnished};
use super::rig::{Shown, Visitor};

/// Presses a row's button, which belongs to the form beside the list.
async fn press(visitor: &Visitor, list: &Shown, title: &str, action: &str) -> String {
    let at = list.texts("td a.title").iter().position(|known| known == title).unwrap();
    let to = list.attributes("td [form=rows]", "formaction").remove(at);
    assert!(to.ends_with(action), "{title} offers {to}, not {action}");
    let token = list.attributes("#rows [name=form_token]", "value").remove(0);
    let tab = list.attributes("#rows [name=state]", "value").remove(0);
    let fields = [("form_token", token), ("from", "list".into()), ("state", tab)];
    visitor.post(&to, &fields.map(|(name, value)| (name.to_owned(), value))).await.redirect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_archived_found_under_its_tab_and_taken_out_again() {
    let Furnished { rig, ada, page, names: _names, .. } = furnished().await;
    let list = ada.get(&format!("{SITE}/pages")).await.page();
    let to = press(&ada, &list, "Who is behind Acme?", "/archive").await;
    assert_eq!(to, format!("{SITE}/pages?notice=page-archived"));
    let archived = ada.get(&format!("{SITE}/pages?state=archived")).await.page();
    assert_eq!(archived.texts("td a.title"), ["Who is behind Acme?", "What Acme was called before"]);
    assert!(archived.texts("nav.tabs [aria-current]")[0].starts_with("Archived"));
    let to = press(&ada, &archived, "Who is behind Acme?", "/unarchive").await;
    assert_eq!(to, format!("{SITE}/pages?state=archived&notice=page-unarchived"), "the tab stays");
    assert_eq!(ada.get(&to).await.page().texts("td a.title"), ["What Acme was called before"]);

    // In the editor, by a member: readers don't have the page.
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "linus@acme.example", "member").await;
    let editor = grace.get(&page).await.page();
    let to = grace.submit(&editor, "/archive", &[]).await.redirect();
    let editor = grace.get(&to).await.page();
    assert!(editor.texts(".head .pill").contains(&"archived".to_owned()), "{}", editor.text);
    let admins = ada.get(&page).await.page();
    assert!(!admins.text.contains("Approve and publish"), "what is put away is not published from there");
    grace.submit(&editor, "/unarchive", &[]).await.redirect();
    assert!(ada.get(&page).await.page().text.contains("Approve and publish"));
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_page_is_taken_off_the_site_from_the_list() {
    let Furnished { rig, ada, names: _names, .. } = furnished().await;
    let list = ada.get(&format!("{SITE}/pages?state=published")).await.page();
    let to = press(&ada, &list, "About Acme", "/take-off").await;
    assert_eq!(to, format!("{SITE}/pages?state=published&notice=page-off"));
    assert!(ada.get(&to).await.page().texts("td a.title").is_empty());
    rig.rest().await;
    let url = format!("http://127.0.0.1:{}/about/", rig.port);
    let reader = crate::publishing::rig::client().get(url).header("host", "facts.localhost");
    let answer = reader.send().await.unwrap();
    // The redirect that stood in its shadow takes over.
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (301, "/"));
    rig.stop().await;
}
