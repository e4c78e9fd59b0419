//! Editions, as their readers and their owner see them.

use citepress::accounts::{KeyScope, NewOrg};
use citepress::publishing::{EditionId, EditionState};
use citepress::queue::{Filter, JobId, Reach, State};

use super::rig::Rig;
use crate::api::rig::Program;

#[tokio::test]
async fn a_published_page_is_readable_on_its_host_and_one_taken_off_is_gone() {
    let rig = Rig::new().await;
    assert_eq!(rig.read("/").await.0, 404, "nothing is published yet");
    rig.write(&[("_index.md", "Welcome."), ("guide.md", "First words.")]).await;
    rig.publish().await;
    let (status, body) = rig.read("/guide/").await;
    assert!(status == 200 && body.contains("First words."), "{status} {body}");

    let page = rig.app.pages.by_path(&rig.scope, "guide.md").await.unwrap().unwrap();
    let edition = rig.app.publishing.unpublish(&rig.scope, page.id).await.unwrap();
    assert_eq!(rig.settled(edition).await.state, EditionState::Ready);
    assert_eq!(rig.read("/guide/").await.0, 404);
    rig.stop().await;
}

#[tokio::test]
async fn rolling_back_gives_readers_the_edition_before_and_forward_the_newer_one() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig.write(&[("_index.md", "Two.")]).await;
    let second = rig.publish().await;
    assert!(rig.read("/").await.1.contains("Two."));
    let target = rig.app.publishing.roll_back(&rig.scope).await.unwrap().unwrap();
    assert_eq!(target.number, 1);
    assert!(rig.read("/").await.1.contains("One."));
    rig.app.publishing.activate(&rig.scope, second.id).await.unwrap();
    assert!(rig.read("/").await.1.contains("Two."));
    rig.stop().await;
}

#[tokio::test]
async fn building_an_edition_twice_changes_nothing_the_second_time() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    let edition = rig.publish().await;
    let again = rig.app.publishing.build(&rig.scope, edition.id).await.unwrap();
    assert_eq!(again, edition);
    assert_eq!(rig.app.publishing.editions(&rig.scope).await.unwrap().len(), 1);
    rig.stop().await;
}

#[tokio::test]
async fn an_edition_whose_job_was_called_off_says_so_and_the_next_one_has_its_pages() {
    let rig = Rig::without_worker().await;
    rig.write(&[("_index.md", "One.")]).await;
    let edition = rig.request().await;
    assert_eq!(rig.app.publishing.edition(&rig.scope, edition).await.unwrap().state, EditionState::Queued);
    let job = rig.app.queue.list(Reach::All, &Filter::default(), 1).await.unwrap().remove(0);
    let mut tx = rig.app.db.write_system().await.unwrap();
    rig.app.queue.cancel(&mut tx, Reach::All, job.id).await.unwrap();
    tx.commit().await.unwrap();
    let given_up = rig.settled(edition).await;
    assert_eq!(given_up.state, EditionState::Failed);
    assert!(given_up.error.unwrap().ends_with("Publish again"));
    let failed = rig.app.events.list(&rig.org, 0, 1000).await.unwrap();
    assert_eq!(failed.iter().filter(|event| event.kind == "edition.failed").count(), 1);

    let next = rig.request().await;
    rig.app.publishing.build(&rig.scope, next).await.unwrap();
    assert!(rig.read("/").await.1.contains("One."));
    rig.stop().await;
}

#[tokio::test]
async fn a_fault_in_the_content_fails_its_edition_and_readers_keep_the_one_before() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    rig.write(&[("_index.md", "Two."), ("b.md", "Fine.")]).await;
    let page = rig.app.pages.by_path(&rig.scope, "b.md").await.unwrap().unwrap();
    let written = citepress::pages::Written {
        document: "+++\ntitle = \"B\nno end".into(),
        title: "B".into(),
        claims: vec![],
        author: "a test".into(),
        reason: "a test".into(),
    };
    rig.app.pages.write(&rig.scope, page.id, written).await.unwrap();
    let edition = rig.settled(rig.request().await).await;
    assert_eq!(edition.state, EditionState::Failed);
    let why = edition.error.unwrap();
    assert!(why.contains("content/b.md"), "{why}");
    assert!(rig.read("/").await.1.contains("One."));
    rig.stop().await;
}

async fn set_theme(rig: &Rig, theme: &str) {
    let settings = format!("title = \"Acme\"\ntheme = \"{theme}\"\n");
    rig.app.sites.set_settings(&rig.scope, "Acme", &settings).await.unwrap();
}

/// An edition that failed for its site's theme, with the job that has tried to build it.
async fn failed(rig: &Rig) -> (EditionId, JobId) {
    rig.write(&[("_index.md", "One.")]).await;
    set_theme(rig, "atlaz").await;
    let id = rig.request().await;
    assert_eq!(rig.settled(id).await.state, EditionState::Failed);
    rig.rest().await;
    let builds = Filter { kind: Some("publishing.build".into()), ..Filter::default() };
    let jobs = rig.app.queue.list(&rig.org, &builds, 50).await.unwrap();
    let job = jobs.iter().find(|job| job.payload.contains(&id.to_string())).unwrap();
    assert_eq!(job.state, State::Failed);
    (id, job.id)
}

#[tokio::test]
async fn a_build_that_is_tried_again_after_its_cause_is_mended_brings_its_edition_to_readers() {
    let rig = Rig::new().await;
    let (id, job) = failed(&rig).await;
    rig.app.events.try_again(&rig.app.queue, &rig.org, job).await.unwrap();
    rig.rest().await;
    let again = rig.app.queue.get(&rig.org, job).await.unwrap();
    assert_eq!(again.state, State::Failed, "nothing was mended");
    assert!(again.cause.unwrap().contains("atlaz"));

    set_theme(&rig, "atlas").await;
    rig.app.events.try_again(&rig.app.queue, &rig.org, job).await.unwrap();
    rig.rest().await;
    assert_eq!(rig.app.queue.get(&rig.org, job).await.unwrap().state, State::Done);
    let edition = rig.app.publishing.edition(&rig.scope, id).await.unwrap();
    assert_eq!((edition.state, edition.error), (EditionState::Ready, None));
    assert!(rig.read("/").await.1.contains("One."));
    rig.stop().await;
}

#[tokio::test]
async fn a_build_that_readers_have_got_past_is_not_done_by_trying_it_again() {
    let rig = Rig::new().await;
    let (id, job) = failed(&rig).await;
    set_theme(&rig, "atlas").await;
    rig.publish().await;
    rig.app.events.try_again(&rig.app.queue, &rig.org, job).await.unwrap();
    rig.rest().await;
    let again = rig.app.queue.get(&rig.org, job).await.unwrap();
    assert_eq!(again.state, State::Failed);
    let cause = again.cause.unwrap();
    assert!(cause.contains("edition 1 was given up") && cause.ends_with("publish again"), "{cause}");
    assert_eq!(rig.app.publishing.edition(&rig.scope, id).await.unwrap().state, EditionState::Failed);
    rig.stop().await;
}

#[tokio::test]
async fn another_organisations_site_is_not_found_by_any_of_its_ids() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    let new =
        NewOrg { slug: "globex".parse().unwrap(), name: "Globex".into(), owner_email: "g@x.example".into() };
    let stranger = rig.app.accounts.found(new).await.unwrap();
    assert_eq!(rig.app.sites.scope(&stranger, rig.scope.site()).await.unwrap(), None);
    assert_eq!(rig.app.sites.scope_by_slug(&stranger, &"acme".parse().unwrap()).await.unwrap(), None);
    assert!(rig.app.sites.scope(&rig.org, rig.scope.site()).await.unwrap().is_some());
    assert!(
        rig.app.events.list(&stranger, 0, 100).await.unwrap().iter().all(|event| event.kind == "org.founded")
    );
    rig.stop().await;
}

#[tokio::test]
async fn every_step_is_an_event_and_the_chain_holds() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "One.")]).await;
    rig.publish().await;
    let events = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let steps = ["org.founded", "site.created", "page.created", "page.written", "page.published"];
    assert_eq!(kinds, [&steps[..], &["edition.requested", "edition.live"]].concat());
    assert_eq!(rig.app.events.verify(&rig.org).await.unwrap(), Ok(7));
    rig.stop().await;
}

#[tokio::test]
async fn an_edition_says_what_its_build_warned_of_and_one_without_warnings_says_nothing() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    let plain = rig.publish().await;
    rig.app.sites.put_file(&rig.scope, "assets/us.webp", "no picture".into()).await.unwrap();
    rig.write(&[("guide.md", "![Us](/assets/us.webp)")]).await;
    let warned = rig.publish().await;
    let program = Program::new(&rig, KeyScope::Read).await;
    let told = |id| {
        let path = format!("/api/v1/editions/{id}");
        let program = &program;
        async move { program.get(&path).await.json(200)["warnings"].clone() }
    };
    assert_eq!(told(plain.id).await, serde_json::json!([]));
    let warnings = told(warned.id).await;
    assert_eq!(warnings.as_array().unwrap().len(), 1, "{warnings}");
    let sentence = warnings[0].as_str().unwrap();
    assert!(sentence.starts_with("assets/us.webp: is named as WebP"), "{warnings}");
    rig.stop().await;
}
