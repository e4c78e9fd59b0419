//! Webhooks and deliveries as they go over the wire.

use poem_openapi::{Enum, Object};

use super::super::time;
use crate::base::Secret;
use crate::webhooks::{self, DeliveryState, Endpoint, EventType, State};

/// An address that events are sent to, without its secret.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Webhook {
    /// Its id, `wh_…`
    id: String,
    /// Where events are sent; who is no admin is told scheme and host alone, because the rest may open it
    url: String,
    /// What people call it
    description: String,
    /// What it is told of
    events: Vec<WebhookEvent>,
    /// Whether it is told anything
    state: StateWord,
    /// Why it is off
    off_reason: Option<OffReason>,
    /// Since when it is on or off
    state_since: String,
    /// Since when every attempt has failed; after five days it is switched off
    failing_since: Option<String>,
    /// Until when deliveries are also signed with the secret before
    old_secret_until: Option<String>,
    /// When it was made
    created_at: String,
}

/// A webhook with its new secret, which is shown here and never again.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct WebhookMade {
    /// The webhook
    webhook: Webhook,
    /// What its deliveries are signed with: `whsec_` and the key in base64 (Standard Webhooks)
    secret: String,
}

/// A webhook to be made.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct WebhookNew {
    /// Where events are to be sent: https, to a public address
    #[oai(validator(min_length = 8, max_length = 2000))]
    pub(super) url: String,
    /// What people call it
    #[oai(default, validator(max_length = 200))]
    pub(super) description: String,
    /// What it is to be told of
    #[oai(validator(min_items = 1, max_items = 50))]
    pub(super) events: Vec<WebhookEvent>,
}

/// What is to change of a webhook; a field that is left out stays (JSON merge patch).
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct WebhookChange {
    /// Where events are to be sent: https, to a public address
    #[oai(validator(min_length = 8, max_length = 2000))]
    pub(super) url: Option<String>,
    /// What people call it
    #[oai(validator(max_length = 200))]
    pub(super) description: Option<String>,
    /// What it is to be told of
    #[oai(validator(min_items = 1, max_items = 50))]
    pub(super) events: Option<Vec<WebhookEvent>>,
    /// Whether it is to be told anything
    pub(super) state: Option<StateWord>,
}

/// Whether a webhook is told anything
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "WebhookState", rename_all = "lowercase")]
pub(in crate::api) enum StateWord {
    /// It is
    On,
    /// It gets nothing
    Off,
}

/// Why a webhook is off
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "WebhookOffReason", rename_all = "lowercase")]
pub(in crate::api) enum OffReason {
    /// Somebody has switched it off
    Person,
    /// Nothing has got through to it for five days
    Failing,
    /// It has answered 410
    Gone,
}

/// One event on its way to one webhook.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Delivery {
    /// Its id, `del_…`
    id: String,
    /// The webhook, `wh_…`
    webhook: String,
    /// The message's id, `evt_…`, as in the header `webhook-id`: the same at each attempt and replay
    event: String,
    /// The type of the message: `edition.live`
    #[oai(rename = "type")]
    kind: String,
    /// How far it is
    state: DeliveryWord,
    /// How often it was tried, of at most eight times
    attempts: u32,
    /// When it is tried next
    next_attempt_at: Option<String>,
    /// When it was last tried
    last_attempt_at: Option<String>,
    /// How long that took, in milliseconds
    duration_ms: Option<i64>,
    /// The HTTP status that was answered
    status: Option<u16>,
    /// Why it has not got through
    error: Option<String>,
    /// The delivery that was asked for again, `del_…`
    replay_of: Option<String>,
    /// When it was made
    created_at: String,
    /// What is sent, as it is signed; only where one delivery is asked for
    payload: Option<String>,
    /// The beginning of the last answer; only where one delivery is asked for, by an admin
    answer: Option<String>,
}

/// How far a delivery is
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename = "DeliveryState", rename_all = "lowercase")]
pub(in crate::api) enum DeliveryWord {
    /// It will be tried
    Pending,
    /// It got through
    Delivered,
    /// It was given up
    Failed,
    /// Its webhook was switched off before it got through
    Cancelled,
}

/// Names the types of events on the wire as the room names them.
macro_rules! events {
    ($($name:ident = $word:literal: $doc:literal),+ $(,)?) => {
        /// What a webhook can be told of
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
        pub(in crate::api) enum WebhookEvent {
            $(#[doc = $doc] #[oai(rename = $word)] $name),+
        }

        impl From<WebhookEvent> for EventType {
            fn from(event: WebhookEvent) -> EventType {
                match event {
                    $(WebhookEvent::$name => EventType::$name),+
                }
            }
        }

        impl From<EventType> for WebhookEvent {
            fn from(event: EventType) -> WebhookEvent {
                match event {
                    $(EventType::$name => WebhookEvent::$name),+
                }
            }
        }
    };
}

events! {
    ScanCompleted = "scan.completed": "All answers of a scan are there",
    ScanFailed = "scan.failed": "A scan was given up",
    AuditStarted = "audit.started": "An audit has begun",
    AuditCompleted = "audit.completed": "An audit's findings are there",
    AuditFailed = "audit.failed": "An audit was given up",
    PageGenerated = "page.generated": "A page was written from its sources",
    PageSubmitted = "page.submitted": "A person's text waits for review",
    PagePublished = "page.published": "A page was approved: the next edition has it",
    EditionLive = "edition.live": "Readers see an edition",
    EditionFailed = "edition.failed": "An edition could not be built",
    DomainVerified = "domain.verified": "A domain is proved",
    SubscriptionUpdated = "subscription.updated": "The plan or its state changed",
    QuotaWarning = "quota.warning": "Four fifths of an allowance are used",
    QuotaReached = "quota.reached": "An allowance is used up",
    VisibilityChanged = "visibility.changed": "A brand is named more or less often, beyond chance",
}

impl From<Endpoint> for Webhook {
    fn from(it: Endpoint) -> Webhook {
        let off_reason = match it.state {
            State::On => None,
            State::OffByPerson => Some(OffReason::Person),
            State::OffFailing => Some(OffReason::Failing),
            State::OffGone => Some(OffReason::Gone),
        };
        Webhook {
            id: it.id.to_string(),
            url: it.url,
            description: it.description,
            events: it.types.into_iter().map(Into::into).collect(),
            state: if it.state == State::On { StateWord::On } else { StateWord::Off },
            off_reason,
            state_since: time::of(it.since),
            failing_since: it.failing_since.map(time::of),
            old_secret_until: it.old_secret_until.map(time::of),
            created_at: time::of(it.created_at),
        }
    }
}

impl WebhookMade {
    pub(super) fn new(endpoint: Endpoint, secret: &Secret) -> WebhookMade {
        WebhookMade { webhook: endpoint.into(), secret: secret.reveal().to_owned() }
    }
}

impl Delivery {
    /// As one of many.
    pub(super) fn line(it: webhooks::Delivery) -> Delivery {
        Delivery { payload: None, answer: None, ..Delivery::whole(it) }
    }

    /// With what was sent and answered.
    pub(super) fn whole(it: webhooks::Delivery) -> Delivery {
        let last = it.last.as_ref();
        Delivery {
            id: it.id.to_string(),
            webhook: it.endpoint.to_string(),
            event: it.event.to_string(),
            state: match it.state {
                DeliveryState::Pending => DeliveryWord::Pending,
                DeliveryState::Delivered => DeliveryWord::Delivered,
                DeliveryState::Failed => DeliveryWord::Failed,
                DeliveryState::Cancelled => DeliveryWord::Cancelled,
            },
            attempts: it.attempts,
            next_attempt_at: it.next_at.map(time::of),
            last_attempt_at: last.map(|last| time::of(last.at)),
            duration_ms: last.map(|last| last.duration_ms),
            status: last.and_then(|last| last.status),
            error: last.and_then(|last| last.why.clone()),
            replay_of: it.replay_of.map(|id| id.to_string()),
            created_at: time::of(it.created_at),
            answer: last.and_then(|last| last.answer.clone()),
            kind: it.kind,
            payload: Some(it.body),
        }
    }
}
