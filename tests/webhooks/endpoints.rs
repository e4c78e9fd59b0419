//! Endpoints, as their organisation has them.

use std::collections::HashSet;
use std::time::Duration;

use citepress::accounts::KeyScope;
use citepress::base::Window;
use citepress::queue::{Filter, Reach, State as JobState};
use citepress::webhooks::{Change, DeliveryState, EventType, NewEndpoint, Refusal, WebhookError};

use super::receiver::messages;
use super::rig::Rig;
use crate::crawl::server::{Reply, Server, status, text};
use crate::database::places;

#[tokio::test]
async fn a_strangers_endpoint_and_delivery_are_not_found() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    let (own, _) = rig.endpoint_of(&rig.other, &server.url("/hook"), &[EventType::EditionLive]).await;
    rig.goes_live(1).await;
    rig.work().await;
    let delivery = rig.deliveries(id).await.remove(0).id;
    let (room, stranger, window) = (&rig.here.webhooks, &rig.other, Window::newest(100));
    let off = Change { on: Some(false), ..Change::default() };
    let refused = [
        room.endpoint(stranger, id).await.err(),
        room.update(stranger, id, None, off).await.err(),
        room.delete(stranger, id).await.err(),
        room.rotate_secret(stranger, id).await.err(),
        room.test(stranger, id).await.err(),
        room.deliveries(stranger, id, &window).await.err(),
        room.delivery_of(stranger, id, delivery).await.err(),
        room.delivery_of(stranger, own, delivery).await.err(),
        room.replay(stranger, id, delivery).await.err(),
        room.replay(stranger, own, delivery).await.err(),
        room.replay(&rig.org, own, delivery).await.err(),
    ];
    for (n, error) in refused.into_iter().enumerate() {
        assert!(matches!(error, Some(WebhookError::NotFound(_))), "{n}: {error:?}");
    }
    assert_eq!(rig.here.webhooks.window(stranger, &Window::newest(100)).await.unwrap().0.len(), 1);
    rig.work().await;
    assert_eq!(messages(&server).len(), 1);
}

/// The path of an address is often the secret that opens it.
#[tokio::test]
async fn who_is_no_admin_sees_the_host_of_a_webhook_and_no_answer() {
    let server = Server::with(vec![("/hook", text("a token"))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    rig.work().await;
    let room = &rig.here.webhooks;
    let (_, secret) = rig.here.accounts.create_key(&rig.org, "reads", KeyScope::Read, None).await.unwrap();
    let (reader, _) = rig.here.accounts.key_scope(secret.reveal()).await.unwrap().unwrap();
    let (url, host) = (server.url("/hook"), server.url(""));
    assert_eq!(room.endpoint(&rig.org, id).await.unwrap().url, url);
    let listed = room.window(&reader, &Window::newest(9)).await.unwrap().0.remove(0);
    assert_eq!(
        (listed.url.as_str(), room.endpoint(&reader, id).await.unwrap().url.as_str()),
        (&*host, &*host)
    );
    let answers = |delivery: citepress::webhooks::Delivery| delivery.last.unwrap().answer;
    let (seen, _) = room.deliveries(&reader, id, &Window::newest(9)).await.unwrap();
    let one = room.delivery_of(&reader, id, seen[0].id).await.unwrap();
    let whole = room.delivery_of(&rig.org, id, seen[0].id).await.unwrap();
    assert_eq!(
        (answers(seen[0].clone()), answers(one), answers(whole)),
        (None, None, Some("a token".into()))
    );
}

#[tokio::test]
async fn an_organisation_has_twenty_endpoints_also_when_they_are_made_at_once() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let types = vec![EventType::EditionLive];
    let new = || NewEndpoint { url: server.url("/hook"), description: String::new(), types: types.clone() };
    let made =
        futures_util::future::join_all((0..25).map(|_| rig.here.webhooks.create(&rig.org, new()))).await;
    let refused =
        |made: &Result<_, WebhookError>| matches!(made, Err(WebhookError::Refused(Refusal::TooMany)));
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 20, "{made:?}");
    assert_eq!(made.iter().filter(|made| refused(made)).count(), 5);
    assert!(rig.here.webhooks.create(&rig.other, new()).await.is_ok(), "others have their own");
}

#[tokio::test]
async fn the_database_holds_no_secret_and_a_sealed_one_opens_nowhere_else() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (first, one) = rig.endpoint(&server).await;
    let (second, two) = rig.endpoint(&server).await;
    let newer = rig.here.webhooks.rotate_secret(&rig.org, first).await.unwrap().1;
    for secret in [&one, &two, &newer] {
        assert!(places(&rig.db, secret.reveal()).await.is_empty());
    }
    // Somebody with the database alone puts a secret that he knows into another's row.
    let theft = format!(
        "UPDATE webhook_endpoints SET secret = (SELECT secret FROM webhook_endpoints WHERE id = '{second}') \
         WHERE id = '{first}'"
    );
    rig.sql(&theft).await;
    rig.goes_live(1).await;
    rig.work().await;
    assert_eq!(messages(&server).len(), 1, "only what is signed is sent");
    let delivery = rig.deliveries(first).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::Pending);
    assert!(delivery.last.unwrap().why.unwrap().contains("can't be opened"));
}

#[tokio::test]
async fn who_changes_what_another_has_changed_is_told() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    let seen = rig.get(id).await;
    let named = |name: &str| Change { description: Some(name.to_owned()), ..Change::default() };
    let (one, two) = tokio::join!(
        rig.here.webhooks.update(&rig.org, id, Some(&seen), named("one")),
        rig.here.webhooks.update(&rig.org, id, Some(&seen), named("two")),
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let refused = one.err().or(two.err()).unwrap();
    assert!(matches!(refused, WebhookError::Refused(Refusal::Changed)), "{refused}");
}

#[tokio::test]
async fn what_was_on_its_way_to_a_deleted_endpoint_is_not_sent() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    rig.here.webhooks.delete(&rig.org, id).await.unwrap();
    rig.work().await;
    assert!(messages(&server).is_empty());
    assert_eq!(rig.count("SELECT count(*) FROM webhook_deliveries").await, 0);
}

#[tokio::test]
async fn a_test_tells_of_nothing_and_is_signed_like_all_else() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, secret) = rig.endpoint(&server).await;
    rig.here.webhooks.test(&rig.org, id).await.unwrap();
    rig.work().await;
    let message = messages(&server).remove(0);
    assert!(message.is_signed_by(secret.reveal(), rig.seconds()));
    assert_eq!(message.json()["type"], "webhook.test");
    assert_eq!(message.json()["data"], serde_json::json!({ "org": rig.org.org(), "id": id }));
}

#[tokio::test]
async fn events_tell_the_host_of_an_endpoint_and_not_its_path() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let url = server.url("/hook/a-secret-path?token=secret");
    let (id, _) = rig.endpoint_of(&rig.org, &url, &[EventType::EditionLive]).await;
    let switch = |on| Change { on: Some(on), description: Some(format!("{on}")), ..Change::default() };
    rig.here.webhooks.update(&rig.org, id, None, switch(false)).await.unwrap();
    rig.here.webhooks.update(&rig.org, id, None, switch(true)).await.unwrap();
    rig.here.webhooks.update(&rig.org, id, None, switch(true)).await.unwrap();
    rig.here.webhooks.rotate_secret(&rig.org, id).await.unwrap();
    rig.here.webhooks.delete(&rig.org, id).await.unwrap();
    let events = rig.here.events.list(&rig.org, 0, 100).await.unwrap();
    let told: Vec<_> = events.iter().filter(|event| event.subject == id.to_string()).collect();
    let kinds: Vec<&str> = told.iter().map(|event| event.kind.as_str()).collect();
    let steps = ["created", "updated", "switched_off", "updated", "switched_on", "secret_rotated", "deleted"];
    assert_eq!(kinds, steps.map(|step| format!("webhook.{step}")));
    for event in told {
        assert_eq!(event.data["host"], "127.0.0.1");
        assert!(!event.data.to_string().contains("secret"), "{event:?}");
    }
}

#[tokio::test]
async fn a_delivery_whose_job_was_called_off_is_failed_and_old_ones_are_cleared_away() {
    let server = Server::start(|_| Reply::Bytes(status("500 No"))).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    rig.goes_live(2).await;
    rig.work().await;
    let attempts = Filter { kind: Some("webhooks.deliver".into()), ..Filter::default() };
    let jobs = rig.here.queue.list(Reach::All, &attempts, 100).await.unwrap();
    let waiting = jobs.iter().find(|job| job.state == JobState::Queued).unwrap();
    rig.here.queue.call_off(&rig.org, waiting.id).await.unwrap();
    rig.here.webhooks.sweep().await.unwrap();
    let states = async || -> Vec<DeliveryState> {
        rig.deliveries(id).await.into_iter().map(|delivery| delivery.state).collect()
    };
    assert_eq!(states().await, [DeliveryState::Pending; 2], "it may only be late");
    rig.pass(Duration::from_secs(2 * 3600)).await;
    rig.here.webhooks.sweep().await.unwrap();
    let seen: HashSet<_> = states().await.into_iter().map(|state| format!("{state:?}")).collect();
    assert_eq!(seen, HashSet::from(["Failed".to_owned(), "Pending".to_owned()]));
    let failed = rig.deliveries(id).await.into_iter().find(|it| it.state == DeliveryState::Failed).unwrap();
    assert!(failed.last.unwrap().why.unwrap().contains("called off"));

    rig.pass(Duration::from_secs(31 * 24 * 3600)).await;
    rig.goes_live(3).await;
    rig.here.webhooks.sweep().await.unwrap();
    assert_eq!(states().await, [DeliveryState::Pending]);
}
