//! Walking whole sites.

use std::path::PathBuf;
use std::time::Instant;

use citepress::crawl::{CrawlConfig, CrawledPage, Limits, Skip, Step};
use url::Url;

use super::book::folder;
use super::fetcher;
use super::server::{Reply, Server, answer, html, redirect, status, text};

async fn walk(server: &Server, seed: &str, limits: Limits) -> (Vec<CrawledPage>, Vec<(Url, Skip)>) {
    let mut crawl =
        fetcher(CrawlConfig::default(), &[server]).crawl(Url::parse(&server.url(seed)).unwrap(), limits);
    let (mut pages, mut skipped) = (Vec::new(), Vec::new());
    while let Some(step) = crawl.next().await {
        match step {
            Step::Page(page) => pages.push(*page),
            Step::Skipped { url, why } => skipped.push((url, why)),
        }
    }
    (pages, skipped)
}

fn paths(pages: &[CrawledPage]) -> Vec<&str> {
    pages.iter().map(|page| page.fetched.url.path()).collect()
}

/// A page with a text of its own and these links.
fn page(name: &str, links: &[&str]) -> Vec<u8> {
    let links: String = links.iter().map(|link| format!("<a href=\"{link}\">{link}</a> ")).collect();
    html(&format!(
        "<title>{name}</title><nav>{links}</nav><main><h1>{name}</h1><p>All about {name}, and more.</p></main>"
    ))
}

/// A folder as a plain static server gives it out.
pub(crate) async fn files(root: PathBuf) -> Server {
    Server::start(move |seen| {
        let path = seen.path.trim_start_matches('/');
        let kind = if path.ends_with(".html") { "text/html" } else { "application/octet-stream" };
        Reply::Bytes(match std::fs::read(root.join(path)) {
            Ok(bytes) if !path.contains("..") => {
                answer("200 OK", &format!("Content-Type: {kind}\r\n"), &bytes)
            }
            _ => status("404 Not Found"),
        })
    })
    .await
}

#[tokio::test]
async fn the_rust_book_is_walked_whole_and_each_page_once() {
    let server = files(folder().parent().unwrap().to_path_buf()).await;
    let begun = Instant::now();
    let (pages, skipped) = walk(&server, "/book/title-page.html", Limits::default()).await;
    assert!(pages.len() >= 100, "{} pages in {:?}: {skipped:?}", pages.len(), begun.elapsed());
    for (url, why) in &skipped {
        let expected =
            matches!(why, Skip::NoIndex | Skip::LeadsTo(_) | Skip::SameAs(_)) || url.path() == "/sitemap.xml";
        assert!(expected, "{url}: {why}");
    }
    let mut once = paths(&pages);
    assert!(
        once.contains(&"/book/ch04-01-what-is-ownership.html")
            && once.contains(&"/book/ch21-03-graceful-shutdown-and-cleanup.html")
    );
    assert!(!once.contains(&"/book/print.html"), "it asks not to be indexed");
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), pages.len());
}

#[tokio::test]
async fn a_walk_stays_on_its_host_and_below_its_folder() {
    let other = Server::with(vec![("/", page("other", &[]))]).await;
    let links: Vec<String> = vec![
        "/docs/b".into(),
        "/blog/c".into(),
        other.url("/"),
        "mailto:x@example.com".into(),
        "/docs/x.pdf".into(),
    ];
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let server = Server::with(vec![
        ("/docs/a", page("a", &links)),
        ("/docs/b", page("b", &["/docs/a#top", "/docs/out"])),
        ("/docs/out", redirect("/blog/c")),
        ("/blog/c", page("c", &[])),
    ])
    .await;
    let (pages, skipped) = walk(&server, "/docs/a", Limits { sitemaps: false, ..Limits::default() }).await;
    assert_eq!(paths(&pages), ["/docs/a", "/docs/b"]);
    assert!(matches!(&skipped[..], [(_, Skip::Outside(url))] if url.path() == "/blog/c"), "{skipped:?}");
    assert!(other.paths().is_empty());
}

#[tokio::test]
async fn limits_on_pages_and_depth_hold() {
    let server = Server::start(|seen| {
        let here = seen.path.trim_start_matches("/p").parse::<u32>().unwrap_or(0);
        let next = [format!("/p{}", here * 2 + 1), format!("/p{}", here * 2 + 2)];
        Reply::Bytes(match seen.path.as_str() {
            "/robots.txt" => status("404 Not Found"),
            path => page(path, &[&next[0], &next[1]]),
        })
    })
    .await;
    let limits = || Limits { sitemaps: false, ..Limits::default() };
    let (pages, _) = walk(&server, "/p0", Limits { pages: 5, ..limits() }).await;
    assert_eq!(paths(&pages), ["/p0", "/p1", "/p2", "/p3", "/p4"], "breadth first");
    let (pages, _) = walk(&server, "/p0", Limits { depth: 2, ..limits() }).await;
    assert_eq!(pages.iter().map(|page| page.depth).collect::<Vec<_>>(), [0, 1, 1, 2, 2, 2, 2]);
    let (pages, _) = walk(&server, "/p0", Limits { bytes: 500, ..limits() }).await;
    assert!(pages.len() < 6, "{}", pages.len());
}

#[tokio::test]
async fn sitemaps_lead_to_pages_that_no_link_names() {
    let server = Server::start(|seen| {
        let host =
            seen.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
        let url = |path: &str| format!("<loc>http://{host}{path}</loc>");
        Reply::Bytes(match seen.path.as_str() {
            "/robots.txt" => text(&format!("Sitemap: http://{host}/index.xml\n")),
            "/index.xml" => {
                text(&format!("<sitemapindex><sitemap>{}</sitemap></sitemapindex>", url("/pages.xml")))
            }
            "/pages.xml" => {
                text(&format!("<urlset><url>{}</url><url>{}</url></urlset>", url("/lonely"), url("/gone")))
            }
            "/" | "/lonely" => page(&seen.path, &[]),
            _ => status("404 Not Found"),
        })
    })
    .await;
    let (pages, skipped) = walk(&server, "/", Limits::default()).await;
    assert_eq!(paths(&pages), ["/", "/lonely"]);
    assert!(matches!(&skipped[..], [(_, Skip::Status(404))]), "{skipped:?}");
}

#[tokio::test]
async fn pages_that_say_the_same_or_lead_on_or_ask_to_be_left_out_are_skipped_by_name() {
    let twin = |frame: &str| {
        html(&format!(
            "<body class=\"{frame}\"><main><h1>Twin</h1><p>Said  once only, by two pages.</p></main>"
        ))
    };
    let moved = html("<meta http-equiv=\"Refresh\" content=\"0; URL='/new'\"><p>Moved.</p>");
    let hidden = html(
        "<meta name=robots content=\"NOINDEX, follow\"><main><p>Hidden.</p><a href=/behind>on</a></main>",
    );
    let server = Server::with(vec![
        ("/", page("start", &["/one", "/two", "/old", "/hidden", "/picture"])),
        ("/one", twin("light")),
        ("/two", twin("dark")),
        ("/old", moved),
        ("/new", page("new", &[])),
        ("/hidden", hidden),
        ("/behind", page("behind", &[])),
        ("/picture", answer("200 OK", "Content-Type: image/png\r\n", b"\x89PNG")),
    ])
    .await;
    let (pages, skipped) = walk(&server, "/", Limits { sitemaps: false, ..Limits::default() }).await;
    assert_eq!(paths(&pages), ["/", "/one", "/new", "/behind"]);
    let why: Vec<String> = skipped.iter().map(|(url, why)| format!("{}: {why}", url.path())).collect();
    assert!(why[0].starts_with("/two: it says the same as ") && why[0].ends_with("/one"), "{why:?}");
    assert!(why[1].starts_with("/old: it only leads to "), "{why:?}");
    assert_eq!(why[2], "/hidden: it asks not to be indexed");
    assert!(why[3].contains("image/png, which is not read"), "{why:?}");
}

#[tokio::test]
async fn a_host_that_went_down_ends_the_walk() {
    let links: Vec<String> = (0..50).map(|n| format!("/p{n}")).collect();
    let links: Vec<&'static str> = links.into_iter().map(|link| &*link.leak()).collect();
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/robots.txt" => Reply::Bytes(status("404 Not Found")),
        "/" => Reply::Bytes(page("start", &links)),
        _ => Reply::Bytes(Vec::new()),
    })
    .await;
    let (pages, skipped) = walk(&server, "/", Limits { sitemaps: false, ..Limits::default() }).await;
    assert_eq!((pages.len(), skipped.len()), (1, 5), "{skipped:?}");
}
