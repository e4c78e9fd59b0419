//! Clients that take their time, and too many of them.

use std::time::Duration;

use crate::host::large::with_file;
use crate::host::wire::Wire;
use crate::publishing::rig::Rig;

const HOME: &str = "GET / HTTP/1.1\r\nHost: acme.localhost\r\n\r\n";

#[tokio::test]
async fn a_slow_client_is_left_within_15_seconds_and_others_are_served_meanwhile() {
    let rig = Rig::new().await;
    with_file(&rig, 40_000_000).await;
    let large = "GET /large.bin HTTP/1.1\r\nHost: acme.localhost\r\n\r\n";
    let cases = [
        ("says nothing", String::new()),
        ("sends half a head", "GET / HTTP/1.1\r\nHost: acme.loc".to_owned()),
        ("sends half a second head", format!("{HOME}GET / HT")),
        ("sends half a head that is not plain", "GET / HTTP/1.1\r\nRange: bytes=0-1\r\nHost: a".to_owned()),
        ("sends a head without end", format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(9_000))),
        ("says nothing after an answer of hyper's", HOME.replace("\r\n\r\n", "\r\nTE: trailers\r\n\r\n")),
        (
            "sends half a body",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf".to_owned(),
        ),
    ];
    let (mut waiting, port) = (tokio::task::JoinSet::new(), rig.port);
    waiting.spawn(async move { ("drips a body", a_dripping_client_is_left(port).await) });
    for (case, sent) in cases {
        let mut wire = Wire::to(rig.port).await;
        wire.send(&sent).await;
        waiting.spawn(async move { (case, wire.closes_within(Duration::from_secs(15)).await) });
    }
    // Takes nothing of a large answer, for longer than the server waits; what had been sent by then is all that comes.
    let mut wire = Wire::to(rig.port).await;
    wire.send(large).await;
    waiting.spawn(async move {
        tokio::time::sleep(Duration::from_secs(13)).await;
        ("takes nothing", wire.closes_within(Duration::from_secs(2)).await && wire.received() < 40_000_000)
    });
    assert_eq!(rig.read("/").await.0, 200);
    while let Some(ended) = waiting.join_next().await {
        let (case, closed) = ended.unwrap();
        assert!(closed, "a client that {case} is still there");
    }
    rig.stop().await;
}

/// A form of the console's that comes byte by byte, never late enough for the time between two of them.
async fn a_dripping_client_is_left(port: u16) -> bool {
    let mut wire = Wire::to(port).await;
    let head = "POST /console/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n";
    wire.send(head).await;
    for _ in 0..30 {
        wire.send("x").await;
        if wire.closes_within(Duration::from_millis(500)).await {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn connections_beyond_the_setting_wait_for_a_place() {
    let rig = Rig::with_connections(2).await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    let (mut first, mut second, mut third) =
        (Wire::to(rig.port).await, Wire::to(rig.port).await, Wire::to(rig.port).await);
    for wire in [&mut first, &mut second] {
        wire.send(HOME).await;
        wire.answer(false).await;
    }
    third.send(HOME).await;
    let early = tokio::time::timeout(Duration::from_millis(300), third.answer(false)).await;
    assert!(early.is_err(), "there were three at once");
    drop(first);
    assert!(third.answer(false).await.status.contains("200"));
    rig.stop().await;
}
