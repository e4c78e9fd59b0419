//! One organisation's receivers and the others'.

use std::time::{Duration, Instant};

use citepress::webhooks::EventType;

use super::rig::Rig;
use crate::crawl::server::{Reply, Server, status};

#[tokio::test]
async fn receivers_that_let_us_wait_hold_up_no_other_organisation() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/quick" => Reply::Bytes(status("200 OK")),
        _ => Reply::Hang,
    })
    .await;
    let rig = Rig::new(&[&server]).await;
    for _ in 0..5 {
        rig.endpoint_of(&rig.org, &server.url("/slow"), &[EventType::EditionLive]).await;
    }
    rig.endpoint_of(&rig.other, &server.url("/quick"), &[EventType::EditionLive]).await;
    for n in 0..4 {
        rig.happens(&rig.org, "edition.live", n).await;
    }
    rig.hand_out().await;
    let _worker = rig.worker(8);
    super::receiver::when_came(&server, 4).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.paths(), ["/slow"; 4], "of twenty that are due: others' find free slots");
    let began = Instant::now();
    for n in 0..10 {
        rig.happens(&rig.other, "edition.live", n).await;
    }
    rig.hand_out().await;
    super::receiver::when_came(&server, 14).await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(server.paths().iter().filter(|path| *path == "/quick").count(), 10);
}
