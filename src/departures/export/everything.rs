//! An organisation: itself, its members, its audit log, and each site with all of its history.

use super::shapes::{
    DomainLine, EditionLine, EventLine, Head, MemberLine, Organisation, PageLine, RedirectLine, RevisionLine,
    SiteLine, SourceLine, time,
};
use super::site;
use super::{Archive, DepartureError, Parts};
use crate::base::Window;
use crate::db::DbError;
use crate::pages::{Page, PageFilter};
use crate::tenancy::{OrgScope, SiteScope};

const FORMAT: &str = "citepress-organisation";
const VERSION: u32 = 1;

/// Rows read at once.
const PAGE: u64 = 100;

pub(super) async fn write(
    parts: &Parts,
    scope: &OrgScope,
    archive: &mut Archive<'_>,
) -> Result<(), DepartureError> {
    archive.stage("organisation")?;
    let org = parts.accounts.org(scope).await?;
    let org = org.ok_or_else(|| DbError::Gone(format!("the organisation {}", scope.org())))?;
    let exported_at = time(parts.clock.millis());
    let head = Head { format: FORMAT, version: VERSION, exported_at, organisation: Organisation::of(&org) };
    archive.json("export.json".to_owned(), &head).await?;
    archive.begin("members.jsonl".to_owned()).await?;
    for member in parts.accounts.members(scope).await? {
        archive.line(&MemberLine::of(&member)).await?;
    }
    events(parts, scope, archive).await?;
    for site in parts.sites.scopes(scope).await? {
        of_site(parts, &site, archive).await?;
    }
    Ok(())
}

async fn events(parts: &Parts, scope: &OrgScope, archive: &mut Archive<'_>) -> Result<(), DepartureError> {
    archive.begin("events.jsonl".to_owned()).await?;
    let mut after = 0;
    loop {
        archive.stage("events")?;
        let some = parts.events.list(scope, after, PAGE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.seq;
        for event in &some {
            archive.line(&EventLine::of(event)).await?;
        }
    }
}

async fn of_site(parts: &Parts, scope: &SiteScope, archive: &mut Archive<'_>) -> Result<(), DepartureError> {
    let site = parts.sites.get(scope).await?;
    let host = parts.sites.canonical_host(scope).await?.map(|host| host.to_string());
    let folder = format!("sites/{}/", site.slug);
    archive.json(format!("{folder}site.json"), &SiteLine::of(&site, host)).await?;
    // By itself each of these folders can be taken in again.
    site::sources(parts, scope, &folder, archive).await?;

    archive.begin(format!("{folder}domains.jsonl")).await?;
    domains(parts, scope, archive).await?;
    archive.begin(format!("{folder}redirects.jsonl")).await?;
    redirects(parts, scope, archive).await?;
    archive.begin(format!("{folder}pages.jsonl")).await?;
    let mut walk = Pages::of(parts, scope);
    while let Some(page) = walk.next().await? {
        archive.stage("pages")?;
        archive.line(&PageLine::of(&page)).await?;
    }
    archive.begin(format!("{folder}revisions.jsonl")).await?;
    let mut walk = Pages::of(parts, scope);
    while let Some(page) = walk.next().await? {
        revisions(parts, scope, &page, archive).await?;
    }
    archive.begin(format!("{folder}editions.jsonl")).await?;
    editions(parts, scope, archive).await?;
    archive.begin(format!("{folder}sources.jsonl")).await?;
    sources(parts, scope, archive).await
}

async fn domains(parts: &Parts, scope: &SiteScope, archive: &mut Archive<'_>) -> Result<(), DepartureError> {
    let mut window = Window::newest(PAGE);
    loop {
        archive.stage("domains")?;
        let (some, more) = parts.domains.window(scope.org(), Some(scope), &window).await?;
        for domain in &some {
            archive.line(&DomainLine::of(domain)).await?;
        }
        window.after = some.last().map(|last| last.id);
        if !more || window.after.is_none() {
            return Ok(());
        }
    }
}

async fn redirects(
    parts: &Parts,
    scope: &SiteScope,
    archive: &mut Archive<'_>,
) -> Result<(), DepartureError> {
    let mut window = Window::newest(PAGE);
    loop {
        archive.stage("redirects")?;
        let (some, more) = parts.sites.redirects(scope, None, &window).await?;
        for redirect in &some {
            archive.line(&RedirectLine::of(redirect)).await?;
        }
        window.after = some.last().map(|last| last.id);
        if !more || window.after.is_none() {
            return Ok(());
        }
    }
}

async fn revisions(
    parts: &Parts,
    scope: &SiteScope,
    page: &Page,
    archive: &mut Archive<'_>,
) -> Result<(), DepartureError> {
    // Numbers begin with 1 and leave none out; what is written from now on is not in it.
    for number in 1..=page.revision {
        archive.stage("revisions")?;
        let revision = parts.pages.revision(scope, page.id, number).await?;
        let claims = parts.pages.claims_at(scope, page.id, number).await?;
        archive.line(&RevisionLine::of(page, &revision, &claims)).await?;
    }
    Ok(())
}

async fn editions(parts: &Parts, scope: &SiteScope, archive: &mut Archive<'_>) -> Result<(), DepartureError> {
    let mut window = Window::newest(PAGE);
    loop {
        archive.stage("editions")?;
        let (some, more) = parts.publishing.window(scope, &window).await?;
        for edition in &some {
            archive.line(&EditionLine::of(edition)).await?;
        }
        window.after = some.last().map(|last| last.id);
        if !more || window.after.is_none() {
            return Ok(());
        }
    }
}

async fn sources(parts: &Parts, scope: &SiteScope, archive: &mut Archive<'_>) -> Result<(), DepartureError> {
    let mut window = Window::newest(PAGE);
    loop {
        let (some, more) = parts.pages.sources_window(scope, &window).await?;
        for line in &some {
            archive.stage("sources")?;
            // One text at a time: each may be large.
            if let Some(source) = parts.pages.source(scope, line.id).await? {
                archive.line(&SourceLine::of(&source)).await?;
            }
        }
        window.after = some.last().map(|line| line.id);
        if !more || window.after.is_none() {
            return Ok(());
        }
    }
}

/// The pages of a site one after the other, read some at a time.
pub(super) struct Pages<'a> {
    parts: &'a Parts,
    scope: SiteScope,
    read: std::vec::IntoIter<Page>,
    after: Option<crate::pages::PageId>,
    more: bool,
}

impl Pages<'_> {
    pub fn of<'a>(parts: &'a Parts, scope: &SiteScope) -> Pages<'a> {
        Pages { parts, scope: *scope, read: Vec::new().into_iter(), after: None, more: true }
    }

    pub async fn next(&mut self) -> Result<Option<Page>, DepartureError> {
        if let Some(page) = self.read.next() {
            return Ok(Some(page));
        }
        if !self.more {
            return Ok(None);
        }
        let window = Window { after: self.after, ..Window::newest(PAGE) };
        let (some, more) = self.parts.pages.window(&self.scope, &PageFilter::default(), &window).await?;
        (self.after, self.more) = (some.last().map(|page| page.id), more);
        self.read = some.into_iter();
        Ok(self.read.next())
    }
}
