//! Somebody signs in at the console by the provider.

use serde_json::json;
use totp_rs::Totp;

use super::provider::Provider;
use crate::console::rig::{Shown, Visitor, early_in_a_step};
use crate::publishing::rig::{Rig, client};

const BUTTON: &str = "a[href^='/console/sign-in/provider']";

/// From the sign-in page to the provider and back to the console's door, which is not opened yet: the path to come back by.
async fn there_and_back(visitor: &Visitor) -> String {
    let page = visitor.get("/console/sign-in?next=/console/account").await.page();
    let button = page.attributes(BUTTON, "href").remove(0);
    let there = visitor.get(&button).await.redirect();
    let sent = client().get(there).send().await.unwrap();
    let back = sent.headers()["location"].to_str().unwrap().to_owned();
    assert!(back.starts_with(&format!("{}/console/sign-in/callback?", visitor.origin)), "{back}");
    back[visitor.origin.len()..].to_owned()
}

/// Nobody was let in, and the page says why.
async fn refused(visitor: &Visitor, back: &Shown, part: &str) {
    assert_eq!(back.status, 422, "{}", back.text);
    assert!(back.wrong().contains(part), "{}", back.wrong());
    assert_eq!(visitor.cookie("citepress"), "");
    assert_eq!(visitor.get("/console/account").await.status, 303);
}

async fn with_ada(provider: &Provider) -> Rig {
    let rig = provider.rig(|_| {}).await;
    Visitor::owner(&rig).await;
    rig
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_the_provider_vouches_for_is_in_with_a_session_of_their_own() {
    let provider = Provider::start().await;
    let rig = with_ada(&provider).await;
    let ada = Visitor::new(rig.port);
    ada.set_cookie("citepress", "planted");
    let page = ada.get("/console/sign-in").await.page();
    assert_eq!(page.texts(BUTTON), ["Sign in with Acme"]);
    let begun = ada.get(&page.attributes(BUTTON, "href")[0]).await;
    let line = begun.headers["set-cookie"].to_str().unwrap();
    for part in ["citepress-provider=", "HttpOnly", "SameSite=Lax", "Max-Age=600"] {
        assert!(line.contains(part), "{line}");
    }
    let back = there_and_back(&ada).await;
    assert_eq!(ada.get(&back).await.redirect(), "/console/account");
    assert!(ada.cookie("citepress").len() >= 40 && ada.cookie("citepress-provider").is_empty());
    assert!(ada.get("/console/account").await.page().text.contains("ada@acme.example"));
    // The next time the subject is known, whatever its address.
    provider.says(&json!({ "email": "ada@elsewhere.example", "email_verified": false }));
    let again = Visitor::new(rig.port);
    let back = there_and_back(&again).await;
    again.get(&back).await.redirect();
    assert!(again.get("/console/account").await.page().text.contains("ada@acme.example"));
    assert_eq!((provider.asked("token"), provider.asked("refused")), (2, 0));
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_this_browser_has_not_asked_for_lets_nobody_in() {
    let provider = Provider::start().await;
    let rig = with_ada(&provider).await;
    let (ada, eve) = (Visitor::new(rig.port), Visitor::new(rig.port));
    let of_eve = there_and_back(&eve).await;
    // Eve's answer in a browser that has begun nothing, and in one that has begun another sign-in.
    refused(&ada, &ada.get(&of_eve).await, "has not begun").await;
    let of_ada = there_and_back(&ada).await;
    refused(&ada, &ada.get(&of_eve).await, "has not begun").await;
    assert_eq!(provider.asked("token"), 0, "no code was exchanged");
    // What was begun is over by that: the ticket is good once.
    refused(&ada, &ada.get(&of_ada).await, "has not begun").await;
    let fresh = there_and_back(&ada).await;
    let without = fresh.replace("state=", "other=");
    refused(&ada, &ada.get(&without).await, "has not begun").await;
    let fresh = there_and_back(&ada).await;
    let of_another = format!("{}&iss=https%3A%2F%2Fevil.example", fresh.split("&iss=").next().unwrap());
    refused(&ada, &ada.get(&of_another).await, "issuer").await;
    assert_eq!(provider.asked("token"), 0);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_for_its_own_browser() {
    let provider = Provider::start().await;
    let rig = with_ada(&provider).await;
    let ada = Visitor::new(rig.port);
    let back = there_and_back(&ada).await;
    let ticket = ada.cookie("citepress-provider");
    ada.get(&back).await.redirect();
    // All of it again, with the ticket too: the provider takes the code back once.
    let eve = Visitor::new(rig.port);
    eve.set_cookie("citepress-provider", &ticket);
    refused(&eve, &eve.get(&back).await, "did not accept").await;
    // A stolen code in a sign-in of one's own: its verifier is another's.
    let stolen = there_and_back(&Visitor::new(rig.port)).await;
    let code = |path: &str| path.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let own = there_and_back(&eve).await;
    let swapped = own.replace(&code(&own), &code(&stolen));
    refused(&eve, &eve.get(&swapped).await, "did not accept").await;
    let own = there_and_back(&eve).await;
    let denied = own.replace(&format!("code={}", code(&own)), "error=access_denied");
    refused(&eve, &eve.get(&denied).await, "did not accept").await;
    assert_eq!(provider.asked("refused"), 2);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_is_another_signs_or_for_others_lets_nobody_in_and_links_nobody() {
    let provider = Provider::start().await;
    let rig = with_ada(&provider).await;
    let usual =
        json!({ "nonce": null, "aud": null, "azp": null, "exp": null, "iss": null, "email_verified": true });
    for (change, part) in [
        (json!({ "nonce": "of another sign-in" }), "another sign-in"),
        (json!({ "aud": "another client" }), "audience"),
        (json!({ "azp": "another client" }), "audience"),
        (json!({ "iss": "https://evil.example" }), "issuer"),
        (json!({ "exp": 1 }), "expired"),
        (json!({ "exp": "9999999999" }), "claims"),
        (json!({ "email_verified": false }), "no account"),
        (json!({ "email": "nobody@elsewhere.example" }), "no account"),
    ] {
        provider.says(&change);
        let eve = Visitor::new(rig.port);
        let back = there_and_back(&eve).await;
        refused(&eve, &eve.get(&back).await, part).await;
        provider.says(&usual);
        provider.says(&json!({ "email": "ada@acme.example" }));
    }
    // The subject of all of them was linked to nobody: another person is linked to it now.
    provider.says(&json!({ "email": "o@acme.example" }));
    let owner = Visitor::new(rig.port);
    let back = there_and_back(&owner).await;
    owner.get(&back).await.redirect();
    assert!(owner.get("/console/account").await.page().text.contains("o@acme.example"));
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_sign_up_is_open_somebody_new_is_made_and_founds_an_organisation() {
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.accounts.sign_up = true).await;
    Visitor::owner(&rig).await;
    provider.says(&json!({ "sub": "new", "email": "new@elsewhere.example" }));
    let visitor = Visitor::new(rig.port);
    let back = there_and_back(&visitor).await;
    visitor.get(&back).await.redirect();
    let orgs = visitor.get("/console/orgs").await.page();
    visitor.submit(&orgs, "/console/orgs", &[("name", "Elsewhere")]).await.redirect();
    visitor.get("/console/o/elsewhere").await.page();
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_button_and_while_it_is_away_the_page_says_so() {
    let rig = Rig::without_worker().await;
    Visitor::owner(&rig).await;
    let visitor = Visitor::new(rig.port);
    assert!(visitor.get("/console/sign-in").await.page().texts(BUTTON).is_empty());
    assert_eq!(visitor.get("/console/sign-in/provider").await.status, 404);
    rig.stop().await;
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.oidc.issuer = "http://127.0.0.1:1".into()).await;
    let away = Visitor::new(rig.port).get("/console/sign-in/provider").await;
    assert!(away.status == 422 && away.wrong().contains("does not answer"), "{}", away.text);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_an_authenticator_here_is_asked_for_a_code_all_the_same() {
    let provider = Provider::start().await;
    let rig = provider.rig(|_| {}).await;
    let ada = Visitor::owner(&rig).await;
    let offer = ada.get("/console/account/codes").await.page();
    let totp = Totp::from_url(&offer.attributes("[name=url]", "value")[0]).unwrap();
    let now = early_in_a_step().await;
    let code = |step: u64| totp.generate(now - 30 + step * 30).to_string();
    ada.submit(&offer, "/account/codes", &[("code", &code(0))]).await.redirect();
    let phone = Visitor::new(rig.port);
    let back = there_and_back(&phone).await;
    let second = phone.get(&back).await.page();
    assert_eq!(phone.cookie("citepress"), "", "no session before the code");
    phone.submit(&second, "/sign-in/code", &[("code", &code(1))]).await.redirect();
    phone.get("/console/account").await.page();
    rig.stop().await;
}

/// From the account's page to the provider and back to the door.
async fn to_link(visitor: &Visitor) -> String {
    let account = visitor.get("/console/account").await.page();
    let begun = visitor.submit(&account, "/account/provider", &[]).await.page();
    let there = begun.attributes("main .card a.btn", "href").remove(0);
    let sent = client().get(there).send().await.unwrap();
    sent.headers()["location"].to_str().unwrap()[visitor.origin.len()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_links_a_sign_in_of_another_address_comes_in_by_it_and_takes_it_off() {
    let provider = Provider::start().await;
    let rig = provider.rig(|_| {}).await;
    let ada = Visitor::owner(&rig).await;
    provider.says(&json!({ "sub": "ada at work", "email": "lovelace@elsewhere.example" }));
    let back = to_link(&ada).await;
    assert_eq!(ada.get(&back).await.redirect(), "/console/account?notice=linked");
    let elsewhere = Visitor::new(rig.port);
    let path = there_and_back(&elsewhere).await;
    elsewhere.get(&path).await.redirect();
    assert!(elsewhere.get("/console/account").await.page().text.contains("ada@acme.example"));
    let account = ada.get("/console/account").await.page();
    let off = account.attributes("form[action$='/off']", "action").remove(0);
    ada.submit(&account, &off, &[]).await.redirect();
    let after = Visitor::new(rig.port);
    let path = there_and_back(&after).await;
    refused(&after, &after.get(&path).await, "no account").await;
    let log = ada.get("/console/o/acme-analytics/audit-log").await.page().text;
    assert!(log.contains("account.linked") && log.contains("account.unlinked"), "{log}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_linked_who_has_not_asked_for_it_and_no_sign_in_is_two_peoples() {
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.accounts.sign_up = true).await;
    let ada = Visitor::owner(&rig).await;
    provider.says(&json!({ "sub": "grace", "email": "grace@elsewhere.example" }));
    let grace = Visitor::new(rig.port);
    let back = there_and_back(&grace).await;
    grace.get(&back).await.redirect();
    // Ada's ticket to link, and by the time that the browser comes back Grace is signed in.
    provider.says(&json!({ "sub": "ada at work", "email_verified": false }));
    let back = to_link(&ada).await;
    let session = ada.cookie("citepress");
    ada.set_cookie("citepress", &grace.cookie("citepress"));
    assert_eq!(ada.get(&back).await.status, 409);
    ada.set_cookie("citepress", &session);
    // A sign-in that a stranger's link has begun links nothing, whatever it says to go on to.
    let begun = ada.get("/console/sign-in/provider?next=link%20usr_1").await.redirect();
    let sent = client().get(begun).send().await.unwrap();
    let path = sent.headers()["location"].to_str().unwrap()[ada.origin.len()..].to_owned();
    assert_eq!(ada.get(&path).await.status, 422);
    assert!(ada.get("/console/account").await.page().attributes("form[action$='/off']", "action").is_empty());
    // The same sign-in for two accounts.
    provider.says(&json!({ "sub": "grace", "email_verified": true }));
    let back = to_link(&ada).await;
    let twice = ada.get(&back).await;
    assert!(twice.wrong().contains("linked to another account"), "{}", twice.wrong());
    let theirs = grace.get("/console/account").await.page().attributes("form[action$='/off']", "action");
    let account = ada.get("/console/account").await.page();
    let token = account.attributes("[name=form_token]", "value").remove(0);
    assert_eq!(ada.post(&theirs[0], &[("form_token".into(), token)]).await.status, 404);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_way_in_is_not_taken_off() {
    let provider = Provider::start().await;
    let rig = provider.rig(|settings| settings.accounts.sign_up = true).await;
    Visitor::owner(&rig).await;
    provider.says(&json!({ "sub": "new", "email": "new@elsewhere.example" }));
    let new = Visitor::new(rig.port);
    let back = there_and_back(&new).await;
    new.get(&back).await.redirect();
    let account = new.get("/console/account").await.page();
    let off = account.attributes("form[action$='/off']", "action").remove(0);
    let kept = new.submit(&account, &off, &[]).await;
    assert!(kept.wrong().contains("only way in"), "{}", kept.wrong());
    rig.stop().await;
}
