//! The resources: one file each, with the shapes that go over the wire.

pub(super) mod api_keys;
pub(super) mod domains;
pub(super) mod editions;
pub(super) mod events;
pub(super) mod jobs;
pub(super) mod members;
pub(super) mod orgs;
pub(super) mod pages;
pub(super) mod redirects;
pub(super) mod search;
pub(super) mod sites;
pub(super) mod sources;
mod time;
pub(super) mod webhooks;

use poem_openapi::Tags;

/// One tag per resource.
#[derive(Tags)]
pub(super) enum Tag {
    /// The organisation that a credential opens
    Orgs,
    /// Who belongs to it, and who may
    Members,
    /// Credentials of programs
    #[oai(rename = "API keys")]
    ApiKeys,
    /// Published sites
    Sites,
    /// Paths of a site that lead somewhere else
    Redirects,
    /// Names of one's own on which a site answers
    Domains,
    /// Documents that pages are written from
    Sources,
    /// Knowledge pages, their text and their claims
    Pages,
    /// Immutable builds of a site, and which one is live
    Editions,
    /// Long work
    Jobs,
    /// What happened, by whom
    Events,
    /// One's own things by words
    Search,
    /// Addresses that events are sent to, and what was sent
    Webhooks,
}
