//! What a receiver reads: type, time and data, thin. It holds ids and numbers, and no text: whoever wants more asks the
//! API with a key.

use serde::Serialize;
use serde_json::{Map, Value};

use super::EventType;
use crate::base::clock::timestamp;
use crate::events::Event;
use crate::tenancy::OrgId;

/// Fields of an event's data that may leave. Others may be texts, or say something about people.
const KEPT: &[&str] = &["site", "revision", "claims", "number", "files"];

#[derive(Serialize)]
struct Message<'a> {
    r#type: &'a str,
    timestamp: String,
    data: Map<String, Value>,
}

/// The body that tells of an event.
pub(super) fn of_event(org: OrgId, kind: EventType, event: &Event) -> String {
    let kept = KEPT.iter().filter_map(|field| Some((*field, event.data.get(field)?.clone())));
    write(kind.as_str(), event.at, org, &event.subject, kept)
}

/// The body that tells of nothing, to see whether it arrives.
pub(super) fn of_test(kind: &str, at: i64, org: OrgId, endpoint: &str) -> String {
    write(kind, at, org, endpoint, std::iter::empty())
}

fn write<'a>(
    kind: &str,
    at: i64,
    org: OrgId,
    id: &str,
    more: impl Iterator<Item = (&'a str, Value)>,
) -> String {
    let always = [("org", Value::from(org.to_string())), ("id", Value::from(id))];
    let data = always.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect();
    let message = Message { r#type: kind, timestamp: timestamp(at).to_string(), data };
    // Texts and numbers can't fail to be written.
    serde_json::to_string(&message).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};

    #[test]
    fn a_message_holds_ids_and_numbers_and_no_texts() {
        let ids = Ids::seeded(Clock::fixed(timestamp(1_790_000_000_000)), "m");
        let event = Event {
            id: ids.new_id(),
            seq: 4,
            at: 1_790_000_000_000,
            actor: "usr_1".to_owned(),
            kind: "page.written".to_owned(),
            subject: "page_1".to_owned(),
            data: serde_json::json!({ "site": "site_1", "revision": 2, "reason": "a secret plan" }),
            hash: String::new(),
        };
        let org: OrgId = ids.new_id();
        let body: Value = serde_json::from_str(&of_event(org, EventType::PageSubmitted, &event)).unwrap();
        let data = serde_json::json!({ "org": org, "id": "page_1", "site": "site_1", "revision": 2 });
        let whole = serde_json::json!({ "type": "page.submitted", "timestamp": "2026-09-21T14:13:20Z", "data": data });
        assert_eq!(body, whole);
    }
}
