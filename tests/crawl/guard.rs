//! The guard over addresses, where it counts: at the connection.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use citepress::base::Clock;
use citepress::crawl::{Answer, CrawlConfig, FetchError, Fetcher, Lookup};

use super::server::{Server, html, redirect};
use super::{fetcher, tls};

/// Answers with the next list each time it is asked, the last one for ever.
struct Names {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Names {
    fn new(answers: &[&[&str]]) -> Arc<Names> {
        let answers =
            answers.iter().rev().map(|list| list.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        Arc::new(Names { answers: Mutex::new(answers), asked: AtomicUsize::new(0) })
    }
}

impl Lookup for Names {
    fn addresses(&self, _host: String) -> Answer {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop().unwrap() } else { answers[0].clone() };
        Box::pin(async move { Ok(answer) })
    }
}

fn with(names: &Arc<Names>, allow: &[String]) -> Fetcher {
    tls();
    let allow = allow.iter().map(|entry| entry.parse().unwrap()).collect();
    let lookup: Arc<dyn Lookup> = names.clone();
    Fetcher::with_lookup(CrawlConfig { allow, ..CrawlConfig::default() }, Clock::system(), &lookup).unwrap()
}

#[tokio::test]
async fn an_address_of_this_machine_is_refused_in_every_spelling() {
    tls();
    let fetcher = Fetcher::new(CrawlConfig::default(), Clock::system()).unwrap();
    let spellings = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://localhost/",
        "http://100.100.100.200/",
        "http://[fd00:ec2::254]/",
        "http://[2002:7f00:1::]/",
    ];
    for spelling in spellings {
        let error = fetcher.fetch(spelling).await.unwrap_err();
        assert!(matches!(error, FetchError::AddressRefused { .. }), "{spelling}: {error:?}");
        assert!(error.to_string().contains("not a public address"), "{error}");
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused_and_nothing_is_sent() {
    let server = Server::with(vec![("/", html("secret"))]).await;
    let names = Names::new(&[&["127.0.0.1"]]);
    // The port is open, the address is not.
    let config = CrawlConfig { ports: vec![server.port()], ..CrawlConfig::default() };
    tls();
    let lookup: Arc<dyn Lookup> = names.clone();
    let fetcher = Fetcher::with_lookup(config, Clock::system(), &lookup).unwrap();
    let error = fetcher.fetch(&format!("http://innocent.test:{}/", server.port())).await.unwrap_err();
    assert!(
        matches!(&error, FetchError::AddressRefused { address, .. } if address == "127.0.0.1"),
        "{error}"
    );
    assert_eq!((names.asked.load(Ordering::SeqCst) > 0, server.paths().len()), (true, 0));
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let server = Server::with(vec![("/", html("public"))]).await;
    // First robots.txt, then the page, each over a connection of its own.
    let names = Names::new(&[&["127.0.0.1"], &["127.0.0.1"], &["127.0.0.2"]]);
    let fetcher = with(&names, &[server.address()]);
    let url = format!("http://rebinding.test:{}/", server.port());
    assert_eq!(fetcher.fetch(&url).await.unwrap().text(), "public");
    let error = fetcher.fetch(&url).await.unwrap_err();
    assert!(
        matches!(&error, FetchError::AddressRefused { address, .. } if address == "127.0.0.2"),
        "{error}"
    );
}

#[tokio::test]
async fn of_several_addresses_only_permitted_ones_are_tried() {
    let server = Server::with(vec![("/", html("mine"))]).await;
    let names = Names::new(&[&["10.0.0.1", "::1", "127.0.0.1"]]);
    let fetcher = with(&names, &[server.address()]);
    let document = fetcher.fetch(&format!("http://mixed.test:{}/", server.port())).await.unwrap();
    assert_eq!(document.text(), "mine");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_before_it_is_followed() {
    let inner = Server::with(vec![("/secret", html("secret"))]).await;
    let targets = [
        inner.url("/secret"),
        format!("http://localhost:{}/secret", inner.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
        format!("http://user:hunter2@{}/secret", inner.address()),
    ];
    for target in targets {
        let to = redirect(&target);
        let outer = Server::with(vec![("/", to)]).await;
        let error = fetcher(CrawlConfig::default(), &[&outer]).fetch(&outer.url("/")).await.unwrap_err();
        let refused = matches!(
            error,
            FetchError::AddressRefused { .. } | FetchError::PortRefused { .. } | FetchError::BadUrl { .. }
        );
        assert!(refused, "{target}: {error:?}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    assert!(inner.paths().is_empty(), "{:?}", inner.paths());
}

#[tokio::test]
async fn a_port_that_is_none_of_the_web_is_refused() {
    tls();
    let fetcher = Fetcher::new(CrawlConfig::default(), Clock::system()).unwrap();
    for url in ["http://example.com:22/", "http://example.com:6379/", "https://example.com:25/"] {
        let error = fetcher.fetch(url).await.unwrap_err();
        assert!(matches!(error, FetchError::PortRefused { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_address_allowed_at_one_port_is_closed_at_another() {
    let (open, closed) =
        (Server::with(vec![("/", html("open"))]).await, Server::with(vec![("/", html("closed"))]).await);
    let names = Names::new(&[&["127.0.0.1"]]);
    let fetcher = with(&names, &[open.address(), format!("other.test:{}", closed.port())]);
    assert!(fetcher.fetch(&format!("http://one.test:{}/", open.port())).await.is_ok());
    assert!(fetcher.fetch(&format!("http://one.test:{}/", closed.port())).await.is_err());
    assert!(
        fetcher.fetch(&format!("http://other.test:{}/", closed.port())).await.is_ok(),
        "allowed by its name"
    );
}
