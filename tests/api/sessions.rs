//! Somebody who is signed in at the console calls with its session.

use citepress::accounts::KeyScope;
use citepress::tenancy::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::rig::{Answer, Program, sent};
use crate::console::rig::Visitor;
use crate::publishing::rig::{Rig, client};

/// A page of the console that calls.
pub(super) struct Caller<'a> {
    visitor: &'a Visitor,
    token: String,
}

impl Caller<'_> {
    pub(super) async fn of(visitor: &Visitor) -> Caller<'_> {
        let (_, fields) = visitor.get("/console/account").await.page().form("/sign-out");
        let token = fields.into_iter().find(|(name, _)| name == "form_token").unwrap().1;
        Caller { visitor, token }
    }

    /// As a browser sends it by itself, whichever page asks.
    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = client().request(method, format!("http://127.0.0.1:{}{path}", self.visitor.port));
        let host = format!("localhost:{}", self.visitor.port);
        request
            .header("host", host)
            .header("cookie", format!("citepress={}", self.visitor.cookie("citepress")))
    }

    /// As the console's own page sends it.
    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header("origin", &self.visitor.origin).header("x-form-token", &self.token)
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        sent(self.bare(Method::GET, path)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_may_call_what_its_persons_role_allows() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "grace@acme.example", "member").await;
    let (ada, grace) = (Caller::of(&ada).await, Caller::of(&grace).await);
    let org = ada.get("/api/v1/orgs/current").await.json(200);
    assert_eq!((&org["slug"], &org["role"]), (&json!("acme-analytics"), &json!("owner")));
    let site = json!({ "slug": "facts", "title": "Facts" });
    sent(ada.request(Method::POST, "/api/v1/sites").json(&site)).await.json(201);
    assert_eq!(grace.get("/api/v1/sites").await.json(200)["data"].as_array().unwrap().len(), 1);
    let refused = sent(grace.request(Method::POST, "/api/v1/sites").json(&site)).await;
    assert!(refused.problem(403, "role_too_low")["detail"].as_str().unwrap().contains("admin"));
    // A key in the same request goes before it.
    let program = Program::stranger(&rig).await;
    let both = sent(ada.bare(Method::GET, "/api/v1/orgs/current").bearer_auth(program.key())).await;
    assert_eq!(both.json(200)["slug"], "strangers");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_somebody_else_changes_nothing_with_it() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let other = Visitor::signed_in(rig.port, "ada@acme.example").await;
    let (ada, other) = (Caller::of(&ada).await, Caller::of(&other).await);
    let origin = ada.visitor.origin.as_str();
    let site = json!({ "slug": "stolen", "title": "Stolen" });
    let post = || ada.bare(Method::POST, "/api/v1/sites").json(&site);
    let forged = [
        post(),
        post().header("origin", origin),
        post().header("x-form-token", &ada.token),
        post().header("origin", "http://evil.example").header("x-form-token", &ada.token),
        post().header("origin", "null").header("x-form-token", &ada.token),
        post().header("origin", origin).header("x-form-token", "0"),
        post().header("origin", origin).header("x-form-token", &other.token),
        post().header("sec-fetch-site", "cross-site").header("x-form-token", &ada.token),
    ];
    for (number, forged) in forged.into_iter().enumerate() {
        let answer = sent(forged).await;
        assert_eq!(answer.status, 403, "{number}: {}", answer.text);
        answer.problem(403, "not_from_the_console");
    }
    assert_eq!(ada.get("/api/v1/sites").await.json(200)["data"], json!([]));
    sent(ada.request(Method::POST, "/api/v1/sites").json(&site)).await.json(201);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn x_org_chooses_among_ones_own_organisations_and_others_are_not_there() {
    let rig = Rig::new().await;
    let visitor = Visitor::owner(&rig).await;
    let ada = Caller::of(&visitor).await;
    let program = Program::stranger(&rig).await;
    let strangers = program.get("/api/v1/orgs/current").await.json(200)["id"].as_str().unwrap().to_owned();
    // The rig's first organisation: she joins it as a member, after founding her own.
    let person = rig.app.accounts.session(&visitor.cookie("citepress")).await.unwrap().unwrap().1;
    rig.app.accounts.invite(&rig.org, &person.email, Role::Member).await.unwrap();
    let link = crate::console::rig::mailed(&rig, &person.email).await;
    let token = link.split("token=").nth(1).unwrap();
    rig.app.accounts.accept(token, person.id).await.unwrap();
    let named =
        async |org: &str| sent(ada.bare(Method::GET, "/api/v1/orgs/current").header("x-org", org)).await;
    assert_eq!(ada.get("/api/v1/orgs/current").await.json(200)["slug"], "acme-analytics", "the longest");
    for org in ["acme", &rig.org.org().to_string()] {
        let told = named(org).await.json(200);
        assert_eq!((&told["slug"], &told["role"]), (&json!("acme"), &json!("member")));
    }
    let nothing = strangers.replace(|c: char| c.is_ascii_digit(), "7");
    let answers =
        [named("strangers").await, named(&strangers).await, named("nobody").await, named(&nothing).await];
    for answer in &answers {
        answer.problem(404, "not_found");
        let text = answer.text.replace(answer.header("x-request-id"), "");
        assert_eq!(text, answers[2].text.replace(answers[2].header("x-request-id"), ""));
    }
    assert_eq!(named("").await.status, 404);
    // A key opens its own organisation and no other.
    let key = Program::new(&rig, KeyScope::Read).await;
    let with = async |org: &str| sent(key.request(Method::GET, "/api/v1/sites").header("x-org", org)).await;
    with("acme").await.json(200);
    with(&rig.org.org().to_string()).await.json(200);
    for org in ["acme-analytics", "strangers", &strangers, "nobody"] {
        with(org).await.problem(404, "not_found");
    }
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_opens_nothing_from_then_on() {
    let rig = Rig::without_worker().await;
    let visitor = Visitor::owner(&rig).await;
    let ada = Caller::of(&visitor).await;
    ada.get("/api/v1/sites").await.json(200);
    let (session, person) = rig.app.accounts.session(&visitor.cookie("citepress")).await.unwrap().unwrap();
    let scope = rig.app.accounts.scope(&session, None).await.unwrap().unwrap();
    assert!(rig.app.accounts.is_good(&scope, Some(session.id)).await.unwrap());
    rig.app.accounts.end_session(person.id, session.id).await.unwrap();
    ada.get("/api/v1/sites").await.problem(401, "session_not_valid");
    sent(ada.request(Method::POST, "/api/v1/sites").json(&json!({}))).await.problem(401, "session_not_valid");
    // A stream that was open then asks this, and ends.
    assert!(!rig.app.accounts.is_good(&scope, Some(session.id)).await.unwrap());
    rig.stop().await;
}
