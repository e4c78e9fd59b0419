//! Endpoints that are switched off.

use std::time::Duration;

use citepress::webhooks::{Change, DeliveryState, Refusal, State, WebhookError};

use super::receiver::messages;
use super::rig::Rig;
use crate::crawl::server::{Server, status};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The mails that were sent.
fn mails(rig: &Rig) -> Vec<String> {
    let files = std::fs::read_dir(rig.folder.path().join("outbox")).into_iter().flatten();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[tokio::test]
async fn an_endpoint_failing_for_five_days_is_switched_off_and_the_owners_are_told() {
    let server = Server::with(vec![("/hook", status("500 No"))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    let began = rig.clock.millis();
    for day in 0..5 {
        assert_eq!(rig.get(id).await.state, State::On, "on day {day}");
        rig.goes_live(day).await;
        rig.work().await;
        rig.pass(DAY).await;
    }
    rig.goes_live(5).await;
    rig.work().await;
    let off = rig.get(id).await;
    assert_eq!((off.state, off.failing_since), (State::OffFailing, Some(began)));
    assert_eq!(off.since, rig.clock.millis());
    let pending =
        rig.deliveries(id).await.into_iter().filter(|it| it.state == DeliveryState::Pending).count();
    assert_eq!(pending, 0, "what was still to be sent is called off");
    let mails = mails(&rig);
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(
        mails[0].starts_with("To: owner@acme.example\nSubject: Your webhook at 127.0.0.1 was switched off\n")
    );
    assert!(mails[0].contains(&id.to_string()) && mails[0].contains("five days"), "{}", mails[0]);
    let events = rig.here.events.list(&rig.org, 0, 100).await.unwrap();
    let told = events.iter().find(|event| event.kind == "webhook.switched_off").unwrap();
    assert_eq!((&told.actor[..], &told.data["why"]), ("system", &"failing".into()));

    let before = messages(&server).len();
    rig.goes_live(6).await;
    rig.pass(DAY).await;
    rig.work().await;
    assert_eq!(messages(&server).len(), before, "it gets nothing");
    let refused = rig.here.webhooks.test(&rig.org, id).await;
    assert!(matches!(refused, Err(WebhookError::Refused(Refusal::Off))));
    let change = Change { on: Some(true), ..Change::default() };
    let on = rig.here.webhooks.update(&rig.org, id, None, change).await.unwrap();
    assert_eq!((on.state, on.failing_since), (State::On, None));
    rig.goes_live(7).await;
    rig.work().await;
    assert_eq!(messages(&server).len(), before + 1, "it goes on with what happens now");
    assert_eq!(rig.get(id).await.state, State::On, "and has five days again");
}

#[tokio::test]
async fn who_answers_410_is_switched_off_at_once() {
    let server = Server::with(vec![("/hook", status("410 Gone"))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    rig.work().await;
    assert_eq!(rig.get(id).await.state, State::OffGone);
    let delivery = rig.deliveries(id).await.remove(0);
    assert_eq!((delivery.state, delivery.last.unwrap().status), (DeliveryState::Failed, Some(410)));
    rig.goes_live(2).await;
    rig.pass(DAY).await;
    rig.work().await;
    assert_eq!(messages(&server).len(), 1);
    assert!(mails(&rig)[0].contains("410"));
    assert_eq!(rig.count("SELECT count(*) FROM event_readers WHERE active = 1").await, 0);
}

#[tokio::test]
async fn one_success_within_the_five_days_keeps_an_endpoint_on() {
    let server = Server::start({
        let count = std::sync::atomic::AtomicUsize::new(0);
        move |_| {
            let third = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 2;
            crate::crawl::server::Reply::Bytes(status(if third { "200 OK" } else { "500 No" }))
        }
    })
    .await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    for day in 0..7 {
        rig.goes_live(day).await;
        rig.work().await;
        // One attempt a day is enough for this story.
        rig.sql("DELETE FROM jobs WHERE state = 'queued'").await;
        rig.clock.advance(DAY);
    }
    assert_eq!(messages(&server).len(), 7);
    let endpoint = rig.get(id).await;
    assert_eq!(endpoint.state, State::On);
    let days = (rig.clock.millis() - endpoint.failing_since.unwrap()) / 86_400_000;
    assert_eq!(days, 4, "since the fourth day");
}
