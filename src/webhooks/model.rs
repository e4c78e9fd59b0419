use super::EventType;
use crate::events::EventId;
use crate::id_kind;
use crate::tenancy::OrgId;

id_kind!(/// Where events are sent.
    EndpointId, EndpointKind, "wh");
id_kind!(/// One event on its way to one endpoint.
    DeliveryId, DeliveryKind, "del");

/// Where an organisation's events are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Its address.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// What it is told of, in the order of the list of types.
    pub types: Vec<EventType>,
    /// Whether it is told anything.
    pub state: State,
    /// Since when, in milliseconds since the epoch.
    pub since: i64,
    /// Since when every attempt has failed.
    pub failing_since: Option<i64>,
    /// Until when deliveries are signed with the secret before as well.
    pub old_secret_until: Option<i64>,
    /// When it was made.
    pub created_at: i64,
}

/// Whether an endpoint is told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    On,
    /// A person has switched it off.
    OffByPerson,
    /// Nothing has got through for days.
    OffFailing,
    /// It has answered 410: it is gone.
    OffGone,
}

impl State {
    const ALL: [State; 4] = [State::On, State::OffByPerson, State::OffFailing, State::OffGone];

    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            State::On => "on",
            State::OffByPerson => "person",
            State::OffFailing => "failing",
            State::OffGone => "gone",
        }
    }

    pub(super) fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// An endpoint to be made.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Its address.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// What it is told of.
    pub types: Vec<EventType>,
}

/// What is to change of an endpoint; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Its address.
    pub url: Option<String>,
    /// What people call it.
    pub description: Option<String>,
    /// What it is told of.
    pub types: Option<Vec<EventType>>,
    /// Whether it is told anything.
    pub on: Option<bool>,
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// Whose it is.
    pub org: OrgId,
    /// Where to.
    pub endpoint: EndpointId,
    /// The event; a receiver knows by it what it was told already.
    pub event: EventId,
    /// The type, as the receiver reads it.
    pub kind: String,
    /// What is sent: the same bytes at each attempt.
    pub body: String,
    /// How far it is.
    pub state: DeliveryState,
    /// The delivery that was asked for again.
    pub replay_of: Option<DeliveryId>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, in milliseconds since the epoch.
    pub next_at: Option<i64>,
    /// The last attempt.
    pub last: Option<Attempt>,
    /// When it was made.
    pub created_at: i64,
}

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it began, in milliseconds since the epoch.
    pub at: i64,
    /// How long it took.
    pub duration_ms: i64,
    /// The HTTP status that was answered.
    pub status: Option<u16>,
    /// Why it did not get through.
    pub why: Option<String>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It will be tried.
    Pending,
    /// It got through.
    Delivered,
    /// It was given up.
    Failed,
    /// Its endpoint was switched off before it got through.
    Cancelled,
}

impl DeliveryState {
    const ALL: [DeliveryState; 4] =
        [DeliveryState::Pending, DeliveryState::Delivered, DeliveryState::Failed, DeliveryState::Cancelled];

    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            DeliveryState::Pending => "pending",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
            DeliveryState::Cancelled => "cancelled",
        }
    }

    pub(super) fn parse(word: &str) -> Option<DeliveryState> {
        DeliveryState::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
