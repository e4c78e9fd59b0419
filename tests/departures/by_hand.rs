//! An owner deletes the organisation at the console, in a real browser.

use super::leaver::{HOST, Leaver, NAME, OWNER, SLUG};
use super::traces::nothing_is_left;
use crate::browser::Browser;
use crate::publishing::rig::{Rig, client};

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_types_the_name_and_nothing_of_the_organisation_is_left() {
    let rig = Rig::new().await;
    let leaver = Leaver::new(&rig).await;
    let traces = leaver.traces(&rig).await;
    let origin = format!("http://localhost:{}", rig.port);
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.emulate(1280, "light").await;
    page.open(&format!("{origin}/console/sign-in")).await;
    for (field, text) in [("email", OWNER), ("password", leaver.owner_password.reveal())] {
        page.click(&format!("[name={field}]")).await;
        page.type_text(text).await;
    }
    page.press("Enter").await;
    page.wait_until("location.pathname !== '/console/sign-in' && document.readyState === 'complete'").await;

    page.open(&format!("{origin}/console/o/{SLUG}/settings")).await;
    page.click("[name=typed]").await;
    page.type_text("Quokka").await;
    page.press("Enter").await;
    page.wait_until("document.readyState === 'complete' && document.querySelector('[role=alert]') !== null")
        .await;
    assert_eq!(read(&rig).await, 200, "half a name deletes nothing");
    page.evaluate("document.querySelector('[name=typed]').value = ''").await;
    page.click("[name=typed]").await;
    page.type_text(NAME).await;
    page.press("Enter").await;
    page.wait_until("location.search.includes('org-deleted') || location.pathname === '/console/sign-in'")
        .await;
    assert_eq!(read(&rig).await, 421, "its site is dark at once");

    leaver.gone(&rig).await;
    nothing_is_left(&rig, &leaver, &traces).await;
    rig.stop().await;
}

async fn read(rig: &Rig) -> u16 {
    let url = format!("http://127.0.0.1:{}/", rig.port);
    client().get(url).header("host", HOST).send().await.unwrap().status().as_u16()
}
