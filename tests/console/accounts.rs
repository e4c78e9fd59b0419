//! In and out: sessions, codes, resets, invitations, roles.

use citepress::queue::Reach;
use sea_orm::ConnectionTrait;
use totp_rs::Totp;

use super::rig::{PASSWORD, Visitor, early_in_a_step, mailed};
use crate::publishing::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_back_to_where_somebody_wanted_to_go_and_out_means_out() {
    let rig = Rig::without_worker().await;
    Visitor::owner(&rig).await;
    let ada = Visitor::new(rig.port);
    let to_sign_in = ada.get("/console/o/acme-analytics/members?x=1").await.redirect();
    assert_eq!(to_sign_in, "/console/sign-in?next=%2Fconsole%2Fo%2Facme-analytics%2Fmembers%3Fx%3D1");
    let form = ada.get(&to_sign_in).await.page();
    let wrong = ada
        .submit(&form, "/sign-in", &[("email", "ada@acme.example"), ("password", "not hers at all")])
        .await;
    assert_eq!((wrong.status, wrong.wrong()), (422, "E-mail address, password or code is wrong.".to_owned()));
    let nobody = ada
        .submit(&form, "/sign-in", &[("email", "eve@acme.example"), ("password", "not hers at all")])
        .await;
    assert_eq!(nobody.wrong(), wrong.wrong(), "who has an account is nobody's business");
    let to = ada
        .submit(&form, "/sign-in", &[("email", "ADA@acme.example"), ("password", PASSWORD)])
        .await
        .redirect();
    assert_eq!(to, "/console/o/acme-analytics/members?x=1");

    let page = ada.get(&to).await.page();
    let token = ada.cookie("citepress");
    assert_eq!(ada.submit(&page, "/sign-out", &[]).await.redirect(), "/console/sign-in?notice=signed-out");
    ada.set_cookie("citepress", &token);
    assert!(ada.get(&to).await.redirect().starts_with("/console/sign-in"), "the old token opens nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_elsewhere_is_over_and_a_new_password_ends_all_others() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let (phone, tablet) = (
        Visitor::signed_in(rig.port, "ada@acme.example").await,
        Visitor::signed_in(rig.port, "ada@acme.example").await,
    );
    let account = ada.get("/console/account").await.page();
    assert_eq!(account.texts(".lines li").len(), 3);
    let end = account.attributes(".lines form", "action").remove(0);
    ada.submit(&account, &end, &[]).await.redirect();
    let open = [&phone, &tablet];
    let mut left = 0;
    for visitor in open {
        left += usize::from(visitor.get("/console/account").await.status == 200);
    }
    assert_eq!(left, 1, "one of the two is ended");

    let account = ada.get("/console/account").await.page();
    let change = [("present", "wrong words here"), ("password", "other plain words")];
    let refused = ada.submit(&account, "/account/password", &change).await;
    assert!(refused.wrong().contains("present password is wrong"), "{}", refused.wrong());
    let change = [("present", PASSWORD), ("password", "other plain words")];
    let before = ada.cookie("citepress");
    ada.submit(&account, "/account/password", &change).await.redirect();
    let stolen = Visitor::new(rig.port);
    stolen.set_cookie("citepress", &before);
    assert_eq!(stolen.get("/console/account").await.status, 303, "her own token is another now");
    for visitor in open {
        assert_eq!(visitor.get("/console/account").await.status, 303, "other sessions have ended");
    }
    ada.get("/console/account").await.page();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_in_time_is_never_signed_out() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let line = |shown: &super::rig::Shown| shown.headers.get("set-cookie").cloned();
    assert!(line(&ada.get("/console/account").await).is_none(), "she was here a moment ago");
    let tx = rig.app.db.write_system().await.unwrap();
    tx.conn().execute_unprepared("UPDATE sessions SET seen_at = seen_at - 120000").await.unwrap();
    tx.commit().await.unwrap();
    let line = line(&ada.get("/console/account").await).expect("the browser keeps the cookie on");
    let (line, token) = (line.to_str().unwrap(), ada.cookie("citepress"));
    assert!(line.starts_with(&format!("citepress={token};")) && line.contains("Max-Age=1209600"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_authenticator_the_password_alone_opens_nothing() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let offer = ada.get("/console/account/codes").await.page();
    let url = offer.attributes("[name=url]", "value").remove(0);
    let totp = Totp::from_url(&url).unwrap();
    let bad = ada.submit(&offer, "/account/codes", &[("code", "000000")]).await;
    assert!(bad.wrong().contains("code is wrong"), "{}", bad.wrong());
    assert_eq!(bad.attributes("[name=url]", "value"), [url], "the same picture stays");
    let now = early_in_a_step().await;
    // Each code is good once: the one before now is still taken, for clocks that differ.
    let code = |step: u64| totp.generate(now - 30 + step * 30).to_string();
    ada.submit(&offer, "/account/codes", &[("code", &code(0))]).await.redirect();

    let phone = Visitor::new(rig.port);
    let form = phone.get("/console/sign-in").await.page();
    let second = phone
        .submit(&form, "/sign-in", &[("email", "ada@acme.example"), ("password", PASSWORD)])
        .await
        .page();
    assert!(phone.cookie("citepress").is_empty(), "no session before the code");
    let wrong = phone.submit(&second, "/sign-in/code", &[("code", &code(0))]).await;
    assert!(wrong.wrong().contains("used before"), "{}", wrong.wrong());
    phone.submit(&wrong, "/sign-in/code", &[("code", &code(1))]).await.redirect();
    phone.get("/console/account").await.page();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_link_sets_a_password_once_and_ends_all_sessions() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let forgetful = Visitor::new(rig.port);
    let form = forgetful.get("/console/reset").await.page();
    let known = forgetful.submit(&form, "/reset", &[("email", "ada@acme.example")]).await;
    let unknown = forgetful.submit(&form, "/reset", &[("email", "eve@acme.example")]).await;
    assert_eq!(known.redirect(), unknown.redirect(), "who has an account is nobody's business");
    let link = mailed(&rig, "ada@acme.example").await;
    let form = forgetful.get(&link).await.page();
    forgetful.submit(&form, "/reset", &[("password", "other plain words")]).await.redirect();
    assert_eq!(ada.get("/console/account").await.status, 303, "her sessions have ended");
    let again = forgetful.submit(&form, "/reset", &[("password", "third plain words")]).await;
    assert!(again.wrong().contains("not valid any more"), "{}", again.wrong());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_joins_by_mail_sees_what_the_role_allows_and_is_taken_out() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let org = "/console/o/acme-analytics";
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "grace@acme.example", "member").await;
    let overview = grace.get(org).await.page();
    assert!(!overview.text.contains("/sites/new\""), "a member is offered no new site");
    let refused = grace.get(&format!("{org}/api-keys")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("Only admins of Acme Analytics may do that"), "{}", refused.text);
    assert_eq!(grace.get(&format!("{org}/sites/new")).await.status, 403);

    let members = ada.get(&format!("{org}/members")).await.page();
    let roles = members.attributes("form[action$='/role']", "action");
    // Hers is the second row: first come, first shown.
    ada.submit(&members, &roles[1], &[("role", "admin")]).await.redirect();
    grace.get(&format!("{org}/api-keys")).await.page();
    let alone = ada.submit(&members, &roles[0], &[("role", "member")]).await;
    assert!(alone.wrong().contains("keeps at least one owner"), "{}", alone.wrong());
    let out = roles[1].replace("/role", "/remove");
    ada.submit(&members, &out, &[]).await.redirect();
    assert_eq!(grace.get(org).await.status, 404, "from the next request on");
    let link = mailed(&rig, "grace@acme.example").await;
    assert_eq!(grace.get(&link).await.status, 409, "an invitation is good once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_works_and_is_ended() {
    let rig = Rig::without_worker().await;
    let ada = Visitor::owner(&rig).await;
    let path = "/console/o/acme-analytics/api-keys";
    let form = ada.get(path).await.page();
    let made = ada.submit(&form, "/api-keys", &[("name", "build server"), ("scope", "read")]).await.page();
    let secret = made.texts("#secret").remove(0);
    let program = crate::api::rig::Program::with_secret(&rig, &secret);
    assert_eq!(program.get("/api/v1/orgs/current").await.json(200)["name"], "Acme Analytics");
    let list = ada.get(path).await.page();
    assert!(!list.text.contains(&secret) && list.text.contains("build server"));
    let end = list.attributes("form[action$='/end']", "action").remove(0);
    ada.submit(&list, &end, &[]).await.redirect();
    program.get("/api/v1/orgs/current").await.problem(401, "key_not_valid");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_screen_is_there_for_those_whom_the_settings_name_and_for_nobody_else() {
    let rig = Rig::run_by("Ada@acme.example").await;
    let ada = Visitor::owner(&rig).await;
    let job = rig.waiting_job().await;
    rig.app.queue.call_off(Reach::All, job).await.unwrap();
    let ops = ada.get("/console/ops").await.page();
    assert!(ops.text.contains("2 organisations") && ops.text.contains("pages.fetch"), "{}", ops.text);
    assert!(ada.get("/console/account").await.text.contains("/console/ops"), "the menu leads there");
    let (_, fields) = ops.form("/sign-out");
    ada.post(&format!("/console/ops/jobs/{job}/retry"), &fields).await.redirect();
    let told = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let told = told.iter().find(|event| event.kind == "job.retried").expect("the organisation is told");
    assert_eq!((told.subject.as_str(), told.actor.as_str()), (job.to_string().as_str(), "operator"));

    let other = Rig::without_worker().await;
    let owner = Visitor::owner(&other).await;
    assert_eq!(owner.get("/console/ops").await.status, 404);
    assert!(!owner.get("/console/account").await.text.contains("/console/ops"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_deleted_by_typing_its_name_and_nothing_else_deletes_it() {
    let rig = Rig::new().await;
    let ada = Visitor::owner(&rig).await;
    let org = "/console/o/acme-analytics";
    let settings = ada.get(&format!("{org}/settings")).await.page();
    let refused = ada.submit(&settings, "/delete", &[("typed", "acme-analytics")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(!refused.wrong().is_empty());
    ada.get(org).await.page();
    assert_eq!(
        ada.submit(&settings, "/delete", &[("typed", "Acme Analytics")]).await.redirect(),
        "/console/orgs?notice=org-deleted"
    );
    // Ada belonged to no other: her account went along.
    assert_eq!(ada.get(org).await.status, 303);
}
