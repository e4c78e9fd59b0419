//! What is told to whom.

use citepress::webhooks::{Change, DeliveryState, EventType};
use serde_json::json;

use super::receiver::{messages, when_came};
use super::rig::Rig;
use crate::crawl::server::{Server, text};

#[tokio::test]
async fn an_event_arrives_signed_and_tells_ids_and_numbers_alone() {
    let server = Server::with(vec![("/hook", text("thanks"))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, secret) = rig.endpoint(&server).await;
    rig.goes_live(7).await;
    rig.work().await;
    let came = messages(&server);
    assert_eq!(came.len(), 1);
    let message = &came[0];
    assert!(message.is_signed_by(secret.reveal(), rig.seconds()));
    assert_eq!(message.signatures.len(), 1);
    assert_eq!(message.header("content-type"), "application/json");
    let event = rig.here.events.list(&rig.org, 0, 100).await.unwrap().pop().unwrap();
    assert_eq!((&event.kind[..], event.id.to_string()), ("edition.live", message.id.clone()));
    let data = json!({ "org": rig.org.org(), "id": "ed_7", "site": "site_1", "number": 7, "files": 3 });
    let time = rig.clock.now().to_string();
    assert_eq!(message.json(), json!({ "type": "edition.live", "timestamp": time, "data": data }));

    let delivery = rig.deliveries(id).await.remove(0);
    let last = delivery.last.clone().unwrap();
    assert_eq!((delivery.state, delivery.attempts, delivery.next_at), (DeliveryState::Delivered, 1, None));
    assert_eq!((last.status, last.why, last.answer), (Some(200), None, Some("thanks".to_owned())));
}

#[tokio::test]
async fn a_changed_message_and_a_guessed_secret_are_noticed() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (_, secret) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    rig.work().await;
    let message = messages(&server).remove(0);
    let (now, secret) = (rig.seconds(), secret.reveal());
    assert!(message.is_signed_by(secret, now));
    for changed in [
        super::receiver::Message { body: message.body.replace("ed_1", "ed_2"), ..message.clone() },
        super::receiver::Message { id: "evt_other".to_owned(), ..message.clone() },
        super::receiver::Message { timestamp: message.timestamp + 1, ..message.clone() },
    ] {
        assert!(!changed.is_signed_by(secret, now), "{changed:?}");
    }
    assert!(!message.is_signed_by("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now));
    assert!(!message.is_signed_by(secret, now + 600), "an old one that is sent again");
}

#[tokio::test]
async fn an_endpoint_is_told_what_it_has_chosen_and_nothing_from_before_it_was_made() {
    let server = Server::with(vec![("/live", text("")), ("/failed", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    rig.happens(&rig.org, "edition.live", 1).await;
    let (first, types) = (server.url("/live"), [EventType::EditionLive, EventType::PageSubmitted]);
    rig.endpoint_of(&rig.org, &first, &types).await;
    // Between the two endpoints: the first is told of it, whenever it is handed out.
    rig.happens(&rig.org, "edition.live", 2).await;
    rig.endpoint_of(&rig.org, &server.url("/failed"), &[EventType::EditionFailed, EventType::EditionLive])
        .await;
    for kind in ["edition.live", "edition.failed", "page.written", "member.invited", "edition.requested"] {
        rig.happens(&rig.org, kind, 3).await;
    }
    rig.hand_out().await;
    rig.work().await;
    let told = |path: &str| {
        let journal = server.journal();
        let bodies = journal.iter().filter(|seen| seen.path == path).map(|seen| seen.body.clone());
        let mut told: Vec<(String, String)> = bodies
            .map(|body| {
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
                (word(&body["type"]), word(&body["data"]["id"]))
            })
            .collect();
        told.sort();
        told
    };
    let pair = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    let live = [pair("edition.live", "ed_2"), pair("edition.live", "ed_3"), pair("page.submitted", "ed_3")];
    assert_eq!(told("/live"), live);
    assert_eq!(told("/failed"), [pair("edition.failed", "ed_3"), pair("edition.live", "ed_3")]);
}

#[tokio::test]
async fn an_event_of_one_organisation_never_goes_to_anothers_endpoint() {
    let server = Server::with(vec![("/mine", text("")), ("/theirs", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    rig.endpoint_of(&rig.org, &server.url("/mine"), EventType::ALL).await;
    rig.endpoint_of(&rig.other, &server.url("/theirs"), EventType::ALL).await;
    for n in 0..20 {
        rig.happens(&rig.org, "edition.live", n).await;
        rig.happens(&rig.other, "edition.failed", n).await;
    }
    rig.hand_out().await;
    rig.work().await;
    assert_eq!(messages(&server).len(), 40);
    for seen in server.journal() {
        let (kind, org) = match seen.path.as_str() {
            "/mine" => ("edition.live", rig.org.org()),
            _ => ("edition.failed", rig.other.org()),
        };
        assert!(seen.body.contains(kind) && seen.body.contains(&org.to_string()), "{seen:?}");
    }
}

#[tokio::test]
async fn what_happens_is_told_at_once_and_what_other_processes_do_within_seconds() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    rig.endpoint(&server).await;
    let follower = tokio::spawn(rig.here.webhooks.clone().follow());
    let _worker = rig.worker(2);
    // The first may come by the look at the start; whoever only looks has each of the others two seconds after the one before.
    let mut took = Vec::new();
    for n in 1..=4 {
        let began = std::time::Instant::now();
        rig.happens(&rig.org, "edition.live", n).await;
        when_came(&server, n).await;
        took.push(began.elapsed());
    }
    assert!(took[1..].iter().all(|time| *time < std::time::Duration::from_secs(1)), "{took:?}");
    rig.happens_in(&rig.another(), &rig.org, "edition.live", 5).await;
    when_came(&server, 5).await;
    follower.abort();
}

#[tokio::test]
async fn a_switched_off_endpoint_gets_nothing_and_goes_on_with_what_happens_later() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    let switch = async |on: bool| {
        let change = Change { on: Some(on), ..Change::default() };
        rig.here.webhooks.update(&rig.org, id, None, change).await.unwrap()
    };
    // Handed out and not yet sent, and not even handed out.
    rig.happens(&rig.org, "edition.live", 2).await;
    switch(false).await;
    rig.happens(&rig.org, "edition.live", 3).await;
    switch(true).await;
    rig.happens(&rig.org, "edition.live", 4).await;
    rig.hand_out().await;
    rig.work().await;
    let told: Vec<_> = messages(&server).iter().map(|message| message.json()["data"]["id"].clone()).collect();
    assert_eq!(told, [json!("ed_4")]);
    // The clock stands still, so neither came first.
    let states: Vec<_> = rig.deliveries(id).await.into_iter().map(|delivery| delivery.state).collect();
    let is = |state| states.iter().filter(|known| **known == state).count();
    assert_eq!((states.len(), is(DeliveryState::Delivered), is(DeliveryState::Cancelled)), (2, 1, 1));
}

#[tokio::test]
async fn organisations_without_endpoints_are_not_looked_at() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.happens(&rig.other, "edition.live", 1).await;
    let following = "SELECT count(*) FROM event_readers WHERE active = 1";
    assert_eq!(rig.count(following).await, 1, "of two organisations one is followed");
    rig.here.webhooks.delete(&rig.org, id).await.unwrap();
    assert_eq!(rig.count(following).await, 0);
    rig.goes_live(2).await;
    rig.endpoint(&server).await;
    rig.goes_live(3).await;
    rig.work().await;
    let told: Vec<_> = messages(&server).iter().map(|message| message.json()["data"]["id"].clone()).collect();
    assert_eq!(told, [json!("ed_3")]);
}
