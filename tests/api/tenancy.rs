//! Another organisation's things are not there: every operation of the document is walked with their ids.

use citepress::accounts::KeyScope;
use serde_json::{Value, json};

use super::rig::{Answer, Program};
use super::walk::{Named, Operation, ask, call, operations, things};
use crate::crawl::server::{Server, text};
use crate::publishing::rig::Rig;

/// A problem without what differs from request to request.
fn bare(answer: &Answer) -> Value {
    let mut problem: Value = serde_json::from_str(&answer.text).unwrap();
    for member in ["request_id", "instance"] {
        problem.as_object_mut().unwrap().remove(member);
    }
    problem
}

#[tokio::test]
async fn every_operation_says_of_a_strangers_things_what_it_says_of_nothing_and_serves_their_owner() {
    let receiver = Server::with(vec![("/hook", text("thanks"))]).await;
    let rig = Rig::allowed_to_fetch(&receiver.address()).await;
    let owner = Program::new(&rig, KeyScope::Admin).await;
    let stranger = Program::stranger(&rig).await;
    let (theirs, nothing) = (things(&rig, &owner, &receiver).await, Named::nothing());
    let mut walked = 0;
    for Operation { id, method, path } in operations() {
        let Some((real, body)) = call(&id, &path, &theirs) else { continue };
        let (made_up, other_body) = call(&id, &path, &nothing).unwrap();
        let foreign = ask(&stranger, &method, &real, body.as_ref()).await;
        let unknown = ask(&stranger, &method, &made_up, other_body.as_ref()).await;
        assert_eq!(foreign.status, 404, "{id}: {}", foreign.text);
        assert_eq!(bare(&foreign), bare(&unknown), "{id} tells that it is there");
        let own = ask(&owner, &method, &real, body.as_ref()).await;
        // A domain that is not proved is nobody's canonical host: tests/dns tells of those that are.
        // Which revision is the newest here is not known: tests/api/plan.rs plans pages.
        // All claims of the page are supported: there is nothing to waive, which is told in pages_claims.
        let fine = (200..300).contains(&own.status)
            || ["pages_waive_claim", "domains_make_canonical", "pages_schedule", "pages_unschedule"]
                .contains(&id.as_str());
        assert!(fine, "{id} does not serve its owner: {} {}", own.status, own.text);
        walked += 1;
    }
    assert!(walked >= 30, "only {walked} operations were walked");
    for list in ["pages", "sources", "jobs", "invitations", "webhooks", "orgs/current/exports"] {
        let seen = stranger.get(&format!("/api/v1/{list}")).await.json(200);
        assert_eq!(seen["data"], json!([]), "a stranger sees {list}");
    }
    for list in ["sites", "members", "api-keys", "events?limit=100"] {
        let seen = stranger.get(&format!("/api/v1/{list}")).await;
        seen.json(200);
        // The bare slug may be a part of an id by chance.
        for name in ["\"acme\"", "acme.", &theirs.site, &theirs.member, &theirs.key] {
            assert!(!seen.text.contains(name), "a stranger sees {name} in {list}: {}", seen.text);
        }
    }
    for (list, edge) in [("pages", &theirs.page), ("sources", &theirs.source), ("sites", &theirs.site)] {
        let seen = stranger.get(&format!("/api/v1/{list}?starting_after={edge}")).await.json(200);
        assert_eq!(seen["data"], json!([]), "an edge of another's leads a stranger to {list}");
    }
    let mine = stranger.post("/api/v1/sites", &json!({ "slug": "mine", "title": "Mine" })).await.json(201);
    let mixed = json!({ "site": mine["id"], "pages": [theirs.page] });
    stranger.post("/api/v1/editions", &mixed).await.problem(404, "not_found");
    rig.stop().await;
}
