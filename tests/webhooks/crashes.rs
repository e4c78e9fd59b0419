//! What is left by those who are cut off in the middle.

use std::collections::HashSet;
use std::time::Duration;

use citepress::events::Wake;
use citepress::webhooks::{Change, DeliveryState, EventType};

use super::receiver::{messages, when_came};
use super::rig::Rig;
use crate::crawl::server::{Reply, Server, status, text};

/// The events that were told, and how often in all.
fn told(server: &Server) -> (HashSet<String>, usize) {
    let came = messages(server);
    (came.iter().map(|message| message.id.clone()).collect(), came.len())
}

#[tokio::test]
async fn many_processes_that_hand_out_at_once_make_one_delivery_of_each_event() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    for n in 0..120 {
        rig.happens(&rig.org, "edition.live", n).await;
    }
    let processes: Vec<_> = (0..4).map(|_| rig.another()).collect();
    let handing = processes.iter().map(|process| process.webhooks.hand_out(&Wake::Anywhere));
    for handed in futures_util::future::join_all(handing).await {
        handed.unwrap();
    }
    let events: HashSet<_> = rig.deliveries(id).await.into_iter().map(|it| it.event).collect();
    assert_eq!(events.len(), 100, "a window of all");
    assert_eq!(rig.count("SELECT count(*) FROM webhook_deliveries").await, 120);
    assert_eq!(rig.count("SELECT count(DISTINCT event_id) FROM webhook_deliveries").await, 120);
    rig.work().await;
    assert_eq!((told(&server).0.len(), told(&server).1), (120, 120));
}

#[tokio::test]
async fn who_is_cut_off_while_handing_out_loses_nothing_and_doubles_nothing() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    for _ in 0..3 {
        rig.endpoint_of(&rig.org, &server.url("/hook"), &[EventType::EditionLive]).await;
    }
    let mut cut_off = 0;
    for n in 0..60 {
        rig.happens(&rig.org, "edition.live", n).await;
        // Dropped at another point each time, between the statements of its transaction.
        let process = rig.another();
        let patience = Duration::from_micros(200 * (n as u64 + 1));
        let handing = tokio::time::timeout(patience, process.webhooks.hand_out(&Wake::Anywhere));
        cut_off += usize::from(handing.await.is_err());
    }
    assert!(cut_off > 5, "only {cut_off} were cut off");
    rig.hand_out().await;
    let deliveries = rig.count("SELECT count(*) FROM webhook_deliveries").await;
    let pairs =
        "SELECT count(*) FROM (SELECT DISTINCT endpoint_id, event_id FROM webhook_deliveries) AS pairs";
    assert_eq!((deliveries, rig.count(pairs).await), (180, 180));
    let jobs = "SELECT count(*) FROM jobs WHERE kind = 'webhooks.deliver' AND state = 'queued'";
    assert_eq!(rig.count(jobs).await, 180);
}

#[tokio::test]
async fn what_a_lost_worker_had_begun_is_sent_by_another_under_the_same_id_and_the_rest_once() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |_| match first.swap(false, std::sync::atomic::Ordering::SeqCst) {
        true => Reply::Hang,
        false => Reply::Bytes(status("200 OK")),
    })
    .await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    for n in 0..5 {
        rig.goes_live(n).await;
    }
    let lost = rig.worker(1);
    when_came(&server, 1).await;
    // As if it were killed: it hands nothing back.
    drop(lost);
    let worker = rig.worker(1);
    when_came(&server, 5).await;
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while rig.count("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')").await > 1 {
        assert!(std::time::Instant::now() < until, "the others do not end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(messages(&server).len(), 5, "the one that was begun is still the lost worker's");
    rig.sql("UPDATE jobs SET lease_until = 0 WHERE state = 'running'").await;
    when_came(&server, 6).await;
    worker.idle().await;
    let came = messages(&server);
    let (ids, count) = told(&server);
    assert_eq!((ids.len(), count), (5, 6));
    assert_eq!((&came[0].id, &came[0].body), (&came[5].id, &came[5].body), "one message, twice");
    let deliveries = rig.deliveries(id).await;
    assert!(deliveries.iter().all(|it| it.state == DeliveryState::Delivered && it.attempts == 1));
}

/// On PostgreSQL, whoever takes locks in another order than the rest is refused now and then.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_changes_endpoints_while_others_hand_out_and_send_is_never_refused() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let code =
            ["200 OK", "500 No", "410 Gone"][count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 3];
        Reply::Bytes(status(code))
    })
    .await;
    let rig = Rig::new(&[&server]).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(rig.endpoint(&server).await.0);
    }
    let until = std::time::Instant::now() + Duration::from_secs(4);
    let goes_on = || std::time::Instant::now() < until;
    let change = async |id| {
        let (process, mut on) = (rig.another(), true);
        while goes_on() {
            on = !on;
            let change = Change { on: Some(on), ..Change::default() };
            process.webhooks.update(&rig.org, id, None, change).await.unwrap();
            process.webhooks.rotate_secret(&rig.org, id).await.unwrap();
            // Long enough on for something to be sent.
            tokio::time::sleep(Duration::from_millis(if on { 100 } else { 5 })).await;
        }
    };
    let hand_out = async || {
        let process = rig.another();
        while goes_on() {
            process.webhooks.hand_out(&Wake::Anywhere).await.unwrap();
        }
    };
    let happen = async || {
        for n in (0..).take_while(|_| goes_on()) {
            rig.happens(&rig.org, "edition.live", n).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let workers = [rig.worker(4), rig.worker(4)];
    tokio::join!(
        futures_util::future::join_all(ids.into_iter().map(change)),
        hand_out(),
        hand_out(),
        happen(),
    );
    for worker in workers {
        worker.drain(Duration::from_secs(10)).await;
    }
    assert!(messages(&server).len() > 10, "{}", messages(&server).len());
    assert_eq!(rig.count("SELECT count(*) FROM jobs WHERE cause IS NOT NULL").await, 0);
    assert!(rig.here.events.verify(&rig.org).await.unwrap().is_ok());
}
