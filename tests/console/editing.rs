//! Writing: two people on one page, drafts, history.

use std::time::Duration;

use citepress::base::Clock;

use super::rig::Visitor;
use crate::publishing::rig::Rig;

const ORG: &str = "/console/o/acme-analytics";
const TEXT: &str = "+++\ntitle = \"Prices\"\n+++\n\nFirst line.\n\nSecond line.\n\nThird line.\n";

/// A page with a text, in a site of Ada's; its path.
async fn page(ada: &Visitor) -> String {
    let form = ada.get(&format!("{ORG}/sites/new")).await.page();
    ada.submit(&form, "/sites/new", &[("title", "Acme Facts"), ("slug", "facts")]).await.redirect();
    let form = ada.get(&format!("{ORG}/s/facts/pages/new")).await.page();
    let made = ada.submit(&form, "/pages/new", &[("title", "Prices"), ("how", "hand")]).await.redirect();
    let path = made.split('?').next().unwrap().to_owned();
    write(ada, &path, TEXT).await;
    path
}

async fn write(visitor: &Visitor, path: &str, text: &str) {
    let editor = visitor.get(path).await.page();
    visitor.submit(&editor, path, &[("document", text)]).await.redirect();
}

fn document(shown: &super::rig::Shown) -> String {
    shown
        .form(&shown.attributes("form[data-editor]", "action").remove(0))
        .1
        .into_iter()
        .find(|(name, _)| name == "document")
        .unwrap()
        .1
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_edit_one_page_and_nothing_is_lost() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let path = page(&ada).await;
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "grace@acme.example", "member").await;

    let (hers, his) = (ada.get(&path).await.page(), grace.get(&path).await.page());
    grace
        .submit(&his, &path, &[("document", &TEXT.replace("Third line.", "Third line by Grace."))])
        .await
        .redirect();
    let merged =
        ada.submit(&hers, &path, &[("document", &TEXT.replace("First line.", "First line by Ada."))]).await;
    assert_eq!(merged.status, 409);
    assert!(merged.wrong().contains("Grace has saved revision 3"), "{}", merged.wrong());
    let both = document(&merged);
    assert!(both.contains("First line by Ada.") && both.contains("Third line by Grace."), "{both}");
    ada.submit(&merged, &path, &[]).await.redirect();
    assert_eq!(document(&ada.get(&path).await.page()), both, "what was merged is saved as it was shown");

    // The same line, by both.
    let (hers, his) = (ada.get(&path).await.page(), grace.get(&path).await.page());
    grace
        .submit(&his, &path, &[("document", &both.replace("Second line.", "Second, says Grace."))])
        .await
        .redirect();
    let torn =
        ada.submit(&hers, &path, &[("document", &both.replace("Second line.", "Second, says Ada."))]).await;
    assert!(torn.wrong().contains("both changed the same lines"), "{}", torn.wrong());
    let text = document(&torn);
    assert!(text.contains("Second, says Ada.") && text.contains("Second, says Grace."), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_kept_for_its_writer_alone_until_it_is_saved_or_dropped() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let path = page(&ada).await;
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "grace@acme.example", "member").await;
    let editor = ada.get(&path).await.page();
    let (_, mut fields) = editor.form(&path);
    fields
        .iter_mut()
        .filter(|(name, _)| name == "document")
        .for_each(|(_, text)| text.push_str("\nTyped and not saved.\n"));
    assert_eq!(ada.post(&format!("{path}/draft"), &fields).await.status, 204);

    let kept = ada.get(&path).await.page();
    assert!(document(&kept).contains("Typed and not saved.") && kept.text.contains("not saved yet"));
    assert!(
        !document(&grace.get(&path).await.page()).contains("Typed and not saved."),
        "a draft is its writer's"
    );
    ada.submit(&kept, "/draft", &[]).await.redirect();
    assert_eq!(document(&ada.get(&path).await.page()), TEXT, "dropped");

    ada.post(&format!("{path}/draft"), &fields).await;
    let kept = ada.get(&path).await.page();
    ada.submit(&kept, &path, &[]).await.redirect();
    let saved = ada.get(&path).await.page();
    assert!(document(&saved).contains("Typed and not saved.") && !saved.text.contains("not saved yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_text_comes_back_as_the_newest_and_the_history_tells_who_and_what() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let path = page(&ada).await;
    write(&ada, &path, &TEXT.replace("Second line.", "Second line, other.")).await;
    let history = ada.get(&format!("{path}/history")).await.page();
    let numbers: Vec<String> = history.texts("tbody td.num");
    assert_eq!(numbers, ["3", "2", "1"]);
    let third = ada.get(&format!("{path}/history/3")).await.page();
    assert_eq!(third.texts(".diff ins"), ["Second line, other."]);
    assert_eq!(third.texts(".diff del"), ["Second line."]);
    let second = ada.get(&format!("{path}/history/2")).await.page();
    ada.submit(&second, "/restore", &[]).await.redirect();
    let editor = ada.get(&path).await.page();
    assert_eq!(document(&editor), TEXT);
    assert!(ada.get(&format!("{path}/history")).await.page().text.contains("revision 2 restored"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_set_by_a_form_and_what_the_form_does_not_know_stays() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    page(&ada).await;
    let path = format!("{ORG}/s/facts/settings");
    let text = ada.get(&format!("{path}?tab=text")).await.page();
    let own = "# Ours.\ntitle = \"Acme Facts\"\n\n[languages.de]\ntitle = \"Acme-Fakten\"\n";
    ada.submit(&text, "/settings", &[("settings", own)]).await.redirect();
    let form = ada.get(&path).await.page();
    let filled =
        [("description", "Facts about Acme."), ("params.accent", "plum"), ("robots.training", "deny")];
    ada.submit(&form, "/settings", &filled).await.redirect();
    let text = ada.get(&format!("{path}?tab=text")).await.page();
    let (_, fields) = text.form("/settings");
    let settings = &fields.iter().find(|(name, _)| name == "settings").unwrap().1;
    for part in [
        "# Ours.",
        "[languages.de]",
        "description = \"Facts about Acme.\"",
        "accent = \"plum\"",
        "training = \"deny\"",
    ] {
        assert!(settings.contains(part), "{part} in {settings}");
    }
    assert!(!settings.contains("reading_time"), "what holds anyway is not written: {settings}");

    // Somebody else has saved meanwhile: nothing is written over.
    ada.submit(&text, "/settings", &[("gate", "10")]).await.redirect();
    let stale = ada.submit(&form, "/settings", &[("title", "Other")]).await;
    assert!(stale.wrong().contains("Somebody has changed the site"), "{}", stale.wrong());
    let broken = ada.get(&format!("{path}?tab=text")).await.page();
    let refused = ada.submit(&broken, "/settings", &[("settings", "title = \"A\"\nteam = \"x\"\n")]).await;
    assert!(refused.wrong().contains("site.toml:2: unknown key"), "{}", refused.wrong());
    assert!(refused.text.contains("team ="), "what was typed is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_planned_for_a_time_and_the_plan_is_ended() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let path = page(&ada).await;
    write(&ada, &path, "A text that is fit to be read, and long enough for everybody.").await;
    let settings = format!("{}/settings", path.rsplit_once("/pages/").unwrap().0);
    let form = ada.get(&settings).await.page();
    ada.submit(&form, "/settings", &[("gate", "0")]).await.redirect();
    let editor = ada.get(&path).await.page();
    let wrong = ada.submit(&editor, "/schedule", &[("at", "soon")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let past = ada.submit(&editor, "/schedule", &[("at", "2020-01-01T08:00")]).await;
    assert!(past.status >= 400 && past.text.contains("time is past"), "{}", past.text);
    let soon = Clock::system().now() + Duration::from_secs(90 * 24 * 3600);
    let at = soon.strftime("%Y-%m-%dT08:30").to_string();
    ada.submit(&editor, "/schedule", &[("at", &at)]).await.redirect();
    let planned = ada.get(&path).await.page();
    assert!(planned.texts(".head .pill").contains(&"scheduled".to_owned()), "{}", planned.text);
    assert!(planned.text.contains("08:30"), "the time is told");
    ada.submit(&planned, "/unschedule", &[]).await.redirect();
    let ended = ada.get(&path).await.page();
    assert!(ended.texts(".head .pill").contains(&"review".to_owned()), "{}", ended.text);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_the_api_would_not_take_is_refused_by_the_editor_too() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let path = page(&ada).await;
    let long = "a ".repeat(500_001);
    let editor = ada.get(&path).await.page();
    let told = ada.submit(&editor, &path, &[("document", &long)]).await;
    assert_eq!(told.status, 409);
    assert!(
        told.wrong().contains("at most 1000000 characters, and this one has 1000002"),
        "{}",
        told.wrong()
    );
    let (_, mut fields) = editor.form(&path);
    for (name, text) in &mut fields {
        if name == "document" {
            text.clone_from(&long);
        }
    }
    assert_eq!(ada.post(&format!("{path}/draft"), &fields).await.status, 409, "a draft is as long at most");
    // What PostgreSQL can't look for is not looked for.
    let list = ada.get(&format!("{ORG}/s/facts/pages?q=Pri%00ces")).await.page();
    assert!(list.texts("main td").join(" ").contains("Prices"), "{}", list.text);
}
