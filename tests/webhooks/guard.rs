//! What may be sent to.

use std::net::IpAddr;
use std::sync::Arc;

use citepress::crawl::{Answer, Lookup};
use citepress::queue::WorkerConfig;
use citepress::webhooks::{Change, DeliveryState, EventType, NewEndpoint, Refusal, WebhookError};

use super::rig::{Rig, worker};
use crate::crawl::server::{Server, text};
use crate::queue::rig::brisk;

fn at(url: &str) -> NewEndpoint {
    NewEndpoint { url: url.to_owned(), description: String::new(), types: vec![EventType::EditionLive] }
}

#[tokio::test]
async fn an_address_that_is_not_public_is_refused_unless_the_operator_allows_it() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let refused = [
        "https://127.0.0.1/hook",
        "https://127.1/hook",
        "https://2130706433/hook",
        "https://0x7f000001/hook",
        "https://0177.0.0.1/hook",
        "https://[::1]/hook",
        "https://[::ffff:127.0.0.1]/hook",
        "https://[64:ff9b::7f00:1]/hook",
        "https://[2002:7f00:1::]/hook",
        "https://169.254.169.254/latest/",
        "https://10.0.0.1/",
        "https://example.com:25/",
        "http://example.com/hook",
        "http://127.0.0.1/hook",
        "http://127.0.0.1:1/hook",
        "https://user:pass@example.com/",
        "https://example.com/#part",
        "ftp://example.com/",
        "file:///etc/passwd",
        "example.com",
    ];
    let (id, _) = rig.endpoint(&server).await;
    for url in refused {
        let made = rig.here.webhooks.create(&rig.org, at(url)).await;
        assert!(matches!(made, Err(WebhookError::Refused(Refusal::Url(_)))), "{url}: {made:?}");
        let change = Change { url: Some(url.to_owned()), ..Change::default() };
        let changed = rig.here.webhooks.update(&rig.org, id, None, change).await;
        assert!(matches!(changed, Err(WebhookError::Refused(Refusal::Url(_)))), "{url}: {changed:?}");
    }
    for url in ["https://example.com/hook?a=b", "https://hooks.example:443/"] {
        rig.here.webhooks.create(&rig.org, at(url)).await.unwrap();
    }
}

/// Says that every name is at this address.
struct Everywhere(IpAddr);

impl Lookup for Everywhere {
    fn addresses(&self, _: String) -> Answer {
        let ip = self.0;
        Box::pin(async move { Ok(vec![ip]) })
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_gets_nothing() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    // Allowed is a name at the server's port, so that the port is no reason; what it leads to is not.
    let rig = Rig::allowing(vec![format!("other.test:{}", server.port())]).await;
    let lookup: Arc<dyn Lookup> = Arc::new(Everywhere("127.0.0.1".parse().unwrap()));
    let process = rig.looking_up(&lookup);
    let (closed, _) = process.webhooks.create(&rig.org, at("https://innocent.test/hook")).await.unwrap();
    let url = format!("http://other.test:{}/hook", server.port());
    let (open, _) = process.webhooks.create(&rig.org, at(&url)).await.unwrap();
    rig.goes_live(1).await;
    let worker = worker(&process, WorkerConfig { slots: 2, ..brisk(2) });
    worker.idle().await;
    let delivery = rig.deliveries(closed.id).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::Pending);
    let why = delivery.last.unwrap().why.unwrap();
    assert!(why.contains("127.0.0.1, which is not a public address"), "{why}");
    let delivery = rig.deliveries(open.id).await.remove(0);
    assert_eq!(
        (delivery.state, server.journal().len()),
        (DeliveryState::Delivered, 1),
        "allowed by its name"
    );
}

#[tokio::test]
async fn what_the_operator_allows_no_more_gets_nothing() {
    let server = Server::with(vec![("/hook", text(""))]).await;
    let rig = Rig::new(&[&server]).await;
    let (id, _) = rig.endpoint(&server).await;
    rig.goes_live(1).await;
    let worker = worker(&rig.strict(), WorkerConfig { slots: 2, ..brisk(2) });
    worker.idle().await;
    assert_eq!((rig.deliveries(id).await[0].state, server.journal().len()), (DeliveryState::Pending, 0));
}
