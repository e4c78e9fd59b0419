//! One page changed in a site of many: how long from the request until a reader gets the new text over HTTP.
//!
//!     cargo bench --bench publish            # 10,000 pages, 200 edits
//!     cargo bench --bench publish -- 1000 20
//!
//! It prints the first edition's time, then median, p95 and the worst of the edits, and how many files an edit wrote.

#![expect(clippy::disallowed_methods, reason = "which database is measured is told by the environment")]

use std::time::{Duration, Instant};

use citepress::accounts::NewOrg;
use citepress::app::{App, Listening};
use citepress::base::Slug;
use citepress::config::Layers;
use citepress::pages::{Brief, NewPage};
use citepress::publishing::{EditionState, Gate, Publish};
use citepress::sites::NewSite;
use citepress::tenancy::SiteScope;

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failed> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let numbers: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let (pages, edits) = (*numbers.first().unwrap_or(&10_000), *numbers.get(1).unwrap_or(&200));
    tokio::runtime::Runtime::new()?.block_on(run(pages, edits))
}

async fn run(pages: usize, edits: usize) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut layers = Layers::defaults();
    layers.environment(std::env::vars().filter(|(name, _)| name == "DATABASE_URL"))?;
    layers.flag("--data", "data", folder.path().to_string_lossy().into_owned())?;
    layers.flag("--port", "server.port", 0)?;
    let settings = layers.settings()?;
    let listening = Listening::bind(&settings).await?;
    let port = listening.port();
    let app = App::open(settings, port).await?;
    let running = app.run(listening, |routes| routes, true);
    let slug: Slug = "bench".parse()?;
    let new = NewOrg { slug: slug.clone(), name: "Bench".into(), owner_email: "b@bench.example".into() };
    let org = app.accounts.found(new).await?;
    let settings = "title = \"Bench\"\n".to_owned();
    let scope = app.sites.create(&org, NewSite { slug, title: "Bench".into(), settings }).await?;

    let all: Vec<usize> = (0..pages).collect();
    for some in all.chunks(500) {
        let documents = some.iter().map(|n| document(*n, "as it was")).collect();
        app.pages.take_in(&scope, documents, "bench").await?;
    }
    let ids = app.pages.list(&scope).await?.iter().map(|page| page.id).collect();
    let began = Instant::now();
    publish(&app, &scope, ids).await?;
    println!("pages: {pages}; first edition: {:.2} s", began.elapsed().as_secs_f64());

    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut times = Vec::with_capacity(edits);
    for edit in 0..edits {
        // A prime stride, so that edits fall all over the site.
        let n = (edit * 7919) % pages;
        let mark = format!("edit number {edit}");
        app.pages.take_in(&scope, vec![document(n, &mark)], "bench").await?;
        let page = app.pages.by_path(&scope, &path(n)).await?.ok_or("the page is there")?;
        let url = format!("http://127.0.0.1:{port}/{}/", path(n).trim_end_matches(".md"));
        let began = Instant::now();
        let what = Publish { pages: vec![page.id], reason: mark.clone(), go_live: true, gate: Gate::Open };
        app.publishing.publish(&scope, what).await?;
        loop {
            let body = client.get(&url).header("host", "bench.localhost").send().await?.text().await?;
            if body.contains(&mark) {
                break;
            }
            if began.elapsed() > Duration::from_secs(30) {
                return Err("the edit was not served within 30 s".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    println!("edits: {edits}; median {:.1} ms, p95 {:.1} ms, worst {:.1} ms", at(50), at(95), at(100));
    let editions = app.publishing.editions(&scope).await?;
    let written: Vec<i64> = editions.iter().take(edits).map(|edition| edition.written).collect();
    println!("files written by an edit: at most {}", written.iter().max().unwrap_or(&0));
    let mut building: Vec<i64> = editions.iter().take(edits).map(|edition| edition.duration_ms).collect();
    building.sort_unstable();
    println!("of which gathering, rendering and keeping: median {} ms", building[building.len() / 2]);
    running.stop().await;
    Ok(())
}

async fn publish(app: &App, scope: &SiteScope, pages: Vec<citepress::pages::PageId>) -> Result<(), Failed> {
    let what = Publish { pages, reason: "bench".into(), go_live: true, gate: Gate::Open };
    let id = app.publishing.publish(scope, what).await?;
    loop {
        let edition = app.publishing.edition(scope, id).await?;
        match edition.state {
            EditionState::Ready => return Ok(()),
            EditionState::Failed => return Err(edition.error.unwrap_or_default().into()),
            EditionState::Queued => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn path(n: usize) -> String {
    format!("s{}/p{n}.md", n % 20)
}

/// About 8 kB with headings, a list, a table and code.
fn document(n: usize, mark: &str) -> (NewPage, String) {
    let mut text = format!(
        "+++\ntitle = \"Page number {n}\"\ndescription = \"What page {n} says.\"\n+++\n\n{mark}.\n\n"
    );
    for part in 0..8 {
        text.push_str(&format!("## Part {part} of page {n}\n\n"));
        for sentence in 0..9 {
            text.push_str(&format!(
                "Sentence {sentence} of part {part} says something plain about number {}. ",
                n + sentence
            ));
        }
        text.push_str("\n\n- one\n- two\n- three\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n");
        text.push_str(&format!(
            "```rust\nfn part_{part}(x: u32) -> u32 {{\n    x + {n} // plain\n}}\n```\n\n"
        ));
    }
    let new = NewPage {
        path: path(n),
        title: format!("Page number {n}"),
        kind: press::PageKind::Article,
        brief: Brief::handwritten(),
    };
    (new, text)
}
