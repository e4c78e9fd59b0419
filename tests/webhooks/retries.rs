//! What has not got through.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use citepress::webhooks::{DeliveryState, EventType, Refusal, WebhookError};

use super::receiver::{messages, when_came};
use super::rig::Rig;
use crate::crawl::server::{Reply, Server, answer, open_head, status};

/// A server that answers with a status that can be changed.
async fn moody(first: u16) -> (Server, Arc<AtomicU16>) {
    let mood = Arc::new(AtomicU16::new(first));
    let present = Arc::clone(&mood);
    let reply = move |_: &_| Reply::Bytes(status(&format!("{} Mood", present.load(Ordering::SeqCst))));
    (Server::start(reply).await, mood)
}

/// Makes the attempt that is due. The worker takes no more jobs once that has come: the next attempt may be due five seconds
/// later by the database's clock, which goes on by itself.
async fn attempt(rig: &Rig, server: &Server, count: usize) {
    let worker = rig.worker(8);
    when_came(server, count).await;
    worker.drain(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_wrong_answer_is_tried_again_at_the_promised_times_and_given_up_after_the_eighth() {
    let (server, _) = moody(500).await;
    let rig = Rig::new(&[&server]).await;
    let (id, secret) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    attempt(&rig, &server, 1).await;
    let waits = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600];
    for (n, wait) in waits.into_iter().map(Duration::from_secs).enumerate() {
        assert_eq!(messages(&server).len(), n + 1);
        let delivery = rig.deliveries(id).await.remove(0);
        assert_eq!((delivery.state, delivery.attempts as usize), (DeliveryState::Pending, n + 1));
        let promised = delivery.next_at.unwrap() - delivery.last.unwrap().at;
        let promised = Duration::from_millis(promised.unsigned_abs());
        assert!(promised >= wait.mul_f64(0.9) && promised <= wait.mul_f64(1.1), "{promised:?} for {wait:?}");
        let queued = rig.count("SELECT run_at - created_at FROM jobs WHERE state = 'queued'").await;
        assert_eq!(Duration::from_millis(queued.unsigned_abs()), promised, "the job waits as long");
        // The database's clock goes on by itself while this test runs.
        let grace = wait.min(Duration::from_secs(100));
        rig.pass(promised.saturating_sub(grace)).await;
        if wait > grace {
            rig.work().await;
            assert_eq!(messages(&server).len(), n + 1, "not before its time");
        }
        rig.pass(grace).await;
        attempt(&rig, &server, n + 2).await;
    }
    let delivery = rig.deliveries(id).await.remove(0);
    assert_eq!((delivery.state, delivery.attempts, delivery.next_at), (DeliveryState::Failed, 8, None));
    assert_eq!(delivery.last.unwrap().why.unwrap(), "it answered 500");
    rig.pass(Duration::from_secs(24 * 3600)).await;
    rig.work().await;
    let came = messages(&server);
    assert_eq!(came.len(), 8);
    // One message, signed anew at each attempt.
    assert_eq!(came.iter().map(|message| (&message.id, &message.body)).collect::<HashSet<_>>().len(), 1);
    assert_eq!(came.iter().map(|message| message.timestamp).collect::<HashSet<_>>().len(), 8);
    assert!(came.iter().all(|message| message.is_signed_by(secret.reveal(), message.timestamp)));
}

#[tokio::test]
async fn what_gets_through_later_is_delivered_and_the_endpoint_counts_as_well() {
    let (server, mood) = moody(503).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    rig.work().await;
    assert_eq!(rig.get(id).await.failing_since, Some(rig.clock.millis()));
    mood.store(204, Ordering::SeqCst);
    rig.pass(Duration::from_secs(6)).await;
    rig.work().await;
    let delivery = rig.deliveries(id).await.remove(0);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 2));
    assert_eq!(rig.get(id).await.failing_since, None);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let target = Server::with(vec![("/hook", status("200 OK"))]).await;
    let moved = target.url("/hook");
    for code in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let to = answer(code, &format!("Location: {moved}\r\n"), b"");
        let server = Server::with(vec![("/hook", to)]).await;
        let rig = Rig::new(&[&server, &target]).await;
        let (id, _) = rig.endpoint(&server).await;
        rig.goes_live(1).await;
        rig.work().await;
        let delivery = rig.deliveries(id).await.remove(0);
        assert_eq!(delivery.state, DeliveryState::Pending, "{code}");
        assert!(delivery.last.unwrap().why.unwrap().contains("redirects are not followed"));
        assert_eq!(server.journal().len(), 1);
    }
    assert!(target.journal().is_empty());
}

#[tokio::test]
async fn slow_endless_and_silent_answers_are_bounded() {
    let endless = || Reply::Endless(open_head(""), vec![b'x'; 64 * 1024]);
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/endless" => endless(),
        "/drip" => Reply::Drip(open_head(""), Duration::from_millis(200)),
        _ => Reply::Hang,
    })
    .await;
    let rig = Rig::new(&[&server]).await;
    let mut ids = Vec::new();
    for path in ["/endless", "/drip", "/silent"] {
        ids.push(rig.endpoint_of(&rig.org, &server.url(path), &[EventType::EditionLive]).await.0);
    }
    rig.goes_live(1).await;
    let began = Instant::now();
    rig.work().await;
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    let mut outcomes = Vec::new();
    for id in ids {
        let delivery = rig.deliveries(id).await.remove(0);
        let last = delivery.last.unwrap();
        outcomes.push((delivery.state, last.status, last.why, last.answer.map_or(0, |text| text.len())));
    }
    // The status had come: that is what counts.
    assert_eq!(outcomes[0], (DeliveryState::Delivered, Some(200), None, 1024));
    assert_eq!((outcomes[1].0, outcomes[1].1), (DeliveryState::Delivered, Some(200)));
    assert!((1..=80).contains(&outcomes[1].3), "{:?}", outcomes[1]);
    let silent = (DeliveryState::Pending, None, Some("no answer within 15 s".to_owned()), 0);
    assert_eq!(outcomes[2], silent);
}

#[tokio::test]
async fn a_delivery_is_sent_again_as_the_same_message() {
    let (server, mood) = moody(404).await;
    let rig = Rig::new(&[&server]).await;
    let (id, secret) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    let first = rig.deliveries(id).await.remove(0);
    let replay = async || rig.here.webhooks.replay(&rig.org, id, first.id).await;
    assert!(matches!(replay().await, Err(WebhookError::Refused(Refusal::Pending))));
    for _ in 0..8 {
        rig.work().await;
        rig.pass(Duration::from_secs(11 * 3600)).await;
    }
    mood.store(200, Ordering::SeqCst);
    let again = replay().await.unwrap();
    assert_eq!((again.replay_of, again.attempts), (Some(first.id), 0));
    rig.work().await;
    let came = messages(&server);
    assert_eq!(came.len(), 9);
    let last = came.last().unwrap();
    assert_eq!((&last.id, &last.body), (&came[0].id, &came[0].body));
    assert!(last.is_signed_by(secret.reveal(), rig.seconds()), "signed for now");
    let states: Vec<_> = rig.deliveries(id).await.into_iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Delivered, DeliveryState::Failed]);
}
