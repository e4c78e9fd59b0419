//! What the resolver says of answers, of none, and of servers that fail.

use std::time::{Duration, Instant};

use citepress::dns::{DnsConfig, NameServers, Names};

use super::server::NameServer;

fn names(server: &NameServer) -> NameServers {
    NameServers::new(&DnsConfig { servers: vec![server.address], timeout: Duration::from_secs(5) })
}

#[tokio::test]
async fn texts_and_addresses_are_read_anew_each_time() {
    let server = NameServer::start().await;
    let names = names(&server);
    assert_eq!(names.texts("_a.acme.com").await, Ok(vec![]), "what is not there is not there");
    let long = "x".repeat(300);
    server.set_texts("_a.acme.com", &["one", &long]);
    assert_eq!(names.texts("_a.acme.com").await, Ok(vec!["one".to_owned(), long]));
    server.set_texts("_a.acme.com", &[]);
    assert_eq!(names.texts("_a.acme.com").await, Ok(vec![]), "no answer is kept");
    server.set_address("acme.com", [192, 0, 2, 7]);
    assert_eq!(names.addresses("acme.com").await, Ok(vec!["192.0.2.7".parse().unwrap()]));
}

#[tokio::test]
async fn a_server_that_fails_has_not_said_that_there_is_nothing() {
    let server = NameServer::start().await;
    server.set_fails(true);
    assert!(names(&server).texts("_a.acme.com").await.is_err());
    assert!(server.asked() > 0);
}

#[tokio::test]
async fn a_server_that_is_silent_costs_the_deadline_and_no_more() {
    let silent = tokio::net::UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    let servers = vec![silent.local_addr().unwrap()];
    let names = NameServers::new(&DnsConfig { servers, timeout: Duration::from_secs(1) });
    let began = Instant::now();
    assert!(names.texts("_a.acme.com").await.is_err());
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}
