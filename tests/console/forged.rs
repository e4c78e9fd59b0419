//! Requests that no page of the console has made.

use std::num::NonZeroU32;

use citepress::base::Window;
use reqwest::Method;

use super::furnished::{Furnished, SITE, furnished};
use super::rig::{PASSWORD, Visitor, filled};
use crate::publishing::rig::Rig;

const SETTINGS: &str = "/console/o/acme-analytics/settings";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_origin_or_without_its_token_changes_nothing() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let page = ada.get(SETTINGS).await.page();
    let (path, fields) = page.form(SETTINGS);
    let with = |name: &str, value: &str| {
        let mut fields = fields.clone();
        fields.retain(|(known, _)| known != name);
        fields.push((name.to_owned(), value.to_owned()));
        fields
    };
    let renamed = with("name", "Stolen");
    for origin in ["http://evil.example", "null", "http://acme.localhost"] {
        let sent =
            ada.send(Method::POST, &path, |request| filled(request.header("origin", origin), &renamed)).await;
        assert_eq!(sent.status, 403, "{origin}");
    }
    let silent = ada.send(Method::POST, &path, |request| filled(request, &renamed)).await;
    assert_eq!(silent.status, 403, "a browser says where it comes from");
    for token in ["", "0", &"a".repeat(64)] {
        let mut forged = with("form_token", token);
        forged.push(("name".into(), "Stolen".into()));
        assert_eq!(ada.post(&path, &forged).await.status, 403, "token {token:?}");
    }
    // Another session's token, which the forger's own pages show.
    let grace = Visitor::signed_in(rig.port, "ada@acme.example").await;
    let (_, theirs) = grace.get(SETTINGS).await.page().form(SETTINGS);
    assert_eq!(ada.post(&path, &theirs).await.status, 403);
    assert_eq!(rig.app.accounts.orgs(person(&ada, &rig).await).await.unwrap()[0].0.name, "Acme Analytics");
    ada.submit(&page, SETTINGS, &[("name", "Acme again")]).await.redirect();
}

/// What is done with domains, redirects and pages takes a form of ours.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_form_adds_deletes_and_archives_nothing() {
    let Furnished { rig, ada, page, scope, names: _names, .. } = furnished().await;
    let domain =
        rig.app.domains.window(scope.org(), Some(&scope), &Window::newest(10)).await.unwrap().0[0].id;
    let redirect = rig.app.sites.redirects(&scope, None, &Window::newest(10)).await.unwrap().0[0].id;
    let doors = [
        (format!("{SITE}/domains"), ("name", "stolen.acme-docs.com")),
        (format!("{SITE}/domains/{domain}/check"), ("x", "")),
        (format!("{SITE}/domains/{domain}/canonical"), ("x", "")),
        (format!("{SITE}/domains/{domain}/delete"), ("x", "")),
        (format!("{SITE}/redirects"), ("from", "/stolen")),
        (format!("{SITE}/redirects/many"), ("lines", "/stolen /about/")),
        (format!("{SITE}/redirects/{redirect}/delete"), ("x", "")),
        (format!("{page}/archive"), ("from", "list")),
        (format!("{page}/unarchive"), ("from", "list")),
    ];
    let (_, fields) = ada.get(SETTINGS).await.page().form(SETTINGS);
    let token = fields.into_iter().find(|(name, _)| name == "form_token").unwrap().1;
    for (path, (name, value)) in &doors {
        let with = |token: &str| {
            let fields = [("form_token", token), (*name, *value), ("to", "/about/")];
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
        };
        for origin in ["http://evil.example", "null", "http://facts.localhost"] {
            let sent = ada
                .send(Method::POST, path, |request| filled(request.header("origin", origin), &with(&token)))
                .await;
            assert_eq!(sent.status, 403, "{path} from {origin}");
        }
        assert_eq!(ada.post(path, &with("0")).await.status, 403, "{path} without its token");
        let by_get = ada.get(&format!("{path}?form_token={token}")).await.status;
        assert!(by_get == 200 || by_get == 405 || by_get == 404, "{path}: {by_get}");
    }
    let (domains, _) = rig.app.domains.window(scope.org(), Some(&scope), &Window::newest(10)).await.unwrap();
    assert_eq!(domains.len(), 2);
    let (redirects, _) = rig.app.sites.redirects(&scope, None, &Window::newest(10)).await.unwrap();
    assert_eq!(redirects.len(), 3);
    assert!(!ada.get(&page).await.page().texts(".head .pill").contains(&"archived".to_owned()));
    rig.stop().await;
}

async fn person(visitor: &Visitor, rig: &Rig) -> citepress::tenancy::PersonId {
    rig.app.accounts.session(&visitor.cookie("citepress")).await.unwrap().unwrap().1.id
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_cookies_open_nothing_and_a_planted_session_is_not_taken_over() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    for forged in ["x", "../../etc", &"A".repeat(5000), "%00", "' OR 1=1 --"] {
        let eve = Visitor::new(rig.port);
        eve.set_cookie("citepress", forged);
        let answer = eve.get(SETTINGS).await;
        assert!(
            answer.status == 303 || answer.status == 431 || answer.status == 400,
            "{forged}: {}",
            answer.status
        );
    }
    // Fixation: whoever signs in gets a new token, whatever their browser brought.
    let planted = Visitor::new(rig.port);
    planted.set_cookie("citepress", "planted-by-eve");
    let form = planted.get("/console/sign-in").await.page();
    planted
        .submit(&form, "/sign-in", &[("email", "ada@acme.example"), ("password", PASSWORD)])
        .await
        .redirect();
    let token = planted.cookie("citepress");
    assert!(token != "planted-by-eve" && token != ada.cookie("citepress") && token.len() >= 40, "{token}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_what_a_browser_may_do_with_it() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    for path in ["/console/o/acme-analytics", "/console/account", "/console/nowhere", "/console/sign-in"] {
        let page = ada.get(path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.headers["cache-control"], "no-store", "{path}");
        assert!(page.headers.contains_key("x-request-id"), "{path}");
        assert!(
            !page.text.contains(" style=") && !page.text.contains(" onclick="),
            "{path} has something inline"
        );
    }
    let line = ada.get("/console/account").await.headers.get("set-cookie").cloned();
    assert!(line.is_none(), "who has a session gets no other cookie: {line:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn huge_lying_and_broken_bodies_get_a_page_and_change_nothing() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let origin = ada.origin.clone();
    let send = |body: Vec<u8>, media: &'static str| {
        let origin = origin.clone();
        ada.send(Method::POST, SETTINGS, move |request| {
            request.header("origin", origin).header("content-type", media).body(body)
        })
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(send(vec![b'a'; 5 * 1024 * 1024], form).await.status, 413);
    assert_eq!(send("a=1&".repeat(3_000).into_bytes(), form).await.status, 413, "too many fields");
    assert_eq!(send(b"{}".to_vec(), "application/json").await.status, 415);
    assert_eq!(send(b"name=%FF%FE&form_token=x".to_vec(), form).await.status, 403, "broken UTF-8");
    assert_eq!(send(b"name=a%00b&form_token=x".to_vec(), form).await.status, 400, "NUL");
    assert_eq!(send(b"--x\r\nbroken".to_vec(), "multipart/form-data; boundary=x").await.status, 400);
    let put = ada.send(Method::PUT, SETTINGS, |request| request.header("origin", origin.clone())).await;
    assert_eq!(put.status, 405);
    ada.get(SETTINGS).await.page();
}

/// A few thousand connections could otherwise hold 32 MB each, before anybody has looked who they are.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_can_send_a_small_form_and_no_file() {
    let rig = Rig::without_worker().await;
    Visitor::owner(&rig).await;
    for cookie in ["", "no-session-at-all"] {
        let eve = Visitor::new(rig.port);
        eve.set_cookie("citepress", cookie);
        for path in ["/console/sign-in", "/docs", SETTINGS] {
            let send = async |body: Vec<u8>, media: &'static str| {
                let with = |request: reqwest::RequestBuilder| {
                    request.header("sec-fetch-site", "same-origin").header("content-type", media).body(body)
                };
                eve.send(Method::POST, path, with).await
            };
            let form = "application/x-www-form-urlencoded";
            assert_eq!(send(vec![b'a'; 65 * 1024], form).await.status, 413, "{path}");
            assert_eq!(
                send(vec![b'a'; 60 * 1024], form).await.status,
                403,
                "{path}: read, and without a token"
            );
            let file =
                "--x\r\ncontent-disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\na\r\n--x--\r\n";
            let sent = send(file.into(), "multipart/form-data; boundary=x").await;
            assert_eq!(sent.status, 303, "{path}: to the sign-in");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_tries_passwords_without_end_has_to_wait() {
    let rig = Rig::without_worker().await;
    Visitor::owner(&rig).await;
    let eve = Visitor::new(rig.port);
    let form = eve.get("/console/sign-in").await.page();
    let mut statuses = Vec::new();
    // Ten at once; one more comes every six seconds.
    while statuses.len() < 15 && statuses.last() != Some(&429) {
        let tried =
            eve.submit(&form, "/sign-in", &[("email", "ada@acme.example"), ("password", "not hers")]).await;
        statuses.push(tried.status);
    }
    assert!(statuses.iter().take(10).all(|status| *status == 422), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_strangers_page_looks_at_settings_or_begins_to_link_a_sign_in() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let new = ada.get("/console/o/acme-analytics/sites/new").await.page();
    ada.submit(&new, "/sites/new", &[("title", "Facts"), ("slug", "facts")]).await.redirect();
    let site = "/console/o/acme-analytics/s/facts";
    for path in [
        &format!("{site}/settings/look"),
        &format!("{site}/settings"),
        "/console/account/provider",
        "/console/account/provider/some-id/off",
    ] {
        let (_, fields) = ada.get("/console/account").await.page().form("/account/password");
        assert_eq!(
            ada.post(path, &[("title".into(), "T".into())]).await.status,
            403,
            "{path} without a token"
        );
        let foreign = ada
            .send(Method::POST, path, |request| {
                filled(request.header("origin", "http://evil.example"), &fields)
            })
            .await;
        assert_eq!(foreign.status, 403, "{path} from elsewhere");
        assert_ne!(ada.post(path, &fields).await.status, 403, "{path} by its owner");
    }
    // Linking begins with a form alone: an address that a stranger's page could open does nothing.
    assert_eq!(ada.get("/console/account/provider").await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_changes_things_without_end_has_to_wait_and_can_go_on_reading() {
    let few = NonZeroU32::new(5).unwrap();
    let rig = Rig::with_limits(few, few).await;
    let ada = Visitor::owner(&rig).await;
    let form = ada.get(SETTINGS).await.page();
    let mut statuses = Vec::new();
    for n in 0..8 {
        statuses.push(ada.submit(&form, SETTINGS, &[("name", &format!("Acme {n}"))]).await.status);
    }
    assert_eq!(statuses[..5], [303; 5]);
    assert_eq!(statuses.last(), Some(&429));
    ada.get(SETTINGS).await.page();
}
