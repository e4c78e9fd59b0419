//! Many small sites for `benches/sites`, published through the rooms as any others are.
//!
//!     cargo bench --bench sites -- DIR SITES PAGES
//!
//! Sites are `site-N.localhost`, N from 0, with pages at `/pM/`.

use std::time::Instant;

use citepress::accounts::NewOrg;
use citepress::app::App;
use citepress::base::Slug;
use citepress::config::Layers;
use citepress::pages::{Brief, NewPage};
use citepress::publishing::{EditionState, Gate, Publish};
use citepress::sites::NewSite;
use citepress::tenancy::{OrgScope, SiteScope};
use tokio::task::JoinSet;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Published at once: each waits for storage and database most of its time.
const TOGETHER: usize = 16;
/// Sites of one organisation: events of an organisation are a chain, which is written one by one.
const OF_ONE: usize = 100;

fn main() -> Result<(), Failed> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let words: Vec<String> = std::env::args().filter(|word| !word.starts_with('-')).skip(1).collect();
    let [folder, sites, pages] = words.as_slice() else { return Err("give DIR SITES PAGES".into()) };
    tokio::runtime::Runtime::new()?.block_on(run(folder, sites.parse()?, pages.parse()?))
}

async fn run(folder: &str, sites: usize, pages: usize) -> Result<(), Failed> {
    let mut layers = Layers::defaults();
    layers.flag("--data", "data", folder)?;
    layers.flag("--slots", "jobs.slots", 8)?;
    let app = App::open(layers.settings()?, 8080).await?;
    let worker = app.work();
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for first in (0..sites).step_by(OF_ONE) {
        let slug: Slug = format!("org-{first}").parse()?;
        let new = NewOrg {
            slug: slug.clone(),
            name: slug.to_string(),
            owner_email: format!("o{first}@bench.example"),
        };
        let org = app.accounts.found(new).await?;
        for site in first..sites.min(first + OF_ONE) {
            if tasks.len() == TOGETHER
                && let Some(done) = tasks.join_next().await
            {
                done??;
            }
            let app = app.clone();
            tasks.spawn(async move { publish(&app, &org, site, pages).await });
        }
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{sites} sites of {pages} pages published in {seconds:.0} s, {:.1} ms each",
        seconds * 1000.0 / sites as f64
    );
    worker.drain(std::time::Duration::from_secs(600)).await;
    app.db.close().await;
    Ok(())
}

async fn publish(app: &App, org: &OrgScope, site: usize, pages: usize) -> Result<(), Failed> {
    let slug: Slug = format!("site-{site}").parse()?;
    let title = format!("Site {site}");
    let settings = format!("title = \"{title}\"\n");
    let scope = app.sites.create(org, NewSite { slug, title, settings }).await?;
    let documents = (0..pages).map(|page| document(site, page)).collect();
    app.pages.take_in(&scope, documents, "bench").await?;
    let pages = app.pages.list(&scope).await?.iter().map(|page| page.id).collect();
    let what = Publish { pages, reason: "bench".into(), go_live: true, gate: Gate::Open };
    let id = app.publishing.publish(&scope, what).await?;
    settled(app, &scope, id).await
}

async fn settled(app: &App, scope: &SiteScope, id: citepress::publishing::EditionId) -> Result<(), Failed> {
    loop {
        let edition = app.publishing.edition(scope, id).await?;
        match edition.state {
            EditionState::Ready => return Ok(()),
            EditionState::Failed => return Err(edition.error.unwrap_or_default().into()),
            EditionState::Queued => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
        }
    }
}

/// About a kilobyte, different on each page of each site.
fn document(site: usize, page: usize) -> (NewPage, String) {
    let title = format!("Page {page} of site {site}");
    let mut text = format!("+++\ntitle = \"{title}\"\ndescription = \"What page {page} says.\"\n+++\n\n");
    for part in 0..3 {
        text.push_str(&format!(
            "## Part {part}\n\nSite {site} says something plain about number {}. ",
            page * part
        ));
        text.push_str("A second sentence follows it, and a third one ends it.\n\n- one\n- two\n\n");
    }
    let brief = Brief::handwritten();
    (NewPage { path: format!("p{page}.md"), title, kind: press::PageKind::Article, brief }, text)
}
