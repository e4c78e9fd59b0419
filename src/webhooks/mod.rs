//! Webhooks: an organisation's events, sent to the addresses that it has named.
//!
//! Events are the one spine. What has to be told to whom is decided in order, organisation by organisation: deliveries,
//! their jobs and the place up to which events were read are one transaction, so that a crash loses none and doubles
//! none. Each attempt is a job of its own, queued in the transaction that keeps how the one before went. A receiver may
//! get a message twice, after a crash between its answer and our note of it: it knows that by the message's id.

mod deliver;
mod deliveries;
mod dispatch;
mod endpoints;
mod error;
mod message;
mod model;
mod rows;
mod rules;
mod signing;
mod store;
mod sweep;
mod types;

pub use deliver::{DeliverWebhook, QUEUE};
pub use error::{Refusal, WebhookError};
pub use model::{
    Attempt, Change, Delivery, DeliveryId, DeliveryKind, DeliveryState, Endpoint, EndpointId, EndpointKind,
    NewEndpoint, State,
};
pub use types::EventType;

use crate::accounts::Accounts;
use crate::base::{Clock, Ids};
use crate::crawl::Poster;
use crate::db::Db;
use crate::events::Events;
use crate::keys::Keys;
use crate::queue::Queue;

/// The name under which this room sends.
pub const SENDER: &str = "Citepress-Webhooks";

/// The name under which this room reads events.
const READER: &str = "webhooks";

/// The room.
pub struct Webhooks {
    db: Db,
    ids: Ids,
    clock: Clock,
    events: Events,
    accounts: Accounts,
    queue: Queue,
    keys: Keys,
    poster: Poster,
}

/// What the room is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Ids, secrets and jitter.
    pub ids: Ids,
    /// Time.
    pub clock: Clock,
    /// The events room.
    pub events: Events,
    /// The accounts room, which tells owners.
    pub accounts: Accounts,
    /// The queue, for attempts.
    pub queue: Queue,
    /// Seals secrets.
    pub keys: Keys,
    /// Sends, to where sending is allowed.
    pub poster: Poster,
}

impl Webhooks {
    /// The room.
    pub fn new(parts: Parts) -> Webhooks {
        let Parts { db, ids, clock, events, accounts, queue, keys, poster } = parts;
        Webhooks { db, ids, clock, events, accounts, queue, keys, poster }
    }
}
