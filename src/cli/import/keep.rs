//! Writing an import into a site of the database.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use press::Document;

use super::{Import, Imported};
use crate::accounts::NewOrg;
use crate::app::App;
use crate::base::Slug;
use crate::cli::{CliError, Start};
use crate::pages::{Brief, NewPage, PageId, Taken};
use crate::publishing::{EditionState, Gate, Publish};
use crate::sites::NewSite;
use crate::tenancy::SiteScope;

/// Documents of one transaction: short enough that nobody waits for it.
const BATCH: usize = 200;
const LOOK: Duration = Duration::from_millis(50);

pub(super) async fn run(
    start: &Start,
    import: &Import,
    folder: &Path,
    imported: Imported,
) -> Result<ExitCode, CliError> {
    let app = App::open(start.settings.clone(), start.settings.server.port).await?;
    let scope = site(&app, import).await?;
    if let Some(mark) = &imported.mark {
        app.sites.set_settings(&scope, &mark.title, &mark.settings).await?;
        app.sites.set_gate(&scope, mark.gate).await?;
    }
    let (pages, files) = (imported.documents.len() + imported.drafts.len(), imported.assets.len());
    let kept = take_in(&app, &scope, imported.documents).await?;
    let drafts = take_in(&app, &scope, imported.drafts).await?;
    let changed = kept.changed + drafts.changed;
    for path in imported.assets {
        let (from, to) = match imported.mark {
            Some(_) => (folder.join(&path), path),
            None => (super::content_of(folder).join(&path), format!("content/{path}")),
        };
        app.sites.put_file(&scope, &to, std::fs::read(from)?.into()).await?;
    }
    start.say(format_args!("Imported {pages} pages ({changed} new or changed) and {files} files."));
    if import.publish {
        publish(start, &app, &scope, kept.pages).await?;
    } else {
        start.say("Nothing is live yet: import again with --publish, or publish in the console.");
    }
    app.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn take_in(app: &App, scope: &SiteScope, documents: Vec<Document>) -> Result<Taken, CliError> {
    let mut all = Taken::default();
    let documents: Vec<(NewPage, String)> = documents.into_iter().map(page).collect();
    for some in documents.chunks(BATCH) {
        let taken = app.pages.take_in(scope, some.to_vec(), "imported").await?;
        all.changed += taken.changed;
        all.pages.extend(taken.pages);
    }
    Ok(all)
}

/// The site, and the organisation around it, made where they are missing.
async fn site(app: &App, import: &Import) -> Result<SiteScope, CliError> {
    let slug: Slug = import.site.parse()?;
    let org_slug: Slug = import.org.as_ref().unwrap_or(&import.site).parse()?;
    let org = match app.accounts.as_operator(&org_slug).await? {
        Some(org) => org,
        None => {
            let owner_email = format!("owner@{org_slug}.invalid");
            app.accounts.found(NewOrg { name: org_slug.to_string(), slug: org_slug, owner_email }).await?
        }
    };
    match app.sites.scope_by_slug(&org, &slug).await? {
        Some(scope) => Ok(scope),
        None => {
            let title = import.site.clone();
            let mut settings = toml::Table::new();
            settings.insert("title".into(), title.as_str().into());
            Ok(app.sites.create(&org, NewSite { slug, title, settings: settings.to_string() }).await?)
        }
    }
}

fn page(document: Document) -> (NewPage, String) {
    let front = document.text.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++"));
    let front: toml::Table = front.and_then(|(front, _)| front.parse().ok()).unwrap_or_default();
    let title = front.get("title").and_then(toml::Value::as_str).unwrap_or(&document.path).to_owned();
    // A kind that is none is told by the press, with its line.
    let kind = front.get("kind").and_then(toml::Value::as_str).and_then(|kind| kind.parse().ok());
    let kind = kind.unwrap_or(press::PageKind::Article);
    (NewPage { path: document.path, title, kind, brief: Brief::handwritten() }, document.text)
}

async fn publish(start: &Start, app: &App, scope: &SiteScope, pages: Vec<PageId>) -> Result<(), CliError> {
    let worker = app.work();
    let what = Publish { pages, reason: "imported".to_owned(), go_live: true, gate: Gate::Open };
    let id = app.publishing.publish(scope, what).await?;
    let edition = loop {
        let edition = app.publishing.edition(scope, id).await?;
        if edition.state != EditionState::Queued {
            break edition;
        }
        tokio::time::sleep(LOOK).await;
    };
    worker.idle().await;
    worker.drain(app.settings.server.drain()).await;
    if let Some(error) = edition.error {
        return Err(error.into());
    }
    let host = app.sites.canonical_host(scope).await?;
    let address = host.map(|host| app.address.of(host.as_str())).unwrap_or_default();
    start.say(format_args!(
        "Edition {} is live: {} files. Start `citepress serve` and open {address}/",
        edition.number, edition.files
    ));
    Ok(())
}
