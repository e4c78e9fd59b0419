//! What programs call: JSON under `/api/v1`, described by one document, and the probes of operators.

#![allow(
    clippy::result_large_err,
    reason = "a problem is made once for a request that failed, and read as it is"
)]

mod answer;
mod body;
mod caller;
mod cors;
mod credential;
mod document;
mod door;
mod download;
mod faults;
mod health;
mod limits;
mod list;
mod live;
mod problem;
mod refusals;
mod repeats;
mod resources;

use std::sync::Arc;

use poem::{EndpointExt, Route, get};
use poem_openapi::{LicenseObject, OpenApi, OpenApiService};
use tokio::sync::watch;

pub use self::limits::Limits;

use self::document::Methods;
use self::door::Door;
use self::resources::{
    api_keys, domains, editions, events, jobs, members, orgs, pages, redirects, search, sites, sources,
    webhooks,
};
use crate::accounts::Accounts;
use crate::base::{Address, Ids};
use crate::browser::Origin;
use crate::db::Db;
use crate::departures::Departures;
use crate::events::Events;
use crate::idempotency::Idempotency;
use crate::pages::Pages;
use crate::publishing::Publishing;
use crate::queue::Queue;
use crate::sites::{Domains, Sites};
use crate::webhooks::Webhooks;

/// What the operations stand on.
pub struct Rooms {
    /// Credentials, organisations, members.
    pub accounts: Accounts,
    /// Sites.
    pub sites: Sites,
    /// Domains of their owners' own.
    pub domains: Domains,
    /// Sources and pages.
    pub pages: Pages,
    /// Editions.
    pub publishing: Publishing,
    /// Exports.
    pub departures: Departures,
    /// Jobs.
    pub queue: Queue,
    /// What happened.
    pub events: Events,
    /// Webhooks.
    pub webhooks: Arc<Webhooks>,
    /// Ids of requests.
    pub ids: Ids,
    /// How readers reach the sites.
    pub address: Address,
    /// Answers to requests that are repeated.
    pub idempotency: Idempotency,
    /// The console's own address, without a slash at its end.
    pub public_url: String,
    /// Other origins whose pages may call.
    pub cors_origins: Vec<Origin>,
    /// How often callers may call.
    pub limits: Limits,
    /// Turns true when the process is to end: streams end then.
    pub stop: watch::Receiver<bool>,
}

/// The routes of this face.
pub fn routes(db: Db, rooms: Rooms) -> Route {
    let service = service();
    let document = document::told(&service.spec());
    let methods = Arc::new(Methods::of(&document));
    let alive = health::Alive(rooms.stop.clone());
    let route = Route::new().at("/healthz", get(alive)).at("/readyz", get(health::Ready(db)));
    let route = document::at(route, document);
    let rooms = Arc::new(rooms);
    route.nest("/api/v1", service.data(Arc::clone(&rooms)).with(Door { rooms, methods }))
}

/// The OpenAPI document as JSON: what clients are made from.
pub fn openapi() -> String {
    document::told(&service().spec())
}

fn service() -> OpenApiService<impl OpenApi, ()> {
    let resources = (
        (orgs::OrgsApi, orgs::UsageApi),
        members::MembersApi,
        api_keys::ApiKeysApi,
        (sites::SitesApi, sites::ExportApi),
        redirects::RedirectsApi,
        domains::DomainsApi,
        sources::SourcesApi,
        (pages::PagesApi, pages::RevisionsApi, pages::ChangesApi, pages::ImportApi, pages::PlanApi),
        (editions::EditionsApi, editions::DiffApi),
        jobs::JobsApi,
        events::EventsApi,
        search::SearchApi,
        (webhooks::WebhooksApi, webhooks::deliveries::DeliveriesApi),
    );
    OpenApiService::new(resources, "Citepress", "1")
        .description(
            "Knowledge sites that answer engines cite: sources in, pages with evidence, editions out.",
        )
        .license(LicenseObject::new("Apache-2.0"))
        .server("/api/v1")
}
