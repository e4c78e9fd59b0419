//! `/events`: what happened, by whom, as a list and as it happens.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt};
use poem_openapi::param::{Header, Query};
use poem_openapi::{Object, OpenApi};

use super::{Tag, time};
use crate::api::answer::Fetched;
use crate::api::caller::{As, Reader};
use crate::api::list::{List, usual};
use crate::api::live::Live;
use crate::api::problem::Problem;
use crate::events;
use crate::limits::Place;
use crate::tenancy::{OrgId, Role};

pub(in crate::api) struct EventsApi;

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
        let sees_all = who.org.role() >= Role::Admin;
        let events = found.into_iter().map(|event| shown(event, sees_all)).collect();
        Ok(Fetched::new(List::new("/api/v1/events", has_more, events)))
    }

    /// Follow what happens
    ///
    /// Server-sent events, each with its number as `id`: a client that comes back with `Last-Event-ID` goes on from there.
    /// Without it the stream begins with what happens next. It ends when the key does, and with the process.
    #[oai(path = "/stream", method = "get", operation_id = "events_stream")]
    async fn stream(
        &self,
        who: As<Reader>,
        /// The number of the last event that was seen
        #[oai(name = "Last-Event-ID")]
        last: Header<Option<i64>>,
    ) -> Result<Live<Event>, Problem> {
        let place = who.rooms.limits.open_stream(who.org.org())?;
        let newest = who.rooms.events.last(&who.org).await?;
        // A number that is not reached yet is of another time, before a backup was restored.
        let after = last.0.filter(|last| (0..=newest).contains(last)).unwrap_or(newest);
        let sees_all = who.org.role() >= Role::Admin;
        let lines = who.rooms.events.follow(who.org, after).map(move |event| {
            let seq = event.seq;
            (seq, shown(event, sees_all))
        });
        Ok(Live::new(after, lines.boxed(), ended(&who, place).boxed()))
    }
}

/// Until the credential is not good any more or the process is to end; holds the stream's place until then.
pub(super) fn ended(who: &As<Reader>, place: Place<OrgId>) -> impl Future<Output = ()> + Send + use<> {
    let (rooms, org, session, lasts) = (Arc::clone(&who.rooms), who.org, who.session, who.lasts);
    async move {
        rooms.accounts.lasts(&org, session, lasts, rooms.stop.clone()).await;
        drop(place);
    }
}

/// What happened to members and keys is told to admins alone, as their lists are.
fn shown(event: events::Event, sees_all: bool) -> Event {
    let events::Event { id, seq, at, actor, kind, subject, data, .. } = event;
    let guarded = ["member.", "invitation.", "api_key."].iter().any(|room| kind.starts_with(room));
    let data = if guarded && !sees_all { serde_json::json!({}) } else { data };
    Event { id: id.to_string(), seq, at: time::of(at), actor, kind, subject, data }
}
