//! The organisation's tables as CSV.

use poem::web::Path;
use poem::{Response, handler};

use super::Names;
use super::audit_log::said;
use super::jobs::called;
use super::webhooks::{self, worded};
use crate::base::Window;
use crate::console::csv::{PART, Part, answer, at, maybe, whole};
use crate::console::fault::Fault;
use crate::console::who::{Admin, In, Member};
use crate::queue::Filter;

#[handler]
pub(in crate::console) async fn members(here: In<Member>) -> Result<Response, Fault> {
    let members = here.me.desk.rooms.accounts.members(&here.scope).await?;
    let row = |member: crate::accounts::Member| {
        let codes = if member.person.has_totp { "on" } else { "off" };
        let (person, role) = (member.person, member.role.as_str());
        vec![person.id.to_string(), person.name, person.email, role.into(), codes.into(), at(member.since)]
    };
    let head = ["id", "name", "email", "role", "codes", "since"];
    whole("members", &head, members.into_iter().map(row).collect()).await
}

#[handler]
pub(in crate::console) async fn api_keys(here: In<Admin>) -> Result<Response, Fault> {
    let (names, now) = (Names::of(&here).await?, here.me.desk.rooms.clock.millis());
    let keys = here.me.desk.rooms.accounts.keys(&here.scope).await?;
    let row = |key: crate::accounts::ApiKey| {
        let state = if key.is_open(now) { "open" } else { "ended" };
        vec![
            key.id.to_string(),
            key.name,
            key.prefix,
            key.scope.as_str().into(),
            state.into(),
            names.name(&key.created_by),
            at(key.created_at),
            key.used_at.map_or_else(String::new, at),
            key.expires_at.map_or_else(String::new, at),
        ]
    };
    let head = ["id", "name", "begins_with", "may", "state", "made_by", "made_at", "last_used_at", "ends_at"];
    whole("api-keys", &head, keys.into_iter().map(row).collect()).await
}

#[handler]
pub(in crate::console) async fn audit_log(here: In<Admin>) -> Result<Response, Fault> {
    let names = Names::of(&here).await?;
    let (desk, scope) = (here.me.desk.clone(), here.scope);
    let names = std::sync::Arc::new(names);
    let part = move |before: Option<i64>| {
        let (desk, names) = (desk.clone(), names.clone());
        async move {
            let events = desk.rooms.events.latest(&scope, before, PART).await?;
            let next = events.last().filter(|_| events.len() as u64 == PART).map(|last| last.seq);
            let row = |event: crate::events::Event| {
                let (who, what) = (names.name(&event.actor), said(&event.kind).to_owned());
                let data = event.data.to_string();
                vec![event.seq.to_string(), at(event.at), who, what, event.kind, event.subject, data]
            };
            Ok(Part { rows: events.into_iter().map(row).collect(), next })
        }
    };
    answer("audit-log", &["number", "at", "who", "what", "kind", "subject", "details"], part).await
}

#[handler]
pub(in crate::console) async fn jobs(here: In<Member>) -> Result<Response, Fault> {
    let (desk, scope) = (here.me.desk.clone(), here.scope);
    let part = move |after| {
        let desk = desk.clone();
        async move {
            let window = Window { limit: PART, after, before: None };
            let (found, has_more) = desk.rooms.queue.window(&scope, &Filter::default(), &window).await?;
            let next = found.last().filter(|_| has_more).map(|last| last.id);
            let row = |job: crate::queue::Record| {
                vec![
                    job.id.to_string(),
                    called(&job.kind).to_owned(),
                    job.kind,
                    job.state.as_str().to_owned(),
                    job.attempt.to_string(),
                    maybe(job.cause),
                    job.created_at.to_string(),
                    maybe(job.started_at),
                    maybe(job.finished_at),
                ]
            };
            Ok(Part { rows: found.into_iter().map(row).collect(), next })
        }
    };
    let head =
        ["id", "work", "kind", "state", "attempt", "cause", "asked_for_at", "started_at", "finished_at"];
    answer("jobs", &head, part).await
}

#[handler]
pub(in crate::console) async fn deliveries(
    here: In<Member>,
    Path((_, endpoint)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let endpoint = webhooks::found(&here, &endpoint).await?.id;
    let (desk, scope) = (here.me.desk.clone(), here.scope);
    let part = move |after| {
        let desk = desk.clone();
        async move {
            let window = Window { limit: PART, after, before: None };
            let (found, has_more) = desk.rooms.webhooks.deliveries(&scope, endpoint, &window).await?;
            let next = found.last().filter(|_| has_more).map(|last| last.id);
            let row = |delivery: crate::webhooks::Delivery| {
                let last = delivery.last;
                vec![
                    delivery.id.to_string(),
                    delivery.event.to_string(),
                    delivery.kind,
                    worded(delivery.state).to_owned(),
                    delivery.attempts.to_string(),
                    maybe(last.as_ref().and_then(|attempt| attempt.status)),
                    maybe(last.as_ref().map(|attempt| attempt.duration_ms)),
                    maybe(last.and_then(|attempt| attempt.why)),
                    at(delivery.created_at),
                    delivery.next_at.map_or_else(String::new, at),
                ]
            };
            Ok(Part { rows: found.into_iter().map(row).collect(), next })
        }
    };
    let head = [
        "id",
        "event",
        "type",
        "state",
        "attempts",
        "status",
        "milliseconds",
        "why",
        "asked_for_at",
        "next_at",
    ];
    answer("deliveries", &head, part).await
}
