//! The steps, each of which does only what is missing.

use std::time::Instant;

use super::plan::{Page, Plan, Section, title_of};
use super::{origin, wait};
use crate::accounts::NewOrg;
use crate::app::App;
use crate::base::Slug;
use crate::cli::{CliError, Start};
use crate::pages::{Brief, NewPage, NewSource, PageState, SourceKind};
use crate::publishing::{EditionState, Gate, Publish};
use crate::queue::Enqueued;
use crate::sites::NewSite;
use crate::tenancy::SiteScope;

/// The organisation's and the site's slug.
const SLUG: &str = "demo";
const OWNER: &str = "owner@demo.example";

pub(super) struct Demo<'a> {
    app: &'a App,
    start: &'a Start,
    plan: Plan,
    port: u16,
    scope: SiteScope,
}

impl<'a> Demo<'a> {
    /// The demo's organisation and site, made where they are missing.
    pub(super) async fn found(
        app: &'a App,
        start: &'a Start,
        plan: Plan,
        port: u16,
    ) -> Result<Demo<'a>, CliError> {
        let slug: Slug = SLUG.parse()?;
        let org = match app.accounts.as_operator(&slug).await? {
            Some(org) => org,
            None => {
                let name = "Citepress demo".to_owned();
                app.accounts.found(NewOrg { slug: slug.clone(), name, owner_email: OWNER.to_owned() }).await?
            }
        };
        let settings = plan.settings.clone();
        let scope = match app.sites.scope_by_slug(&org, &slug).await? {
            Some(scope) => scope,
            None => app.sites.create(&org, NewSite { slug, title: "Citepress".to_owned(), settings }).await?,
        };
        Ok(Demo { app, start, plan, port, scope })
    }

    pub(super) async fn go(&self) -> Result<(), CliError> {
        if self.app.sites.get(&self.scope).await?.live_edition.is_some() {
            self.start.say("The demo site is there already: it is kept as it is.");
            return Ok(());
        }
        self.start
            .say("From sources to a live site, written by the sandbox engine (no language model, no key):");
        self.sources().await?;
        self.pages().await?;
        self.publish().await
    }

    async fn sources(&self) -> Result<(), CliError> {
        for (name, markdown) in &self.plan.uploads {
            let source = NewSource {
                address: name.clone(),
                kind: SourceKind::Upload,
                title: title_of(name, markdown),
                body: markdown.clone(),
            };
            self.app.pages.put_source(&self.scope, source).await?;
        }
        let mut jobs = Vec::new();
        for name in &self.plan.crawled {
            let fetch = self.app.pages.request_fetch(&self.scope, &origin::address(self.port, name)).await?;
            jobs.push(id_of(fetch));
        }
        wait::for_jobs(self.start, &self.app.queue, &jobs, "crawling pages").await?;
        let (uploads, crawled) = (self.plan.uploads.len(), jobs.len());
        self.start.say(format_args!(
            "  sources     {uploads} documents read, {crawled} web pages crawled over loopback"
        ));
        Ok(())
    }

    async fn pages(&self) -> Result<(), CliError> {
        let sections = self.plan.sections.iter().enumerate().map(|(n, section)| self.new_section(section, n));
        let home = self.new_section(&self.plan.home, 0);
        let pages = self.plan.pages.iter().enumerate().map(|(n, page)| self.new_page(page, n));
        let mut jobs = Vec::new();
        for new in sections.chain([home]).chain(pages) {
            let id = match self.app.pages.by_path(&self.scope, &new.path).await? {
                Some(known) if known.state != PageState::Draft => continue,
                Some(known) => known.id,
                None => self.app.pages.create(&self.scope, new).await?,
            };
            jobs.push(id_of(self.app.pages.request_generation(&self.scope, id).await?));
        }
        wait::for_jobs(self.start, &self.app.queue, &jobs, "writing pages").await?;
        let mut claims = 0;
        let pages = self.app.pages.list(&self.scope).await?;
        for page in &pages {
            claims += self.app.pages.claims(&self.scope, page.id).await?.len();
        }
        self.start.say(format_args!(
            "  pages       {} written, {claims} claims tied to their sources",
            pages.len()
        ));
        let health: Vec<i64> = pages.iter().filter_map(|page| page.health).collect();
        if let (Some(least), Some(most)) = (health.iter().min(), health.iter().max()) {
            let span = if least == most { least.to_string() } else { format!("{least} to {most}") };
            self.start.say(format_args!("  health      {span} of 100, n = {} pages", health.len()));
        }
        Ok(())
    }

    fn new_page(&self, page: &Page, n: usize) -> NewPage {
        let brief = Brief {
            text: page.brief.clone(),
            sources: self.addresses(&page.sources),
            tags: page.tags.clone(),
            authors: page.authors.clone(),
            weight: i64::try_from(n).ok(),
        };
        let path = format!("{}/{}.md", page.section, page.slug);
        NewPage { path, title: page.title.clone(), kind: page.kind, brief }
    }

    fn new_section(&self, section: &Section, n: usize) -> NewPage {
        let brief = Brief {
            text: section.description.clone(),
            sources: self.addresses(&section.sources),
            weight: i64::try_from(n).ok(),
            ..Brief::handwritten()
        };
        let slash = if section.slug.is_empty() { "" } else { "/" };
        let path = format!("{}{slash}_index.md", section.slug);
        NewPage { path, title: section.title.clone(), kind: press::PageKind::Landing, brief }
    }

    /// What sources are called in the database: crawled ones by where they were found.
    fn addresses(&self, sources: &[String]) -> Vec<String> {
        let address = |name: &String| match name.starts_with("pages/") {
            true => origin::address(self.port, name),
            false => name.clone(),
        };
        sources.iter().map(address).collect()
    }

    async fn publish(&self) -> Result<(), CliError> {
        let began = Instant::now();
        let pages = self.app.pages.list(&self.scope).await?;
        let publish = Publish {
            pages: pages.iter().map(|page| page.id).collect(),
            reason: "the demo's first edition".to_owned(),
            go_live: true,
            gate: Gate::Site,
        };
        let id = self.app.publishing.publish(&self.scope, publish).await?;
        loop {
            let edition = self.app.publishing.edition(&self.scope, id).await?;
            match edition.state {
                EditionState::Queued => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                EditionState::Failed => return Err(edition.error.unwrap_or_default().into()),
                EditionState::Ready => {
                    let (number, files) = (edition.number, edition.files);
                    let kilobytes = edition.bytes / 1_000;
                    let millis = began.elapsed().as_millis();
                    self.start.say(format_args!(
                        "  edition     number {number} is live: {files} files, {kilobytes} kB, in {millis} ms"
                    ));
                    return Ok(());
                }
            }
        }
    }

    pub(super) async fn print_addresses(&self) -> Result<(), CliError> {
        let Some(host) = self.app.sites.canonical_host(&self.scope).await? else { return Ok(()) };
        let site = self.app.address.of(host.as_str());
        self.start.say(format_args!("\nOpen {site}/\n"));
        for page in self.app.pages.list(&self.scope).await? {
            if page.state != PageState::Published {
                continue;
            }
            let path = page.path.trim_end_matches(".md").trim_end_matches("_index").trim_end_matches('/');
            let slash = if path.is_empty() { "" } else { "/" };
            self.start.say(format_args!("  {site}/{path}{slash:<4} {}", page.title));
        }
        for file in ["search/", "sitemap.xml", "feed.xml", "robots.txt", "llms.txt"] {
            self.start.say(format_args!("  {site}/{file}"));
        }
        self.print_console().await?;
        let data = self.app.settings.data.display();
        self.start.say(format_args!(
            "\nThe same site as plain files: {}/{host}",
            self.app.settings.sites_dir().display()
        ));
        self.start.say(format_args!("Data is kept in {data}. Ctrl-C ends the demo."));
        Ok(())
    }
}

impl Demo<'_> {
    /// Where the site is written and published, and how to get in.
    async fn print_console(&self) -> Result<(), CliError> {
        let console = format!("{}/console", self.app.settings.server.public_url(self.port));
        match self.app.accounts.first_password_link(OWNER).await? {
            None => self.start.say(format_args!("\nThe console, as {OWNER}: {console}")),
            Some(token) => {
                self.start.say(format_args!(
                    "\nThe console, where it is made. Choose a password for {OWNER} (within an hour):"
                ));
                self.start.say(format_args!("  {console}/reset?token={}", token.reveal()));
            }
        }
        Ok(())
    }
}

fn id_of(enqueued: Enqueued) -> crate::queue::JobId {
    match enqueued {
        Enqueued::New(id) | Enqueued::Existing(id) => id,
    }
}
