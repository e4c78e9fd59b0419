//! An organisation of some size for `benches/faces`: pages, events, an owner with a password, a key.
//!
//!     cargo bench --bench faces -- DIR PAGES EVENTS
//!
//! Prints what the script needs, as lines of NAME=VALUE.

#![expect(clippy::disallowed_methods, reason = "which database is measured is told by the environment")]

use citepress::accounts::KeyScope;
use citepress::app::App;
use citepress::base::Slug;
use citepress::config::Layers;
use citepress::events::Happened;
use citepress::pages::{Brief, NewPage};
use citepress::sites::NewSite;
use sea_orm::ConnectionTrait;
use serde_json::json;

type Failed = Box<dyn std::error::Error + Send + Sync>;

const OWNER: &str = "owner@bench.example";
/// Events of one transaction, and pages of one call.
const AT_ONCE: usize = 1_000;
/// Names about which a proxy asks.
const DOMAINS: usize = 10_000;

fn main() -> Result<(), Failed> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let words: Vec<String> = std::env::args().filter(|word| !word.starts_with('-')).skip(1).collect();
    let [folder, pages, events] = words.as_slice() else { return Err("give DIR PAGES EVENTS".into()) };
    tokio::runtime::Runtime::new()?.block_on(run(folder, pages.parse()?, events.parse()?))
}

async fn run(folder: &str, pages: usize, events: usize) -> Result<(), Failed> {
    let mut layers = Layers::defaults();
    layers.environment(std::env::vars().filter(|(name, _)| name == "DATABASE_URL"))?;
    layers.flag("--data", "data", folder)?;
    let app = App::open(layers.settings()?, 8080).await?;
    let made = app.accounts.create_owner(OWNER, "Bench").await?;
    let slug: Slug = "bench".parse()?;
    let settings = "title = \"Bench\"\n".to_owned();
    let site = app.sites.create(&made.scope, NewSite { slug, title: "Bench".into(), settings }).await?;
    for first in (0..pages).step_by(AT_ONCE) {
        let documents = (first..pages.min(first + AT_ONCE)).map(document).collect();
        app.pages.take_in(&site, documents, "bench").await?;
    }
    for first in (0..events).step_by(AT_ONCE) {
        let mut tx = app.db.write_system().await?;
        for n in first..events.min(first + AT_ONCE) {
            let subject = site.site().to_string();
            let happened = Happened { kind: "site.updated", subject, data: json!({ "n": n }) };
            app.events.record(&mut tx, made.scope.org(), made.scope.actor(), happened);
        }
        tx.commit().await?;
    }
    // Domains of tenants, by way of the database alone: to prove each of them would take its name server.
    let tx = app.db.write_system().await?;
    for n in 0..DOMAINS {
        let host = "INSERT INTO hosts (id, site_id, state, canonical, created_at)";
        let values = format!("VALUES ('docs.customer-{n}.example', '{}', 'live', 0, {n})", site.site());
        tx.conn().execute_unprepared(&format!("{host} {values}")).await?;
    }
    tx.commit().await?;
    let page = app.pages.list(&site).await?.first().map(|page| page.id).ok_or("a page")?;
    let (_, key) = app.accounts.create_key(&made.scope, "bench", KeyScope::Read, None).await?;
    let password = made.password.ok_or("a new owner")?;
    println!("EMAIL={OWNER}\nPASSWORD={}\nKEY={}\nPAGE={page}", password.reveal(), key.reveal());
    app.db.close().await;
    Ok(())
}

fn document(n: usize) -> (NewPage, String) {
    let title = format!("Page number {n}");
    let mut text = format!("+++\ntitle = \"{title}\"\n+++\n\n");
    for part in 0..20 {
        text.push_str(&format!(
            "## Part {part}\n\nSomething plain is said of number {n} in part {part}.\n\n"
        ));
    }
    let (kind, brief) = (press::PageKind::Article, Brief::handwritten());
    (NewPage { path: format!("p{n}.md"), title, kind, brief }, text)
}
