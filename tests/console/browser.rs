//! Stories in a real browser, with script.

use super::looks::signed_in;
use super::rig::{PASSWORD, Visitor};
use super::{furnished, rig};
use crate::browser::{Browser, Page};
use crate::publishing::rig::Rig;

/// Types into a field.
async fn fill(page: &Page, field: &str, text: &str) {
    page.click(&format!("[name={field}]")).await;
    page.type_text(text).await;
}

async fn arrived(page: &Page, path: &str) {
    let there = format!("location.pathname.endsWith('{path}') && document.readyState === 'complete'");
    page.wait_until(&there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_run_to_a_published_page() {
    let rig = Rig::new().await;
    let token = rig.app.accounts.set_up_token().await.unwrap().unwrap();
    let origin = format!("http://localhost:{}", rig.port);
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.emulate(1280, "light").await;
    page.open(&format!("{origin}/console/set-up?token={}", token.reveal())).await;
    for (field, text) in [
        ("email", "ada@acme.example"),
        ("name", "Ada"),
        ("password", PASSWORD),
        ("org_name", "Acme Analytics"),
    ] {
        fill(&page, field, text).await;
    }
    page.press("Enter").await;
    arrived(&page, "/sites/new").await;
    fill(&page, "slug", "facts").await;
    page.press("Enter").await;
    arrived(&page, "/s/facts/sources").await;

    fill(&page, "title", "Prices").await;
    fill(&page, "text", "The small plan costs 49 euros a month and covers 200 prompts. The large plan costs 190 euros a month.").await;
    page.click("form:has([name=text]) button").await;
    page.wait_until("location.search.includes('source-added') && document.readyState === 'complete'").await;
    page.click("a.i-pages").await;
    arrived(&page, "/pages").await;
    page.click(".empty a[href$='/pages/new']").await;
    arrived(&page, "/pages/new").await;
    fill(&page, "title", "What does Acme cost?").await;
    page.click("[name=source]").await;
    page.click("button[value=generate]").await;
    // The page shows its text by itself as soon as the job has ended.
    page.wait_until("document.querySelector('[name=document]')?.value.includes('49 euros')").await;
    page.wait_until("document.querySelector('iframe[name=look]') !== null").await;

    // A look at the gate: the little page stands below it, and the console says what to do.
    page.click("form[action$='/publish'] button").await;
    page.wait_until("document.readyState === 'complete' && document.querySelector('h1')?.textContent !== 'What does Acme cost?'").await;
    let told = page.evaluate("document.querySelector('main').innerText").await;
    assert!(told.as_str().unwrap().contains("the site's gate is 80"), "{told}");
    page.evaluate("history.back()").await;
    page.wait_until("document.querySelector('a.i-site') !== null").await;
    page.click("a.i-site").await;
    arrived(&page, "/settings").await;
    page.evaluate("document.querySelector('[name=gate]').value = ''").await;
    fill(&page, "gate", "30").await;
    page.press("Enter").await;
    page.wait_until("location.search.includes('site-saved')").await;
    page.click("a.i-pages").await;
    arrived(&page, "/pages").await;
    page.click("td a.title").await;
    page.wait_until("document.querySelector('form[action$=\"/publish\"]') !== null").await;
    page.click("form[action$='/publish'] button").await;
    arrived(&page, "/publish").await;
    page.wait_until("document.querySelector('tbody .pill.good')?.textContent === 'live'").await;
    page.click(".head a[href^='http://facts.']").await;
    page.wait_until("location.hostname === 'facts.localhost' && document.readyState === 'complete'").await;
    page.click("main a[href*='what-does-acme-cost']").await;
    page.wait_until("document.querySelector('main')?.innerText.includes('49 euros')").await;
    let complaints = page.complaints();
    let real: Vec<_> = complaints.iter().filter(|line| !line.contains("409")).collect();
    assert!(real.is_empty(), "{real:#?}");
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_invited_accepts_and_edits_while_the_other_edits_too() {
    let furnished::Furnished { rig, ada, page: editor, names: _names, .. } = furnished::furnished().await;
    let browser = Browser::start().await;
    let hers = signed_in(&browser, &ada.origin).await;
    hers.emulate(1280, "light").await;
    hers.open(&format!("{}{}/members", ada.origin, furnished::ORG)).await;
    fill(&hers, "email", "linus@acme.example").await;
    hers.press("Enter").await;
    hers.wait_until("location.search.includes('invited')").await;

    let other = Browser::start().await;
    let his = other.page().await;
    his.emulate(1280, "dark").await;
    his.open(&format!("{}{}", ada.origin, rig::mailed(&rig, "linus@acme.example").await)).await;
    fill(&his, "name", "Linus").await;
    fill(&his, "password", PASSWORD).await;
    his.press("Enter").await;
    his.wait_until("location.search.includes('joined')").await;

    for page in [&hers, &his] {
        page.open(&format!("{}{editor}", ada.origin)).await;
    }
    append(&his, "A sentence by Linus.").await;
    his.click("button[data-main]").await;
    his.wait_until("location.search.includes('page-saved')").await;
    append(&hers, "A sentence by Ada.").await;
    hers.click("button[data-main]").await;
    hers.wait_until("document.querySelector('[role=alert]')?.textContent.includes('Linus has saved')").await;
    let text = hers.evaluate("document.querySelector('[name=document]').value").await;
    let text = text.as_str().unwrap();
    assert!(text.contains("A sentence by Linus.") && text.contains("A sentence by Ada."), "{text}");
    rig.stop().await;
}

/// Types at the end of the text.
async fn append(page: &Page, text: &str) {
    page.evaluate("(() => { const text = document.querySelector('[name=document]'); text.focus(); text.setSelectionRange(text.value.length, text.value.length) })()").await;
    page.type_text(&format!("\n{text}\n")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_survives_a_closed_tab_and_shows_beside_as_readers_will_see_it() {
    let furnished::Furnished { rig, ada, page: editor, names: _names, .. } = furnished::furnished().await;
    let browser = Browser::start().await;
    let page = signed_in(&browser, &ada.origin).await;
    page.emulate(1440, "light").await;
    let address = format!("{}{editor}", ada.origin);
    page.open(&address).await;
    append(&page, "Typed and not saved.").await;
    page.wait_until("document.querySelector('[data-saved]').textContent.startsWith('Kept')").await;
    let tab = browser.page().await;
    tab.open(&address).await;
    tab.wait_until("document.querySelector('[name=document]').value.includes('Typed and not saved.')").await;
    assert!(
        ada.get(&format!("{editor}/look")).await.text.contains("49 euros"),
        "the saved text has not changed"
    );
    assert_eq!(page.complaints(), Vec::<String>::new());
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_is_enough() {
    let furnished::Furnished { rig, ada, .. } = furnished::furnished().await;
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.emulate(1280, "light").await;
    page.open(&format!("{}/console/sign-in", ada.origin)).await;
    tab_to(&page, "[name=email]").await;
    page.type_text("ada@acme.example").await;
    page.press("Tab").await;
    page.type_text(PASSWORD).await;
    page.press("Enter").await;
    arrived(&page, "/o/acme-analytics").await;
    // The first stop leads past the navigation.
    page.press("Tab").await;
    assert_eq!(page.evaluate("document.activeElement.textContent").await, "Skip to the content");
    // By the palette to the pages, by keys to a page, and into its text.
    page.chord("k").await;
    page.wait_until("document.querySelector('dialog[open] input') === document.activeElement").await;
    page.type_text("pages").await;
    page.press("Enter").await;
    arrived(&page, "/pages").await;
    page.press("j").await;
    page.press("Enter").await;
    page.wait_until(
        "document.querySelector('[name=document]') !== null && document.readyState === 'complete'",
    )
    .await;
    tab_to(&page, "[name=document]").await;
    page.type_text("x").await;
    tab_to(&page, "button[data-main]").await;
    let outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle").await;
    assert_eq!(outline, "solid", "where one is can be seen");
    page.press("Enter").await;
    page.wait_until("location.search.includes('page-saved')").await;
    // A menu opens and closes, and gives the focus back.
    tab_to(&page, "details.menu > summary").await;
    page.press("Enter").await;
    page.wait_until("document.querySelector('details.menu[open]') !== null").await;
    page.press("Escape").await;
    assert_eq!(page.evaluate("document.querySelector('details.menu[open]') === null && document.activeElement.matches('summary')").await, true);
    rig.stop().await;
}

/// Presses Tab until an element has the focus.
async fn tab_to(page: &Page, selector: &str) {
    for _ in 0..80 {
        page.press("Tab").await;
        if page.evaluate(&format!("document.activeElement.matches('{selector}')")).await == true {
            return;
        }
    }
    panic!("Tab does not lead to {selector}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_is_rolled_back_with_a_click() {
    let furnished::Furnished { rig, ada, .. } = furnished::furnished().await;
    let browser = Browser::start().await;
    let page = signed_in(&browser, &ada.origin).await;
    page.emulate(1280, "light").await;
    page.open(&format!("{}{}/publish", ada.origin, furnished::SITE)).await;
    fill(&page, "reason", "a second one").await;
    page.click("button[value=live]").await;
    // The list shows by itself that it is live.
    page.wait_until("[...document.querySelectorAll('tbody tr')].length === 3 && document.querySelector('tbody tr .pill').textContent === 'live'").await;
    page.click("form[action$='/activate'] button").await;
    page.wait_until(
        "[...document.querySelectorAll('tbody tr')][1].querySelector('.pill').textContent === 'live'",
    )
    .await;
    let visitor = Visitor::signed_in(rig.port, "ada@acme.example").await;
    assert!(visitor.get(furnished::ORG).await.text.contains("made an edition live"));
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_text_is_brought_back_with_a_click_and_the_newer_one_stays_in_the_history() {
    let furnished::Furnished { rig, ada, page: editor, names: _names, .. } = furnished::furnished().await;
    let browser = Browser::start().await;
    let page = signed_in(&browser, &ada.origin).await;
    page.emulate(1280, "light").await;
    page.open(&format!("{}{editor}", ada.origin)).await;
    let before = page.evaluate("document.querySelector('[name=document]').value").await;
    append(&page, "A sentence that is regretted.").await;
    page.click("button[data-main]").await;
    page.wait_until("location.search.includes('notice=page-saved') && document.readyState === 'complete'")
        .await;
    page.click("a.btn[href$='/history']").await;
    page.wait_until("document.querySelectorAll('tbody tr[data-row] a').length >= 2").await;
    page.click("tbody tr[data-row]:nth-child(2) a").await;
    page.wait_until("document.querySelector('form[action$=\"/restore\"]') !== null").await;
    page.click("form[action$='/restore'] button").await;
    page.wait_until(
        "location.search.includes('page-restored') && document.querySelector('[name=document]') !== null",
    )
    .await;
    let after = page.evaluate("document.querySelector('[name=document]').value").await;
    assert_eq!(after, before);
    page.click("a.btn[href$='/history']").await;
    page.wait_until("document.querySelectorAll('tbody tr[data-row] a').length >= 3").await;
    page.click("tbody tr[data-row]:nth-child(2) a").await;
    page.wait_until("document.body.textContent.includes('A sentence that is regretted.')").await;
    assert!(page.complaints().is_empty(), "{:?}", page.complaints());
    rig.stop().await;
}
