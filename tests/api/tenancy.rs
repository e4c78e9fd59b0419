//! Another organisation's things are not there: every operation of the document is walked with their ids.

use citepress::accounts::{InvitationId, KeyScope};
use citepress::base::{Clock, Ids};
use citepress::departures::ExportId;
use citepress::pages::{PageId, SourceId};
use citepress::publishing::EditionId;
use citepress::queue::JobId;
use citepress::sites::{DomainId, RedirectId};
use citepress::tenancy::{ApiKeyId, PersonId, SiteId};
use citepress::webhooks::{DeliveryId, EndpointId};
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Answer, Program, joined, sent};
use crate::crawl::server::{Server, text};
use crate::publishing::rig::Rig;

/// What a request can name.
struct Named {
    site: String,
    page: String,
    source: String,
    redirect: String,
    domain: String,
    edition: String,
    job: String,
    member: String,
    invitation: String,
    key: String,
    webhook: String,
    delivery: String,
    export: String,
}

impl Named {
    /// Ids as they could be, of nothing.
    fn nothing() -> Named {
        let ids = Ids::seeded(Clock::system(), "nothing");
        let (site, page, source): (SiteId, PageId, SourceId) = (ids.new_id(), ids.new_id(), ids.new_id());
        let (edition, job, member): (EditionId, JobId, PersonId) = (ids.new_id(), ids.new_id(), ids.new_id());
        let (redirect, domain): (RedirectId, DomainId) = (ids.new_id(), ids.new_id());
        let (invitation, key, export): (InvitationId, ApiKeyId, ExportId) =
            (ids.new_id(), ids.new_id(), ids.new_id());
        let (webhook, delivery): (EndpointId, DeliveryId) = (ids.new_id(), ids.new_id());
        Named {
            site: site.to_string(),
            page: page.to_string(),
            source: source.to_string(),
            redirect: redirect.to_string(),
            domain: domain.to_string(),
            edition: edition.to_string(),
            job: job.to_string(),
            member: member.to_string(),
            invitation: invitation.to_string(),
            key: key.to_string(),
            webhook: webhook.to_string(),
            delivery: delivery.to_string(),
            export: export.to_string(),
        }
    }

    fn in_path(&self, path: &str) -> String {
        path.replace("{site}", &self.site)
            .replace("{page}", &self.page)
            .replace("{source}", &self.source)
            .replace("{redirect}", &self.redirect)
            .replace("{domain}", &self.domain)
            .replace("{edition}", &self.edition)
            .replace("{job}", &self.job)
            .replace("{member}", &self.member)
            .replace("{invitation}", &self.invitation)
            .replace("{key}", &self.key)
            .replace("{webhook}", &self.webhook)
            .replace("{delivery}", &self.delivery)
            .replace("{export}", &self.export)
            .replace("{position}", "0")
            .replace("{number}", "1")
    }
}

/// A call of an operation that names things in its path, body or query; `None` for one that names nothing.
fn call(operation: &str, path: &str, named: &Named) -> Option<(String, Option<Value>)> {
    let site = &named.site;
    let body = match operation {
        "sites_list" | "sites_create" | "orgs_current" | "jobs_list" | "members_list"
        | "invitations_list" | "invitations_create" | "api_keys_list" | "api_keys_create" | "events_list"
        | "events_stream" | "webhooks_list" | "webhooks_create" | "orgs_export" | "exports_list"
        | "search" | "orgs_update" | "orgs_delete" | "orgs_usage" => {
            return None;
        }
        // A stream without an end as long as its job has none: tests/api/jobs.rs tells of strangers there.
        "jobs_follow" => return None,
        "members_update" => Some(json!({ "role": "admin" })),
        "pages_list" | "sources_list" | "editions_list" | "redirects_list" | "domains_list" => {
            return Some((format!("{path}?site={site}"), None));
        }
        "sites_update" => Some(json!({ "gate": 70 })),
        "domains_create" => Some(json!({ "site": site, "name": "docs.acme-docs.com" })),
        "redirects_create" => Some(json!({ "site": site, "from": "/was", "to": "/is/" })),
        "redirects_create_many" => {
            Some(json!({ "site": site, "redirects": [{ "from": "/once", "to": "/is/" }] }))
        }
        "webhooks_update" => Some(json!({ "description": "another" })),
        "sources_upload" => Some(json!({ "site": site, "name": "n.md", "title": "N", "text": "A fact." })),
        "sources_fetch" => Some(json!({ "site": site, "url": "https://example.com/" })),
        "pages_create" => {
            Some(json!({ "site": site, "path": "new.md", "title": "N", "document": "Text.\n" }))
        }
        "pages_revise" => Some(json!({ "document": "Another text.\n" })),
        "pages_waive_claim" => Some(json!({ "reason": "we know it", "revision": 1 })),
        "pages_approve" => Some(json!({ "revision": 1 })),
        "pages_schedule" => {
            let soon = Clock::system().now() + std::time::Duration::from_secs(24 * 3600);
            Some(json!({ "revision": 2, "at": soon.to_string() }))
        }
        "pages_import" => {
            let document = json!({ "path": "in.md", "document": "+++\ntitle = \"In\"\n+++\nText.\n" });
            Some(json!({ "site": site, "documents": [document] }))
        }
        "editions_create" => Some(json!({ "site": site, "pages": [named.page] })),
        _ if path.contains('{') => None,
        _ => panic!("{operation} names things in a way that this test does not know: add it"),
    };
    Some((named.in_path(path), body))
}

async fn ask(program: &Program, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let method: Method = method.to_uppercase().parse().unwrap();
    let request = program.request(method, &format!("/api/v1{path}"));
    sent(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// A problem without what differs from request to request.
fn bare(answer: &Answer) -> Value {
    let mut problem: Value = serde_json::from_str(&answer.text).unwrap();
    for member in ["request_id", "instance"] {
        problem.as_object_mut().unwrap().remove(member);
    }
    problem
}

/// The rig's organisation with one of everything, in a state in which every operation is possible.
async fn things(rig: &Rig, owner: &Program, receiver: &Server) -> Named {
    let site = rig.scope.site().to_string();
    let source = json!({ "site": site, "name": "a.md", "title": "A", "text": "# A\n\nA fact stands here, and it is long enough." });
    let source = owner.post("/api/v1/sources", &source).await.json(201);
    let brief = json!({ "text": "A fact.", "sources": ["a.md"] });
    let page = json!({ "site": site, "path": "a.md", "title": "A", "brief": brief });
    let page = owner.post("/api/v1/pages", &page).await.json(201);
    let path = format!("/api/v1/pages/{}", page["id"].as_str().unwrap());
    let begun = owner.post(&format!("{path}/generate"), &json!({})).await;
    owner.settled(begun.header("location"), &["queued", "running"]).await;
    let gate = owner.request(Method::PATCH, &format!("/api/v1/sites/{site}")).json(&json!({ "gate": 0 }));
    sent(gate).await.json(200);
    let edition = rig.publish().await;
    // A job that waits for a long time, so that it can be called off.
    let job = rig.waiting_job().await;
    let redirect = json!({ "site": site, "from": "/old", "to": "/a/" });
    let redirect = owner.post("/api/v1/redirects", &redirect).await.json(201);
    let domain = json!({ "site": site, "name": "help.acme-docs.com" });
    let domain = owner.post("/api/v1/domains", &domain).await.json(201);
    let invitation = json!({ "email": "bob@acme.example", "role": "member" });
    let invitation = owner.post("/api/v1/invitations", &invitation).await.json(201);
    let key = owner.post("/api/v1/api-keys", &json!({ "name": "k", "scope": "read" })).await.json(201);
    let webhook = json!({ "url": receiver.url("/hook"), "events": ["domain.verified"] });
    let webhook = owner.post("/api/v1/webhooks", &webhook).await.json(201)["webhook"]["id"].clone();
    let webhook = webhook.as_str().unwrap().to_owned();
    let delivery = owner.post(&format!("/api/v1/webhooks/{webhook}/test"), &json!({})).await;
    let delivery = owner.settled(delivery.header("location"), &["pending"]).await;
    let begun = owner.post("/api/v1/orgs/current/export", &json!({})).await;
    owner.settled(begun.header("location"), &["queued", "running"]).await;
    let exports = owner.get("/api/v1/orgs/current/exports").await.json(200);
    Named {
        site,
        page: page["id"].as_str().unwrap().to_owned(),
        source: source["id"].as_str().unwrap().to_owned(),
        domain: domain["id"].as_str().unwrap().to_owned(),
        redirect: redirect["id"].as_str().unwrap().to_owned(),
        edition: edition.id.to_string(),
        job: job.to_string(),
        member: joined(rig, "ada@acme.example").await.to_string(),
        invitation: invitation["id"].as_str().unwrap().to_owned(),
        key: key["key"]["id"].as_str().unwrap().to_owned(),
        webhook,
        delivery: delivery["id"].as_str().unwrap().to_owned(),
        export: exports["data"][0]["id"].as_str().unwrap().to_owned(),
    }
}

#[tokio::test]
async fn every_operation_says_of_a_strangers_things_what_it_says_of_nothing_and_serves_their_owner() {
    let receiver = Server::with(vec![("/hook", text("thanks"))]).await;
    let rig = Rig::allowed_to_fetch(&receiver.address()).await;
    let owner = Program::new(&rig, KeyScope::Admin).await;
    let stranger = Program::stranger(&rig).await;
    let (theirs, nothing) = (things(&rig, &owner, &receiver).await, Named::nothing());
    let document: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    let mut walked = 0;
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, told)| (path, method, told))
    });
    let mut operations: Vec<_> = operations.collect();
    // What takes things away comes last: the others need them. A page is put away once it is off its site, and so on.
    let late = |id: &str| {
        ["pages_unpublish", "pages_unarchive", "pages_archive", "jobs_retry"]
            .iter()
            .position(|one| *one == id)
    };
    operations.sort_by_key(|(_, method, told)| {
        (*method == "delete", late(told["operationId"].as_str().unwrap()).map_or(0, |place| place + 1))
    });
    for (path, method, operation) in operations {
        let id = operation["operationId"].as_str().unwrap();
        let Some((real, body)) = call(id, path, &theirs) else { continue };
        let (made_up, other_body) = call(id, path, &nothing).unwrap();
        let foreign = ask(&stranger, method, &real, body.as_ref()).await;
        let unknown = ask(&stranger, method, &made_up, other_body.as_ref()).await;
        assert_eq!(foreign.status, 404, "{id}: {}", foreign.text);
        assert_eq!(bare(&foreign), bare(&unknown), "{id} tells that it is there");
        let own = ask(&owner, method, &real, body.as_ref()).await;
        // A domain that is not proved is nobody's canonical host: tests/dns tells of those that are.
        // Which revision is the newest here is not known: tests/api/plan.rs plans pages.
        // All claims of the page are supported: there is nothing to waive, which is told in pages_claims.
        let fine = (200..300).contains(&own.status)
            || ["pages_waive_claim", "domains_make_canonical", "pages_schedule", "pages_unschedule"]
                .contains(&id);
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
        for name in ["acme", &theirs.site, &theirs.member, &theirs.key] {
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
