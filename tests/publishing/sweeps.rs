//! Old editions, and blobs that nobody refers to any more.

use std::time::Duration;

use citepress::app::App;
use citepress::publishing::{EditionState, PublishError};
use citepress::queue::{Filter, Reach};
use citepress::sites::NewRedirect;
use citepress::storage::StorageError;
use reqwest::header::{COOKIE, HOST, SET_COOKIE};
use sea_orm::ConnectionTrait;

use super::rig::{Rig, client, settings};

const NO_GRACE: Duration = Duration::ZERO;

/// So many editions, all but the newest made a year ago.
async fn editions(rig: &Rig, count: usize) {
    for number in 1..=count {
        rig.write(&[("_index.md", &format!("Edition {number}.")), ("same.md", "The same in all.")]).await;
        rig.publish().await;
    }
    rig.rest().await;
    let tx = rig.app.db.write_system().await.unwrap();
    let age = "UPDATE editions SET created_at = created_at - 31536000000, live_at = live_at - 31536000000
        WHERE number < (SELECT max(number) FROM editions)";
    tx.conn().execute_unprepared(age).await.unwrap();
    tx.commit().await.unwrap();
}

async fn numbers(rig: &Rig) -> Vec<i64> {
    rig.app.publishing.editions(&rig.scope).await.unwrap().iter().map(|edition| edition.number).collect()
}

/// Every file of every edition that is kept can be read.
async fn all_is_there(rig: &Rig) {
    for edition in rig.app.publishing.editions(&rig.scope).await.unwrap() {
        let Some(root) = edition.manifest else { continue };
        let manifests = citepress::publishing::manifest::Manifests::new(rig.app.storage.clone(), 0);
        for entry in manifests.entries(root).await.unwrap() {
            for blob in [Some(entry.identity), entry.br, entry.gz].into_iter().flatten() {
                let read = rig.app.storage.get(blob.hash).await;
                assert!(read.is_ok(), "{} of edition {}: {}", entry.path, edition.number, read.unwrap_err());
            }
        }
    }
}

#[tokio::test]
async fn the_live_edition_the_newest_and_young_ones_are_kept_and_the_others_say_that_they_were_removed() {
    let rig = Rig::keeping(3, 7).await;
    editions(&rig, 8).await;
    let all = rig.app.publishing.editions(&rig.scope).await.unwrap();
    let second = all.iter().find(|edition| edition.number == 2).unwrap();
    let fourth = all.iter().find(|edition| edition.number == 4).unwrap();
    rig.app.publishing.activate(&rig.scope, second.id).await.unwrap();
    rig.rest().await;
    let preview = rig.app.publishing.preview_address(&rig.scope, fourth.id).await.unwrap();
    let path = &preview[preview.find("/_preview/").unwrap()..];
    let url = |path: &str| format!("http://127.0.0.1:{}{path}", rig.port);
    let ask = |path: &str| client().get(url(path)).header(HOST, "acme.localhost");
    let entered = ask(path).send().await.unwrap();
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();

    assert_eq!(rig.app.publishing.prune(&rig.scope).await.unwrap(), 4);
    assert_eq!(numbers(&rig).await, [8, 7, 6, 2], "the newest three, and the live one");
    assert_eq!(rig.app.publishing.prune(&rig.scope).await.unwrap(), 0);
    rig.app.publishing.sweep(NO_GRACE).await.unwrap();
    all_is_there(&rig).await;
    assert!(rig.read("/").await.1.contains("Edition 2."));

    let removed = rig.app.publishing.activate(&rig.scope, fourth.id).await.unwrap_err();
    assert!(matches!(removed, PublishError::Removed { number: 4 }), "{removed}");
    let told = rig.app.publishing.preview_address(&rig.scope, fourth.id).await.unwrap_err().to_string();
    assert!(told.contains("edition 4 was removed"), "{told}");
    let told = rig.app.publishing.roll_back(&rig.scope).await.unwrap_err().to_string();
    assert!(told.contains("the editions before the live one were removed"), "{told}");
    assert_eq!(ask(path).send().await.unwrap().status(), 410, "the preview's own address");
    let seen = ask("/").header(COOKIE, &cookie).send().await.unwrap();
    assert_eq!(seen.status(), 410);
    assert!(seen.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert!(seen.text().await.unwrap().contains("The edition of this preview was removed."));
    let removed = rig.app.events.list(&rig.org, 0, 1_000).await.unwrap();
    assert_eq!(removed.iter().filter(|event| event.kind == "edition.removed").count(), 4);
    // Numbers go on, and what is built on top of a kept one is whole.
    rig.write(&[("_index.md", "Edition 9.")]).await;
    rig.publish().await;
    assert_eq!(numbers(&rig).await[0], 9);
    all_is_there(&rig).await;
    rig.stop().await;
}

#[tokio::test]
async fn a_program_that_asks_for_a_removed_edition_is_told_so() {
    let rig = Rig::keeping(1, 7).await;
    editions(&rig, 3).await;
    let first = rig.app.publishing.editions(&rig.scope).await.unwrap().pop().unwrap();
    rig.app.publishing.prune(&rig.scope).await.unwrap();
    let program = crate::api::rig::Program::new(&rig, citepress::accounts::KeyScope::Admin).await;
    let path = format!("/api/v1/editions/{}", first.id);
    let told = program.get(&path).await.problem(404, "edition_removed");
    assert!(told["detail"].as_str().unwrap().starts_with("Edition 1 was removed"), "{told}");
    program.post(&format!("{path}/activate"), &serde_json::json!({})).await.problem(404, "edition_removed");
    let stranger = crate::api::rig::Program::stranger(&rig).await;
    stranger.get(&path).await.problem(404, "not_found");
    rig.stop().await;
}

#[tokio::test]
async fn a_sweep_takes_what_nobody_refers_to_when_it_is_old_enough_and_nothing_else() {
    let rig = Rig::new().await;
    rig.app.sites.put_file(&rig.scope, "static/kept.bin", "kept".into()).await.unwrap();
    editions(&rig, 3).await;
    let stray = rig.app.storage.put("nobody refers to this".into()).await.unwrap();
    let hour = Duration::from_secs(3_600);
    assert_eq!(rig.app.publishing.sweep(hour).await.unwrap().removed, 0, "it is young");
    assert!(rig.app.storage.get(stray).await.is_ok());
    // Nodes of manifests that were made on the way and never were an edition's go as well.
    assert!(rig.app.publishing.sweep(NO_GRACE).await.unwrap().removed >= 1);
    assert!(matches!(rig.app.storage.get(stray).await, Err(StorageError::Missing(_))));
    all_is_there(&rig).await;
    assert_eq!(rig.read("/kept.bin").await, (200, "kept".to_owned()));
    assert_eq!(rig.app.publishing.sweep(NO_GRACE).await.unwrap().removed, 0);
    rig.stop().await;
}

#[tokio::test]
async fn a_sweep_that_can_not_read_a_kept_edition_removes_nothing() {
    let rig = Rig::new().await;
    editions(&rig, 1).await;
    let stray = rig.app.storage.put("nobody refers to this".into()).await.unwrap();
    let root = rig.app.publishing.editions(&rig.scope).await.unwrap()[0].manifest.unwrap();
    let file = rig.app.storage.file(root).unwrap();
    let node = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(rig.app.publishing.sweep(NO_GRACE).await.is_err());
    assert!(rig.app.storage.get(stray).await.is_ok());
    std::fs::write(&file, node).unwrap();
    rig.app.publishing.sweep(NO_GRACE).await.unwrap();
    assert!(rig.app.storage.get(stray).await.is_err());
    rig.stop().await;
}

/// The race that epochs are for: what an edition finds in place is taken by a sweep before the edition refers to it.
#[tokio::test(flavor = "multi_thread")]
async fn editions_that_are_built_while_blobs_are_swept_without_grace_are_whole() {
    let rig = Rig::keeping(1, 0).await;
    let long = "Some words that make a page longer. ".repeat(60);
    let text = |n: usize, turn: usize| format!("Page {n}, turn {turn}. {long}");
    let pages = |turn: usize| (0..120).map(move |n| (format!("p{n}.md"), text(n, turn)));
    let mut disturbed = 0;
    for round in 0..6 {
        // Two contents take turns: each edition needs the blobs that the one before has made garbage.
        let pages: Vec<(String, String)> = pages(round % 2).collect();
        let pages: Vec<(&str, &str)> =
            pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        rig.write(&pages).await;
        let id = rig.request().await;
        // A few sweeps while it is built, and then peace, so that it is built in the end.
        for _ in 0..4 {
            rig.app.publishing.prune(&rig.scope).await.unwrap();
            rig.app.publishing.sweep(NO_GRACE).await.unwrap();
            rig.app
                .sites
                .put_file(&rig.scope, "static/turn.bin", format!("{}", round % 2).into())
                .await
                .unwrap();
        }
        let edition = rig.settled(id).await;
        assert_eq!(edition.state, EditionState::Ready, "{:?}", edition.error);
        let jobs = rig.app.queue.list(Reach::All, &Filter::default(), 200).await.unwrap();
        let job =
            jobs.iter().find(|job| job.payload.contains(&id.to_string()) && job.kind == "publishing.build");
        disturbed += usize::from(job.unwrap().attempt > 1);
        all_is_there(&rig).await;
        rig.rest().await;
        assert!(rig.read("/p7/").await.1.contains(&format!("Page 7, turn {}.", round % 2)));
    }
    assert!(disturbed > 0, "no sweep has come between");
    rig.stop().await;
}

/// A press is kept warm with the manifest that it has built last; others may have gone on since, and removed that edition.
#[tokio::test]
async fn an_edition_is_never_built_on_one_that_was_removed_meanwhile() {
    let rig = Rig::without_worker().await;
    rig.write(&[("_index.md", "One."), ("same.md", "The same in all.")]).await;
    let first = rig.request().await;
    rig.app.publishing.build(&rig.scope, first).await.unwrap();
    let keep_one = |settings: &mut citepress::config::Settings| {
        (settings.editions.keep_newest, settings.editions.keep_days) = (1, 0);
    };
    let mut other = settings(rig.folder.path());
    keep_one(&mut other);
    let other = App::open(other, rig.port).await.unwrap();
    // The same page goes and comes back: what the first edition had of it is garbage in between.
    for words in ["Two.", "Three."] {
        rig.write(&[("_index.md", words), ("same.md", words)]).await;
        let id = rig.request().await;
        other.publishing.build(&rig.scope, id).await.unwrap();
    }
    other.publishing.prune(&rig.scope).await.unwrap();
    assert_eq!(numbers(&rig).await, [3]);
    other.publishing.sweep(NO_GRACE).await.unwrap();

    rig.write(&[("_index.md", "Four.")]).await;
    let fourth = rig.request().await;
    let refused = rig.app.publishing.build(&rig.scope, fourth).await.unwrap_err();
    assert!(refused.is_passing(), "the job tries it again: {refused}");
    rig.app.publishing.build(&rig.scope, fourth).await.unwrap();
    all_is_there(&rig).await;
    assert!(rig.read("/").await.1.contains("Four."));
    assert!(rig.read("/same/").await.1.contains("Three."));
    other.db.close().await;
    rig.stop().await;
}

/// Redirects lie on top of what the press has made, and the next edition goes on from what is below them: that is nobody's
/// edition as it is, and has to be there all the same.
#[tokio::test]
async fn what_lies_below_redirects_is_there_for_the_next_edition() {
    let rig = Rig::new().await;
    // Enough pages that the manifest has nodes of its own below each of them.
    let pages: Vec<(String, String)> = (0..400).map(|n| (format!("p{n}.md"), format!("Page {n}."))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    rig.write(&pages).await;
    let redirects: Vec<NewRedirect> = (0..200)
        .map(|n| NewRedirect { from: format!("/old{n}"), to: format!("/p{n}/"), status: 301 })
        .collect();
    let redirects = rig.app.publishing.add_redirects(&rig.scope, &redirects).await.unwrap();
    let first = rig.publish().await;
    assert!(first.pressed.is_some() && first.pressed != first.manifest);
    rig.rest().await;
    rig.app.publishing.sweep(NO_GRACE).await.unwrap();

    // Without the redirects, all that was below them is seen again.
    for (redirect, _) in &redirects {
        assert!(rig.app.sites.delete_redirect(&rig.scope, redirect).await.unwrap());
    }
    rig.write(&[("p0.md", "Another text.")]).await;
    let second = rig.publish().await;
    assert_eq!(second.pressed, None);
    assert!(second.written < 50, "built on the first: {} files", second.written);
    rig.rest().await;
    rig.app.publishing.sweep(NO_GRACE).await.unwrap();
    all_is_there(&rig).await;
    assert_eq!(rig.read("/old1/").await.0, 404);
    assert!(rig.read("/p399/").await.1.contains("Page 399."));
    rig.stop().await;
}
