//! The Rust book that comes with the toolchain: crawled over loopback, written from, published.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use citepress::base::Slug;
use citepress::pages::{Brief, ClaimState, NewPage, PageState, Source};
use citepress::queue::{Filter, Reach, State};
use poem::endpoint::StaticFilesEndpoint;
use poem::listener::TcpAcceptor;
use poem::{Route, Server};

use crate::publishing::rig::Rig;

/// Generating and rendering a hundred chapters with an unoptimised build, beside other tests.
const PATIENCE: Duration = Duration::from_secs(400);
const LEAST_PAGES: usize = 60;

fn book() -> PathBuf {
    let sysroot = std::process::Command::new("rustc").args(["--print", "sysroot"]).output().unwrap().stdout;
    Path::new(String::from_utf8(sysroot).unwrap().trim()).join("share/doc/rust/html/book")
}

/// The book as its own web server would give it.
async fn serve_book() -> (u16, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    assert!(book().join("index.html").exists(), "the rust-docs component is installed");
    let files = StaticFilesEndpoint::new(book()).index_file("index.html");
    let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap());
    let task = tokio::spawn(async move {
        let _ = server.run(Route::new().nest("/book", files)).await;
    });
    (port, task)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_book_becomes_a_site_whose_every_sentence_points_at_the_book() {
    let (port, server) = serve_book().await;
    let rig = Rig::allowed_to_fetch(&format!("127.0.0.1:{port}")).await;
    let seed = format!("http://127.0.0.1:{port}/book/index.html");
    rig.app.pages.request_crawl(&rig.scope, &seed).await.unwrap();
    all_jobs_done(&rig).await;

    let sources = rig.app.pages.sources(&rig.scope).await.unwrap();
    assert!(sources.len() >= LEAST_PAGES, "{} sources", sources.len());
    for source in sources.iter().filter(|source| is_chapter(source)) {
        let new = page_of(source);
        let id = rig.app.pages.create(&rig.scope, new).await.unwrap();
        rig.app.pages.request_generation(&rig.scope, id).await.unwrap();
    }
    all_jobs_done(&rig).await;

    let pages = rig.app.pages.list(&rig.scope).await.unwrap();
    let mut claims = 0;
    for page in &pages {
        assert_eq!(page.state, PageState::Review, "{} was written", page.path);
        for claim in rig.app.pages.claims(&rig.scope, page.id).await.unwrap() {
            assert_eq!(claim.state, ClaimState::Supported, "{}: {}", page.path, claim.sentence);
            let span = claim.span.unwrap();
            let source = sources.iter().find(|source| source.id == span.source).unwrap();
            assert_eq!(source.body[span.start..span.end], span.quote, "{}", page.path);
            claims += 1;
        }
    }
    assert!(claims > 10 * pages.len(), "{claims} claims on {} pages", pages.len());

    // A tutorial cites no other sites and quotes nobody: its pages score lower than the usual gate asks, and
    // publishing them says so until the owner sets another.
    assert!(rig.refused().await.contains("the site's gate is 80"));
    rig.app.sites.set_gate(&rig.scope, 50).await.unwrap();
    let edition = rig.publish().await;
    assert!(
        pages.len() >= LEAST_PAGES && edition.files > 2 * 60,
        "{} pages, {} files",
        pages.len(),
        edition.files
    );
    for page in &pages {
        let path = match page.path.as_str() {
            "_index.md" => "/".to_owned(),
            path => format!("/{}/", path.trim_end_matches(".md")),
        };
        let (status, html) = rig.read(&path).await;
        assert_eq!(status, 200, "{path}");
        assert!(html.contains("<h1"), "{path}");
    }
    let (_, ownership) = rig.read("/ch04-01-what-is-ownership/").await;
    assert!(ownership.contains("<pre") && ownership.contains("hl-"), "code is kept and coloured");
    server.abort();
    rig.stop().await;
}

/// The print view repeats the whole book, and the table of contents holds no sentence.
fn is_chapter(source: &Source) -> bool {
    !["print.html", "toc.html", "title-page.html"].iter().any(|name| source.address.ends_with(name))
        && source.body.split_whitespace().count() > 120
}

fn page_of(source: &Source) -> NewPage {
    let name = source.address.rsplit('/').next().unwrap().trim_end_matches(".html");
    // The book's first page is the site's: it lives at the root.
    let path = match name {
        "index" => "_index.md".to_owned(),
        name => format!("{}.md", Slug::from_title(name, "chapter")),
    };
    let mut brief = Brief::handwritten();
    brief.sources.push(source.address.clone());
    NewPage { path, title: source.title.clone(), kind: press::PageKind::Article, brief }
}

async fn all_jobs_done(rig: &Rig) {
    let began = Instant::now();
    loop {
        let counts = rig.app.queue.counts(Reach::All).await.unwrap();
        let of =
            |state: State| counts.iter().filter(|count| count.state == state).map(|c| c.jobs).sum::<u64>();
        if of(State::Failed) > 0 {
            let failed = Filter { state: Some(State::Failed), ..Filter::default() };
            let jobs = rig.app.queue.list(Reach::All, &failed, 5).await.unwrap();
            panic!("failed: {:?}", jobs.iter().map(|job| (&job.payload, &job.cause)).collect::<Vec<_>>());
        }
        if of(State::Queued) + of(State::Running) == 0 {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "jobs are not done within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
