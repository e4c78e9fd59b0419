//! Which host gets which site, and which gets none.

use std::io::{Read, Write};
use std::net::TcpStream;

use citepress::sites::NewSite;

use crate::publishing::rig::Rig;

/// Status line of an answer to a request written by hand: clients would tidy the Host header.
fn status(port: u16, host: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.lines().next().unwrap_or_default().chars().skip(9).take(3).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_answers_under_every_spelling_of_its_host_and_no_other_host_gets_it() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    for host in ["acme.localhost", "ACME.LocalHost", "acme.localhost.", "acme.localhost:8080"] {
        assert_eq!(status(rig.port, host, "/"), "200", "{host}");
    }
    for host in ["globex.localhost", "acme.localhost.evil.example", "..", "../..", "a/b", ""] {
        assert!(["421", "400"].contains(&status(rig.port, host, "/").as_str()), "{host:?}");
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sites_host_never_answers_for_the_console_and_the_consoles_host_for_no_site() {
    let rig = Rig::new().await;
    rig.write(&[("_index.md", "Welcome.")]).await;
    rig.publish().await;
    assert_eq!(status(rig.port, "localhost", "/healthz"), "200");
    assert_eq!(status(rig.port, "localhost", "/readyz"), "200");
    assert_eq!(status(rig.port, "acme.localhost", "/healthz"), "404");
    assert_eq!(status(rig.port, "localhost", "/sitemap.xml"), "404");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_asked_for_while_nobody_had_it_answers_as_soon_as_somebody_has() {
    let rig = Rig::without_worker().await;
    for slug in ["globex", "initech", "umbrella"] {
        let host = format!("{slug}.localhost");
        for _ in 0..3 {
            assert_eq!(status(rig.port, &host, "/"), "421", "nobody has it");
        }
        let new = NewSite { slug: slug.parse().unwrap(), title: "New".into(), settings: String::new() };
        rig.app.sites.create(&rig.org, new).await.unwrap();
        assert_eq!(status(rig.port, &host, "/"), "404", "it is there, and nothing is published yet");
    }
    rig.stop().await;
}
