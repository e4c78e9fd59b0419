//! Fetching one document from servers that mean well and from those that don't.

use std::io::Write;
use std::time::{Duration, Instant};

use citepress::crawl::{Caps, CrawlConfig, FetchError};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::fetcher;
use super::server::{Reply, Server, answer, html, open_head, redirect};

fn caps(caps: Caps) -> CrawlConfig {
    CrawlConfig { caps, ..CrawlConfig::default() }
}

/// A page at any path; no robots.txt.
async fn serving(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |seen| match seen.path.as_str() {
        "/robots.txt" => Reply::Bytes(super::server::status("404 Not Found")),
        _ => reply(),
    })
    .await
}

async fn error(config: CrawlConfig, server: &Server) -> FetchError {
    fetcher(config, &[server]).fetch(&server.url("/page")).await.unwrap_err()
}

#[tokio::test]
async fn a_document_comes_with_its_way_its_charset_and_its_times() {
    let latin =
        answer("200 OK", "Content-Type: text/html; charset=latin1\r\nETag: \"1\"\r\n", b"<p>caf\xe9</p>");
    let server =
        Server::with(vec![("/a", redirect("/b?x=1")), ("/b?x=1", redirect("c")), ("/c", latin)]).await;
    let document = fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/a#part")).await.unwrap();
    assert_eq!(document.url.as_str(), server.url("/c"));
    assert_eq!(document.hops.iter().map(|hop| hop.url.path()).collect::<Vec<_>>(), ["/a", "/b"]);
    assert_eq!((document.status, document.is_html(), document.charset()), (200, true, "windows-1252"));
    assert_eq!(document.text(), "<p>café</p>");
    assert_eq!(document.header(&reqwest::header::ETAG), Some("\"1\""));
    assert!(document.first_byte > Duration::ZERO && document.first_byte < Duration::from_secs(2));
}

#[tokio::test]
async fn an_error_page_is_a_document_too() {
    let server = Server::with(vec![]).await;
    let document = fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/nowhere")).await.unwrap();
    assert_eq!((document.status, document.is_success()), (404, false));
}

#[tokio::test]
async fn compressed_pages_are_inflated_and_both_sizes_are_told() {
    let page = "<p>word</p>".repeat(1000);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(page.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let size = packed.len() as u64;
    let server = Server::with(vec![(
        "/z",
        answer("200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", &packed),
    )])
    .await;
    let document = fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/z")).await.unwrap();
    assert_eq!((document.body.len(), document.wire_bytes), (page.len(), size));
    assert!(server.journal().last().unwrap().head.contains("accept-encoding: gzip, br"));
}

#[tokio::test]
async fn a_circle_of_redirects_is_named_with_its_way() {
    let server =
        Server::with(vec![("/a", redirect("/b")), ("/b", redirect("/c")), ("/c", redirect("/a"))]).await;
    let error = fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/a")).await.unwrap_err();
    let shown = error.to_string();
    assert!(matches!(error, FetchError::RedirectLoop { .. }), "{shown}");
    assert!(shown.contains(&format!("{} -> {}", server.url("/b"), server.url("/c"))), "{shown}");
}

#[tokio::test]
async fn redirects_without_end_are_given_up() {
    let server = Server::start(|seen| {
        let next = seen.path.trim_start_matches("/n").parse::<u32>().unwrap_or(0) + 1;
        Reply::Bytes(if seen.path == "/robots.txt" { html("") } else { redirect(&format!("/n{next}")) })
    })
    .await;
    let error = fetcher(CrawlConfig::default(), &[&server]).fetch(&server.url("/n0")).await.unwrap_err();
    assert!(matches!(error, FetchError::TooManyRedirects { limit: 10, .. }), "{error}");
    assert_eq!(server.paths().len(), 12, "robots.txt, the page and ten redirects");
}

#[tokio::test]
async fn a_server_that_drips_bytes_is_given_up_at_the_total() {
    let server = serving(|| Reply::Drip(open_head(""), Duration::from_millis(20))).await;
    let begun = Instant::now();
    let error = error(caps(Caps { total: Duration::from_millis(400), ..Caps::default() }), &server).await;
    assert!(matches!(error, FetchError::TooSlow { setting: "total", .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_at_the_first_byte() {
    let server = serving(|| Reply::Hang).await;
    let error =
        error(caps(Caps { first_byte: Duration::from_millis(200), ..Caps::default() }), &server).await;
    assert!(matches!(error, FetchError::TooSlow { setting: "first_byte", .. }), "{error}");
    assert!(error.is_temporary());
}

#[tokio::test]
async fn a_gigabyte_of_zeros_is_refused_and_memory_stays_flat() {
    // Gzip members in a row are one stream, so that a kilobyte a thousand times makes a gigabyte.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 1 << 20]).unwrap();
    let bomb = encoder.finish().unwrap().repeat(1024);
    let packed = answer("200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip\r\n", &bomb);
    let server = serving(move || Reply::Bytes(packed.clone())).await;
    let before = peak_kib();
    let refused = error(CrawlConfig::default(), &server).await;
    assert!(matches!(refused, FetchError::Bomb { .. }), "{refused}");
    let patient = Caps { ratio: u64::MAX, ..Caps::default() };
    let refused = error(caps(patient), &server).await;
    assert!(matches!(refused, FetchError::TooLargeInflated { .. }), "{refused}");
    let grown = peak_kib() - before;
    assert!(grown < 150 << 10, "the peak grew by {grown} KiB");
}

#[tokio::test]
async fn a_body_without_end_is_refused_at_the_wire_cap() {
    let server = serving(|| Reply::Endless(open_head(""), vec![b'x'; 64 << 10])).await;
    let before = peak_kib();
    let error = error(CrawlConfig::default(), &server).await;
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
    assert!(peak_kib() - before < 150 << 10);
}

#[tokio::test]
async fn an_announced_giant_is_refused_without_being_read() {
    let head = open_head("Content-Length: 99999999999\r\n");
    let server = serving(move || Reply::Drip(head.clone(), Duration::from_secs(60))).await;
    let error = error(CrawlConfig::default(), &server).await;
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_document() {
    let lying = [open_head("Content-Length: 5000\r\n"), b"<p>only this".to_vec()].concat();
    let chunked = [open_head("Transfer-Encoding: chunked\r\n"), b"100\r\nonly this".to_vec()].concat();
    let damaged =
        answer("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\0\0\0\0\0\0\x03no deflate at all");
    for broken in [lying, chunked, damaged] {
        let server = serving(move || Reply::Bytes(broken.clone())).await;
        let error = error(CrawlConfig::default(), &server).await;
        assert!(matches!(error, FetchError::Broken { .. }) && error.is_temporary(), "{error}");
    }
}

#[tokio::test]
async fn an_encoding_that_is_not_read_is_named() {
    for encoding in ["zstd", "gzip, gzip"] {
        let packed = answer("200 OK", &format!("Content-Encoding: {encoding}\r\n"), b"x");
        let server = serving(move || Reply::Bytes(packed.clone())).await;
        let error = error(CrawlConfig::default(), &server).await;
        assert!(error.to_string().contains(encoding), "{error}");
    }
}

#[tokio::test]
async fn a_closed_port_is_named_with_the_cure() {
    let server = Server::with(vec![]).await;
    let (url, fetcher) = (server.url("/"), fetcher(CrawlConfig::default(), &[&server]));
    server.stop().await;
    let error = fetcher.fetch(&url).await.unwrap_err();
    assert!(error.is_temporary() && error.to_string().contains("check that the server runs"), "{error}");
}

/// The most memory that this process ever held.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
