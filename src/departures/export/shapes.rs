//! The lines of an archive: what they hold is a promise to those who read it later. Nothing secret is among it: no
//! password, no key and no hash of one.

use serde::Serialize;

use crate::accounts::{Member, Org};
use crate::base::clock::timestamp;
use crate::events;
use crate::pages::{self, Brief};
use crate::publishing;
use crate::sites;

/// What the archive is.
#[derive(Serialize)]
pub(super) struct Head<'a> {
    pub format: &'a str,
    pub version: u32,
    pub exported_at: String,
    pub organisation: Organisation<'a>,
}

#[derive(Serialize)]
pub(super) struct Organisation<'a> {
    id: String,
    slug: &'a str,
    name: &'a str,
}

impl<'a> Organisation<'a> {
    pub fn of(org: &'a Org) -> Organisation<'a> {
        Organisation { id: org.id.to_string(), slug: &org.slug, name: &org.name }
    }
}

#[derive(Serialize)]
pub(super) struct MemberLine<'a> {
    id: String,
    email: &'a str,
    name: &'a str,
    role: &'a str,
    since: String,
}

impl<'a> MemberLine<'a> {
    pub fn of(member: &'a Member) -> MemberLine<'a> {
        let Member { person, role, since } = member;
        let (id, role, since) = (person.id.to_string(), role.as_str(), time(*since));
        MemberLine { id, email: &person.email, name: &person.name, role, since }
    }
}

/// A line of the audit log. With the hashes anybody can check that none was changed.
#[derive(Serialize)]
pub(super) struct EventLine<'a> {
    id: String,
    seq: i64,
    at: i64,
    actor: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    subject: &'a str,
    data: &'a serde_json::Value,
    hash: &'a str,
}

impl<'a> EventLine<'a> {
    pub fn of(event: &'a events::Event) -> EventLine<'a> {
        let events::Event { id, seq, at, actor, kind, subject, data, hash } = event;
        EventLine { id: id.to_string(), seq: *seq, at: *at, actor, kind, subject, data, hash }
    }
}

/// The mark of a site's folder.
#[derive(Serialize)]
pub(super) struct Mark<'a> {
    pub format: &'a str,
    pub version: u32,
    pub slug: &'a str,
    pub title: &'a str,
    pub gate: i64,
}

#[derive(Serialize)]
pub(super) struct SiteLine<'a> {
    id: String,
    slug: &'a str,
    title: &'a str,
    gate: i64,
    host: Option<String>,
    live_edition: Option<&'a str>,
    created_at: String,
}

impl<'a> SiteLine<'a> {
    pub fn of(site: &'a sites::Site, host: Option<String>) -> SiteLine<'a> {
        let (id, created_at) = (site.id.to_string(), time(site.created_at));
        let live_edition = site.live_edition.as_deref();
        SiteLine { id, slug: &site.slug, title: &site.title, gate: site.gate, host, live_edition, created_at }
    }
}

#[derive(Serialize)]
pub(super) struct DomainLine<'a> {
    id: String,
    name: &'a str,
    state: &'a str,
    created_at: String,
}

impl<'a> DomainLine<'a> {
    pub fn of(domain: &'a sites::Domain) -> DomainLine<'a> {
        let (id, created_at) = (domain.id.to_string(), time(domain.created_at));
        DomainLine { id, name: domain.name.as_str(), state: domain.state.as_str(), created_at }
    }
}

#[derive(Serialize)]
pub(super) struct RedirectLine<'a> {
    id: String,
    from: &'a str,
    to: &'a str,
    status: u16,
    created_at: String,
}

impl<'a> RedirectLine<'a> {
    pub fn of(redirect: &'a sites::Redirect) -> RedirectLine<'a> {
        let sites::Redirect { id, path, target, status, created_at } = redirect;
        let (id, created_at) = (id.to_string(), time(*created_at));
        RedirectLine { id, from: path, to: target, status: *status, created_at }
    }
}

#[derive(Serialize)]
pub(super) struct PageLine<'a> {
    id: String,
    path: &'a str,
    title: &'a str,
    kind: &'a str,
    state: &'a str,
    revision: i64,
    live_revision: Option<i64>,
    health: Option<i64>,
    stale: bool,
    brief: &'a Brief,
    created_at: String,
}

impl<'a> PageLine<'a> {
    pub fn of(page: &'a pages::Page) -> PageLine<'a> {
        let (id, created_at) = (page.id.to_string(), time(page.created_at));
        let pages::Page { path, title, kind, revision, live_revision, health, stale, brief, .. } = page;
        let (revision, live_revision, health, stale) = (*revision, *live_revision, *health, *stale);
        let state = page.state.as_str();
        PageLine { id, path, title, kind, state, revision, live_revision, health, stale, brief, created_at }
    }
}

/// One state of a page's text, with the claims that it makes.
#[derive(Serialize)]
pub(super) struct RevisionLine<'a> {
    page: String,
    number: i64,
    author: &'a str,
    reason: &'a str,
    created_at: String,
    document: &'a str,
    claims: Vec<ClaimPart<'a>>,
}

#[derive(Serialize)]
struct ClaimPart<'a> {
    sentence: &'a str,
    state: &'a str,
    evidence: Option<Evidence<'a>>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    source: String,
    hash: &'a str,
    start: usize,
    end: usize,
    quote: &'a str,
}

impl<'a> RevisionLine<'a> {
    pub fn of(
        page: &pages::Page,
        revision: &'a pages::Revision,
        claims: &'a [pages::Claim],
    ) -> RevisionLine<'a> {
        let pages::Revision { number, document, author, reason, created_at } = revision;
        let claims = claims.iter().map(ClaimPart::of).collect();
        let (page, created_at) = (page.id.to_string(), time(*created_at));
        RevisionLine { page, number: *number, author, reason, created_at, document, claims }
    }
}

impl<'a> ClaimPart<'a> {
    fn of(claim: &'a pages::Claim) -> ClaimPart<'a> {
        let evidence = claim.span.as_ref().map(|span| {
            let pages::Span { source, hash, start, end, quote } = span;
            Evidence { source: source.to_string(), hash, start: *start, end: *end, quote }
        });
        ClaimPart { sentence: &claim.sentence, state: claim.state.as_str(), evidence }
    }
}

#[derive(Serialize)]
pub(super) struct SourceLine<'a> {
    id: String,
    address: &'a str,
    kind: &'a str,
    title: &'a str,
    hash: &'a str,
    created_at: String,
    text: &'a str,
}

impl<'a> SourceLine<'a> {
    pub fn of(source: &'a pages::Source) -> SourceLine<'a> {
        let kind = match source.kind {
            pages::SourceKind::Url => "url",
            pages::SourceKind::Upload => "upload",
        };
        let pages::Source { address, title, body, hash, .. } = source;
        let (id, created_at) = (source.id.to_string(), time(source.created_at));
        SourceLine { id, address, kind, title, hash, created_at, text: body }
    }
}

#[derive(Serialize)]
pub(super) struct EditionLine<'a> {
    id: String,
    number: i64,
    state: &'a str,
    actor: &'a str,
    reason: &'a str,
    error: Option<&'a str>,
    warnings: &'a [String],
    files: i64,
    bytes: i64,
    created_at: String,
    live_at: Option<String>,
}

impl<'a> EditionLine<'a> {
    pub fn of(edition: &'a publishing::Edition) -> EditionLine<'a> {
        let live_at = (edition.live_at > 0).then(|| time(edition.live_at));
        EditionLine {
            id: edition.id.to_string(),
            number: edition.number,
            state: edition.state.as_str(),
            actor: &edition.actor,
            reason: &edition.reason,
            error: edition.error.as_deref(),
            warnings: &edition.warnings,
            files: edition.files,
            bytes: edition.bytes,
            created_at: time(edition.created_at),
            live_at,
        }
    }
}

/// RFC 3339 in UTC.
pub(super) fn time(millis: i64) -> String {
    timestamp(millis).to_string()
}
