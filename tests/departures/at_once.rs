//! What a deletion does in the moment in which it is answered, before any job has done anything.

use std::time::{Duration, Instant};

use citepress::accounts::{AccountError, KeyScope};
use citepress::app::App;
use citepress::departures::DepartureError;
use citepress::publishing::{Gate, Publish};
use citepress::sites::NewSite;
use citepress::tenancy::Role;
use reqwest::header::HOST as HOST_HEADER;

use super::leaver::{HOST, Leaver, MEMBER, NAME, OWNER, SLUG, blobs, join, token_in_mail_of};
use crate::api::rig::Program;
use crate::host::wire::Wire;
use crate::publishing::rig::{Rig, client, settings};

const DRAIN: Duration = Duration::from_secs(10);

async fn status(port: u16, host: &str) -> u16 {
    let answer = client().get(format!("http://127.0.0.1:{port}/")).header(HOST_HEADER, host);
    answer.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_keys_sessions_invitations_and_jobs_end_with_the_deletion_itself() {
    let rig = Rig::without_worker().await;
    let worker = rig.app.work();
    let leaver = Leaver::new(&rig).await;
    rig.waiting_job_of(&leaver.scope).await;
    // From here on nobody works: what is seen is the cut alone.
    worker.drain(DRAIN).await;
    let mut wire = Wire::to(rig.port).await;
    let request = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    wire.send(&request).await;
    assert_eq!(wire.answer(false).await.status, "HTTP/1.1 200 OK");
    assert_eq!(leaver.program.get("/api/v1/orgs/current").await.status, 200);
    let other = App::open(settings(rig.folder.path()), rig.port).await.unwrap();
    assert!(other.publishing.live(&HOST.parse().unwrap()).await.unwrap().is_some());
    let flips = other.publishing.flips().now();
    let owner = rig.app.accounts.scope(&leaver.owner, None).await.unwrap().unwrap();
    assert!(rig.app.accounts.is_good(&owner, None).await.unwrap());

    leaver.delete(&rig).await;

    wire.send(&request).await;
    let status_line = wire.answer(false).await.status;
    assert!(status_line.contains("421"), "on the open connection, too: {status_line}");
    assert_eq!(status(rig.port, HOST).await, 421);
    leaver.program.get("/api/v1/orgs/current").await.problem(401, "key_not_valid");
    let accounts = &rig.app.accounts;
    assert!(accounts.session(&leaver.owner_token).await.unwrap().is_none());
    assert!(accounts.scope(&leaver.owner, None).await.unwrap().is_none());
    assert!(matches!(
        accounts.sign_in(OWNER, &leaver.owner_password, None, "a test").await,
        Err(AccountError::SignIn)
    ));
    assert!(matches!(accounts.invited(&leaver.invitation).await, Err(AccountError::Link)));
    assert!(!accounts.is_good(&owner, None).await.unwrap(), "a stream that is still open ends");
    assert!(accounts.as_system(leaver.org.org()).await.unwrap().is_none());
    assert!(accounts.as_operator(&SLUG.parse().unwrap()).await.unwrap().is_none());
    assert!(accounts.org(&leaver.org).await.unwrap().is_none());
    let counts = rig.app.queue.counts(&leaver.org).await.unwrap();
    assert!(counts.iter().all(|count| count.state.is_final()), "{counts:?}");
    // Another process hears of it as of any flip.
    other.publishing.refresh_flips().await.unwrap();
    let now = other.publishing.flips().now();
    assert!(other.publishing.flips().may_have_flipped(leaver.scope.site(), flips, now));
    assert!(other.publishing.live(&HOST.parse().unwrap()).await.unwrap().is_none());
    other.db.close().await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_still_holds_a_key_to_it_changes_nothing_any_more() {
    let rig = Rig::without_worker().await;
    let worker = rig.app.work();
    let leaver = Leaver::new(&rig).await;
    worker.drain(DRAIN).await;
    leaver.delete(&rig).await;
    // As a request or a job does that was begun before.
    let app = &rig.app;
    let site = NewSite { slug: "late".parse().unwrap(), title: "Late".into(), settings: String::new() };
    assert!(app.sites.create(&leaver.org, site).await.is_err());
    let before = app.events.list(&leaver.org, 0, 1_000).await.unwrap().len();
    assert!(app.accounts.create_key(&leaver.org, "late", KeyScope::Read, None).await.is_err());
    assert!(app.accounts.invite(&leaver.org, "late@example.com", Role::Member).await.is_err());
    assert!(app.sites.set_gate(&leaver.scope, 3).await.is_err());
    let page = app.pages.list(&leaver.scope).await.unwrap().remove(0);
    let edited = citepress::pages::Edited {
        document: "Late.\n".into(),
        title: "Late".into(),
        reason: String::new(),
        seen: None,
    };
    assert!(app.pages.edit(&leaver.scope, page.id, edited).await.is_err());
    assert_eq!(app.events.list(&leaver.org, 0, 1_000).await.unwrap().len(), before);
    // What writes no event leaves at most what is removed with the rest.
    let _ = app.pages.request_fetch(&leaver.scope, "https://example.com/").await;
    let _ = app.sites.put_file(&leaver.scope, "static/late.bin", "late".into()).await;
    let worker = rig.app.work();
    leaver.gone(&rig).await;
    worker.idle().await;
    assert!(rig.app.queue.counts(&leaver.org).await.unwrap().is_empty());
    assert!(rig.app.pages.request_fetch(&leaver.scope, "https://example.com/").await.is_ok());
    worker.idle().await;
    assert!(rig.app.queue.counts(&leaver.org).await.unwrap().is_empty(), "a job of nobody leaves no row");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_who_types_the_name_deletes() {
    let rig = Rig::new().await;
    let leaver = Leaver::new(&rig).await;
    let (accounts, departures) = (&rig.app.accounts, &rig.app.departures);
    let owner = accounts.scope(&leaver.owner, Some(leaver.org.org())).await.unwrap().unwrap();
    for typed in ["", "quokka works", "Quokka Works ", SLUG, "Acme"] {
        let refused = departures.delete(&owner, typed).await.unwrap_err();
        assert!(
            refused.to_string().contains("type its name just as it is written: Quokka Works"),
            "{refused}"
        );
    }
    let (_, key) = accounts.create_key(&owner, "k", KeyScope::Admin, None).await.unwrap();
    let (key, _) = accounts.key_scope(key.reveal()).await.unwrap().unwrap();
    let forbidden = |error| matches!(error, DepartureError::Account(AccountError::Forbidden("owners")));
    assert!(forbidden(departures.delete(&key, NAME).await.unwrap_err()), "no key is an owner");
    accounts.set_role(&owner, leaver.member, Role::Owner).await.unwrap();
    accounts.set_role(&owner, leaver.owner.person, Role::Admin).await.unwrap();
    assert!(forbidden(departures.delete(&owner, NAME).await.unwrap_err()), "an owner no more");
    assert_eq!(status(rig.port, HOST).await, 200, "nothing has changed");
    assert_eq!(leaver.program.get("/api/v1/orgs/current").await.status, 200);
    let operator = accounts.as_operator(&SLUG.parse().unwrap()).await.unwrap().unwrap();
    departures.delete(&operator, NAME).await.unwrap();
    let again = departures.delete(&operator, NAME).await.unwrap_err();
    assert!(matches!(again, DepartureError::Account(AccountError::NotFound(_))), "{again}");
    leaver.gone(&rig).await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_belong_elsewhere_stay_and_the_others_may_come_again() {
    let rig = Rig::new().await;
    let leaver = Leaver::new(&rig).await;
    let stays = join(&rig, &leaver.org, "both@example.com").await;
    rig.app.accounts.invite(&rig.org, "both@example.com", Role::Admin).await.unwrap();
    let token = token_in_mail_of(&rig, "both@example.com", "Acme").await;
    rig.app.accounts.accept(&token, stays).await.unwrap();
    rig.app.accounts.invite(&rig.org, MEMBER, Role::Member).await.unwrap();
    let invited = token_in_mail_of(&rig, MEMBER, "Acme").await;
    assert!(rig.app.accounts.invited(&invited).await.unwrap().has_account);

    leaver.delete(&rig).await;
    leaver.gone(&rig).await;

    let password = citepress::base::Secret::new("a few plain words");
    let signed_in = rig.app.accounts.sign_in("both@example.com", &password, None, "a test").await.unwrap();
    let orgs = rig.app.accounts.orgs(signed_in.person).await.unwrap();
    assert_eq!(
        orgs.iter().map(|(org, role)| (org.slug.as_str(), *role)).collect::<Vec<_>>(),
        [("acme", Role::Admin)]
    );
    assert!(rig.app.accounts.sign_in(MEMBER, &password, None, "a test").await.is_err(), "an account no more");
    let open = rig.app.accounts.invited(&invited).await.unwrap();
    assert!(!open.has_account, "another organisation's invitation stays good, for somebody new");
    // Name, address and short name are free again.
    let again = Leaver::new(&rig).await;
    assert_ne!(again.org.org(), leaver.org.org());
    assert_eq!(status(rig.port, HOST).await, 200);
    let program = Program::new(&rig, KeyScope::Read).await;
    assert_eq!(program.get("/api/v1/members").await.json(200)["data"].as_array().unwrap().len(), 2);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_that_is_being_built_then_goes_live_nowhere_and_its_blobs_go_with_the_next_sweep() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Acme's own words.")]).await;
    rig.publish().await;
    rig.rest().await;
    let before = blobs(&rig);
    let leaver = Leaver::new(&rig).await;
    let known = blobs(&rig).len();
    let pages: Vec<(String, String)> =
        (0..300).map(|n| (format!("p/{n}.md"), format!("Page {n}."))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    leaver.write(&rig, &pages).await;
    let ids = rig.app.pages.list(&leaver.scope).await.unwrap().into_iter().map(|page| page.id).collect();
    let what = Publish { pages: ids, reason: "a test".into(), go_live: true, gate: Gate::Open };
    rig.app.publishing.publish(&leaver.scope, what).await.unwrap();
    let began = Instant::now();
    while blobs(&rig).len() < known + 50 {
        assert!(began.elapsed() < Duration::from_secs(60), "it is not built");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    leaver.delete(&rig).await;
    leaver.gone(&rig).await;
    assert!(rig.app.publishing.live(&HOST.parse().unwrap()).await.unwrap().is_none());
    // Nothing has referred to them yet: only time tells that nobody will. Two hours later:
    rig.app.publishing.sweep(Duration::ZERO).await.unwrap();
    assert_eq!(blobs(&rig), before);
    rig.stop().await;
}
