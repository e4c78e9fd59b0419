//! `/events`: what happened, by whom, as a list and as it happens.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use poem::web::sse;
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::EventStream;
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::{Tag, time};
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::list::{List, USUAL};
use crate::api::problem::Problem;
use crate::events;

pub(in crate::api) struct EventsApi;

/// A line to keep a quiet stream's connection open, in seconds.
const KEEP_ALIVE: u64 = 15;

/// One line of what happened.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Event {
    /// Its id, `evt_…`
    id: String,
    /// Its number in the organisation, from 1, without gaps
    seq: i64,
    /// When
    at: String,
    /// Who: a person's or key's id, `operator` or `system`
    actor: String,
    /// What: a dotted word such as `edition.live`
    #[oai(rename = "type")]
    kind: String,
    /// To what: the id of the thing
    subject: String,
    /// What else is worth knowing
    data: serde_json::Value,
}

#[OpenApi(prefix_path = "/events", tag = "Tag::Events")]
impl EventsApi {
    /// List what happened
    ///
    /// Oldest first, after a number: whoever has read up to one goes on from there without a gap.
    #[oai(path = "/", method = "get", operation_id = "events_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// Those with a number above this one
        #[oai(default, validator(minimum(value = "0")))]
        after: Query<i64>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
    ) -> Result<Fetched<List<Event>>, Problem> {
        let mut found = who.rooms.events.list(&who.org, after.0, limit.0 + 1).await?;
        let limit = usize::try_from(limit.0).unwrap_or(usize::MAX);
        let has_more = found.len() > limit;
        found.truncate(limit);
        let events = found.into_iter().map(Event::from).collect();
        Ok(Fetched::new(List::new("/api/v1/events", has_more, events)))
    }

    /// Follow what happens
    ///
    /// Server-sent events, each with its number as `id`: a client that comes back with `Last-Event-ID` goes on from there.
    /// Without it the stream begins with what happens next.
    #[oai(path = "/stream", method = "get", operation_id = "events_stream")]
    async fn stream(
        &self,
        who: As<Reader>,
        /// The number of the last event that was seen
        #[oai(name = "Last-Event-ID")]
        last: Header<Option<i64>>,
    ) -> Result<EventStream<BoxStream<'static, Event>>, Problem> {
        let after = match last.0 {
            Some(last) => last.max(0),
            None => who.rooms.events.last(&who.org).await?,
        };
        let happening = who.rooms.events.follow(who.org, after).map(Event::from);
        let written = |event: Event| sse::Event::message(event.to_json_string()).id(event.seq.to_string());
        let stream = EventStream::new(happening.boxed()).to_event(written);
        Ok(stream.keep_alive(std::time::Duration::from_secs(KEEP_ALIVE)))
    }
}

impl From<events::Event> for Event {
    fn from(event: events::Event) -> Event {
        let events::Event { id, seq, at, actor, kind, subject, data, .. } = event;
        Event { id: id.to_string(), seq, at: time::of(at), actor, kind, subject, data }
    }
}

fn usual() -> u64 {
    USUAL
}
