//! Work that was asked for before it was switched off.

use citepress::flags::{Flag, Setting};
use citepress::pages::FetchSource;
use citepress::queue::{NewJob, Reach, State};
use citepress::tenancy::Actor;

use super::until;
use crate::crawl::server::Server;
use crate::publishing::rig::Rig;

fn page() -> Vec<u8> {
    let text = "<!doctype html><title>Facts</title><main><h1>Facts</h1><p>".to_owned()
        + &"A fact of some length. ".repeat(40);
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_waits_while_it_is_switched_off_and_loses_no_attempt() {
    let server = Server::with(vec![("/facts", page())]).await;
    let rig = Rig::allowed_to_fetch(&server.address()).await;
    let app = &rig.app;
    app.flags.set(Flag::Crawling, Setting::Off, Actor::Operator).await.unwrap();
    // Past the door: as one that was asked for a moment before.
    let (org, site) = (rig.org.org(), rig.scope.site());
    let job = NewJob::new(FetchSource { org, site, url: server.url("/facts") }).org(org);
    let mut tx = app.db.write_system().await.unwrap();
    let job = app.queue.enqueue(&mut tx, job).await.unwrap().id();
    tx.commit().await.unwrap();
    until("the job is put off twice", async || app.queue.get(Reach::All, job).await.unwrap().attempt >= 2)
        .await;
    until("it waits again", async || app.queue.get(Reach::All, job).await.unwrap().state == State::Queued)
        .await;
    let record = app.queue.get(Reach::All, job).await.unwrap();
    assert!(
        record.cause.as_deref().unwrap_or_default().contains("switched off by the operator"),
        "{record:?}"
    );
    assert_eq!(
        record.attempt_limit - record.attempt,
        5,
        "as many attempts are left as there were: {record:?}"
    );
    assert!(server.journal().is_empty(), "nothing was fetched");
    app.flags.set(Flag::Crawling, Setting::Default, Actor::Operator).await.unwrap();
    until("the job is done", async || app.queue.get(Reach::All, job).await.unwrap().state == State::Done)
        .await;
    assert!(server.paths().contains(&"/facts".to_owned()));
    rig.stop().await;
}
