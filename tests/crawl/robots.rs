//! Politeness: robots.txt, pauses, and saying who is asking.

use std::time::{Duration, Instant};

use citepress::base::Clock;
use citepress::crawl::{CrawlConfig, FetchError};

use super::server::{Reply, Server, answer, html, redirect, status, text};
use super::{fetcher, fetcher_at};

async fn with_robots(robots: Vec<u8>) -> Server {
    Server::with(vec![("/robots.txt", robots), ("/page", html("page")), ("/private/page", html("private"))])
        .await
}

#[tokio::test]
async fn what_robots_txt_closes_is_not_asked_for() {
    let server =
        with_robots(text("User-agent: CitepressBot\nDisallow: /private\nUser-agent: *\nDisallow: /\n")).await;
    let fetcher = fetcher(
        CrawlConfig { contact: Some("https://example.com/bot".to_owned()), ..CrawlConfig::default() },
        &[&server],
    );
    assert!(fetcher.fetch(&server.url("/page")).await.is_ok());
    let error = fetcher.fetch(&server.url("/private/page")).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
    assert!(error.to_string().contains("CitepressBot"), "{error}");
    assert_eq!(server.paths(), ["/robots.txt", "/page"], "robots.txt is read once");
    assert!(server.journal().iter().all(|seen| seen.head.contains("user-agent: citepressbot/")));
    assert!(server.journal().iter().all(|seen| seen.head.contains("(+https://example.com/bot)")));
}

#[tokio::test]
async fn a_redirect_into_what_is_closed_is_not_followed() {
    let server = Server::with(vec![
        ("/robots.txt", text("User-agent: *\nDisallow: /private\n")),
        ("/page", redirect("/private/page")),
        ("/private/page", html("private")),
    ])
    .await;
    let error = fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/page")).await.unwrap_err();
    assert!(matches!(error, FetchError::Disallowed { .. }), "{error}");
    assert_eq!(server.paths(), ["/robots.txt", "/page"]);
}

#[tokio::test]
async fn a_host_whose_rules_can_not_be_read_is_left_alone() {
    for broken in [status("500 Oh no"), status("503 Later"), status("429 Slow down")] {
        let server = with_robots(broken).await;
        let error =
            fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/page")).await.unwrap_err();
        assert!(matches!(error, FetchError::RobotsUnavailable { .. }) && error.is_temporary(), "{error}");
        assert_eq!(server.paths(), ["/robots.txt"]);
    }
}

#[tokio::test]
async fn a_host_without_rules_is_open() {
    for none in [status("404 Not Found"), status("403 Forbidden"), redirect("/robots.txt")] {
        let server = with_robots(none).await;
        assert!(fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/page")).await.is_ok());
    }
}

#[tokio::test]
async fn rules_are_read_again_after_a_day_and_failures_after_minutes() {
    let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
    let server = with_robots(text("")).await;
    let fetcher = fetcher_at(clock.clone(), CrawlConfig::default(), &[&server]);
    for hours in [1, 22, 2] {
        fetcher.fetch(&server.url("/page")).await.unwrap();
        clock.advance(Duration::from_secs(hours * 3600));
    }
    fetcher.fetch(&server.url("/page")).await.unwrap();
    assert_eq!(server.paths().iter().filter(|path| *path == "/robots.txt").count(), 2);

    let broken = with_robots(status("500 Oh no")).await;
    let fetcher = fetcher_at(clock.clone(), CrawlConfig::default(), &[&broken]);
    for _ in 0..2 {
        fetcher.fetch(&broken.url("/page")).await.unwrap_err();
        clock.advance(Duration::from_secs(301));
    }
    assert_eq!(broken.paths().len(), 2);
}

#[tokio::test]
async fn a_robots_txt_without_end_is_read_in_its_beginning() {
    let mut head =
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nUser-agent: *\nDisallow: /private\n".to_vec();
    head.extend(b"# and so on\n".repeat(10));
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/robots.txt" => Reply::Endless(head.clone(), b"# and so on\n".repeat(1000)),
        _ => Reply::Bytes(html("page")),
    })
    .await;
    let fetcher = fetcher(CrawlConfig::default(), &[&server]);
    assert!(fetcher.fetch(&server.url("/page")).await.is_ok());
    assert!(matches!(fetcher.fetch(&server.url("/private/x")).await, Err(FetchError::Disallowed { .. })));
}

#[tokio::test]
async fn a_crawl_delay_is_kept_within_reason() {
    let server = with_robots(text("User-agent: *\nCrawl-delay: 0.3\n")).await;
    let patient = fetcher(CrawlConfig::default(), &[&server]);
    let begun = Instant::now();
    for _ in 0..3 {
        patient.fetch(&server.url("/page")).await.unwrap();
    }
    assert!(begun.elapsed() >= Duration::from_millis(600), "{:?}", begun.elapsed());

    let server = with_robots(text("User-agent: *\nCrawl-delay: 99999\n")).await;
    let config = CrawlConfig { longest_pause: Duration::from_millis(100), ..CrawlConfig::default() };
    let hasty = fetcher(config, &[&server]);
    let begun = Instant::now();
    for _ in 0..2 {
        hasty.fetch(&server.url("/page")).await.unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_host_that_asks_for_patience_gets_it() {
    let server = Server::start(|seen| {
        Reply::Bytes(match seen.path.as_str() {
            "/busy" => answer("429 Too Many Requests", "Retry-After: 1\r\n", b""),
            "/page" => html("page"),
            _ => status("404 Not Found"),
        })
    })
    .await;
    let fetcher = fetcher(CrawlConfig::default(), &[&server]);
    // Taken before the first request: its answer begins the pause, and is seen later on a slow machine.
    let begun = Instant::now();
    assert_eq!(fetcher.fetch(&server.url("/busy")).await.unwrap().status, 429);
    fetcher.fetch(&server.url("/page")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(900), "{:?}", begun.elapsed());
}
