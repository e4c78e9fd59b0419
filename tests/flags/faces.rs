//! API and console.

use citepress::accounts::KeyScope;
use citepress::flags::{Flag, Setting};
use citepress::tenancy::Actor;
use serde_json::json;

use crate::api::rig::Program;
use crate::browser::Browser;
use crate::console::looks::{faults_of, signed_in};
use crate::console::rig::Visitor;
use crate::publishing::rig::Rig;

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_what_is_switched_off_and_when_to_come_again() {
    let rig = Rig::without_worker().await;
    let program = Program::new(&rig, KeyScope::Admin).await;
    let site = rig.scope.site().to_string();
    let flags = &rig.app.flags;
    flags.set(Flag::Publishing, Setting::Off, Actor::Operator).await.unwrap();
    let edition = json!({ "site": site, "reason": "a test" });
    let refused = program.post("/api/v1/editions", &edition).await;
    let problem = refused.problem(503, "switched_off");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("Publishing is switched off by the operator since 20"), "{detail}");
    assert_eq!(refused.header("retry-after"), "60");
    // What is said of this organisation goes before what is said of all.
    flags.set_for(&rig.org, Flag::Publishing, Setting::On).await.unwrap();
    program.post("/api/v1/editions", &edition).await.json(202);
    flags.set_for(&rig.org, Flag::Crawling, Setting::Off).await.unwrap();
    let address = json!({ "site": site, "url": "https://example.com/" });
    let problem = program.post("/api/v1/sources/fetch", &address).await.problem(503, "switched_off");
    assert!(problem["detail"].as_str().unwrap().contains("for this organisation"), "{problem}");
    let told = rig.app.events.list(&rig.org, 0, 100).await.unwrap();
    let told: Vec<_> = told.iter().filter(|event| event.kind == "flag.set").collect();
    assert_eq!(
        told.iter().map(|event| event.subject.as_str()).collect::<Vec<_>>(),
        ["publishing", "crawling"]
    );
    assert!(told.iter().all(|event| event.actor == "operator"), "{told:?}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_switches_on_their_screen_and_people_read_a_sentence() {
    let rig = Rig::with(|settings| {
        settings.accounts.operators.push("ada@acme.example".to_owned());
        settings.accounts.sign_up = true;
    })
    .await;
    let ada = Visitor::owner(&rig).await;
    let ops = ada.get("/console/ops").await.page();
    let switched = ada.submit(&ops, "/ops/switch", &[("flag", "sign-up"), ("to", "off"), ("org", "")]).await;
    assert_eq!(switched.redirect(), "/console/ops?notice=switched");
    let ops = ada.get("/console/ops").await.page();
    assert!(ops.texts("td .pill.bad").contains(&"off".to_owned()), "{}", ops.text);

    let stranger = Visitor::new(rig.port);
    let form = stranger.get("/console/sign-up").await.page();
    let refused = stranger.submit(&form, "/sign-up", &[("email", "new@people.example")]).await;
    assert!(
        refused.wrong().starts_with("Signing up is switched off by the operator since 20"),
        "{}",
        refused.wrong()
    );

    for (flag, org, why) in
        [("sign-up", "acme", "for everybody alone"), ("engines", "nobody", "no organisation \"nobody\"")]
    {
        let refused = ada.submit(&ops, "/ops/switch", &[("flag", flag), ("to", "off"), ("org", org)]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.wrong().contains(why), "{}", refused.wrong());
    }
    ada.submit(&ops, "/ops/switch", &[("flag", "engines"), ("to", "off"), ("org", "acme")]).await.redirect();
    let ops = ada.get("/console/ops").await.page();
    assert!(ops.texts("td div b").contains(&"acme".to_owned()), "{}", ops.text);
    // Who did it for everybody stands in the operator's log.
    let told = rig.app.events.operators(0, 10).await.unwrap();
    assert_eq!((told.len(), told[0].kind.as_str(), told[0].subject.as_str()), (1, "flag.set", "sign-up"));
    assert!(told[0].actor.starts_with("usr_"), "{}", told[0].actor);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_screen_can_be_used_by_everybody_and_fits() {
    let rig = Rig::run_by("ada@acme.example").await;
    let ada = Visitor::owner(&rig).await;
    rig.app.flags.set_for(&rig.org, Flag::Engines, Setting::Off).await.unwrap();
    rig.app.flags.set(Flag::Publishing, Setting::Off, Actor::Operator).await.unwrap();
    let browser = Browser::start().await;
    let page = signed_in(&browser, &ada.origin).await;
    let faults = faults_of(&page, &format!("{}/console/ops", ada.origin), "operator").await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(page.complaints().is_empty(), "{:?}", page.complaints());
    rig.stop().await;
}
