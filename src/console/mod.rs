//! The console: what people see and click. HTML made here, a little script for comfort, every action a plain form.
//!
//! A request passes the door (request id, headers; for whatever changes something: origin and form token), then an
//! extractor that proves who asks and finds where (`who`), then a screen.

#![allow(
    clippy::result_large_err,
    reason = "a fault is made once for a request that failed, and shown as it is"
)]

mod assets;
mod calls;
mod csv;
mod door;
mod fault;
mod form;
mod format;
mod limits;
mod notice;
mod refused;
mod screens;
mod shell;
mod view;
mod who;

use std::sync::Arc;

use poem::{EndpointExt, Response, Route, get, handler};
use tokio::sync::watch;

pub use self::limits::Limits;

use self::calls::Calls;
use self::door::Door;
use self::screens::docs::{self, Reference};
use self::view::View;
use crate::accounts::Accounts;
use crate::base::{Address, Clock, Ids};
use crate::departures::Departures;
use crate::events::Events;
use crate::flags::Flags;
use crate::pages::Pages;
use crate::publishing::Publishing;
use crate::queue::Queue;
use crate::sites::{Domains, Sites};
use crate::themes::Themes;
use crate::webhooks::Webhooks;

/// What the screens stand on.
pub struct Rooms {
    /// Credentials, organisations, members.
    pub accounts: Accounts,
    /// Sites.
    pub sites: Sites,
    /// Their owners' own names.
    pub domains: Domains,
    /// Sources and pages.
    pub pages: Pages,
    /// Editions.
    pub publishing: Publishing,
    /// What the settings of a site can set.
    pub themes: Themes,
    /// Jobs.
    pub queue: Queue,
    /// What happened.
    pub events: Events,
    /// What the operator has switched off.
    pub flags: Flags,
    /// Exports and deletions of organisations.
    pub departures: Departures,
    /// Where events are sent.
    pub webhooks: Arc<Webhooks>,
    /// Ids of requests, and tokens.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// How readers reach the sites.
    pub address: Address,
    /// The console's own address, without a slash at its end.
    pub public_url: String,
    /// The domain below which sites without a host of their own live.
    pub sites_domain: String,
    /// The e-mail addresses of those who run this installation.
    pub operators: Vec<String>,
    /// The OpenAPI document, to be read at `/docs`.
    pub openapi: String,
    /// How often people may try.
    pub limits: Limits,
    /// Turns true when the process is to end: streams end then.
    pub stop: watch::Receiver<bool>,
}

/// What every screen has at hand.
struct Desk {
    rooms: Rooms,
    view: View,
    reference: Reference,
}

/// Adds the routes of this face, below `/console`, to those of others on the same host.
pub fn routes(others: Route, rooms: Rooms) -> Route {
    let calls = Calls::of(&rooms.openapi, &rooms.public_url);
    let view = View::new(rooms.clock.clone(), calls);
    let reference = Reference::of(&rooms.openapi, &rooms.public_url);
    let desk = Arc::new(Desk { rooms, view, reference });
    let screens = screens::routes().with(Door::new(Arc::clone(&desk)));
    let others = others.at("/docs", get(docs::show).with(Door::new(desk))).at("/redoc", get(docs::elsewhere));
    others.at("/", get(front)).nest("/console", screens)
}

/// Whoever types the host alone wants the console.
#[handler]
fn front() -> Response {
    door::redirect("/console")
}
