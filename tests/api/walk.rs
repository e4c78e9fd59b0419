//! Every operation of the document, called in a way in which it can be done.

use citepress::accounts::InvitationId;
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
use crate::crawl::server::Server;
use crate::publishing::rig::Rig;

/// What a request can name.
pub struct Named {
    pub site: String,
    pub page: String,
    pub source: String,
    pub redirect: String,
    pub domain: String,
    pub edition: String,
    pub job: String,
    pub member: String,
    pub invitation: String,
    pub key: String,
    pub webhook: String,
    pub delivery: String,
    pub export: String,
}

impl Named {
    /// Ids as they could be, of nothing.
    pub fn nothing() -> Named {
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
pub fn call(operation: &str, path: &str, named: &Named) -> Option<(String, Option<Value>)> {
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

pub async fn ask(program: &Program, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let method: Method = method.to_uppercase().parse().unwrap();
    let request = program.request(method, &format!("/api/v1{path}"));
    sent(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// The rig's organisation with one of everything, in a state in which every operation is possible.
pub async fn things(rig: &Rig, owner: &Program, receiver: &Server) -> Named {
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

/// An operation of the document.
pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
}

/// All of them, in an order in which each can be done.
pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, told)| Operation {
            id: told["operationId"].as_str().unwrap().to_owned(),
            method: method.clone(),
            path: path.clone(),
        })
    });
    let mut operations: Vec<_> = operations.collect();
    // What takes things away comes last: the others need them. A page is put away once it is off its site, and so on.
    let late = ["pages_unpublish", "pages_unarchive", "pages_archive", "jobs_retry"];
    operations.sort_by_key(|operation| {
        let late = late.iter().position(|late| *late == operation.id);
        (operation.method == "delete", late.map_or(0, |place| place + 1))
    });
    operations
}
