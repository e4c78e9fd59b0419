//! Finding things by words: without script, and in the palette.

use super::furnished::{Furnished, ORG, SITE, furnished};
use super::looks::signed_in;
use crate::browser::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn without_script_a_form_finds_pages_sources_and_sites_by_words() {
    let Furnished { rig, ada, page, names: _names, .. } = furnished().await;
    let overview = ada.get(ORG).await.page();
    let form = ada.get(&overview.attributes("a[data-palette]", "href")[0]).await.page();
    assert!(form.texts("main section").is_empty(), "nothing is asked yet");
    let found = ada.get(&format!("{ORG}/search?q=COST")).await.page();
    assert_eq!(found.attributes("main section a", "href"), [page]);
    let all = ada.get(&format!("{ORG}/search?q=acme")).await.page();
    assert_eq!(all.texts("main section h2"), ["Pages", "Sites"]);
    let sources = ada.get(&format!("{ORG}/search?q=prices.md")).await.page();
    assert_eq!(sources.texts("main section h2"), ["Sources"]);
    let path = sources.attributes("main section a", "href").remove(0);
    assert!(ada.get(&path).await.page().text.contains("49 euros"));
    let nothing = ada.get(&format!("{ORG}/search?q=%25")).await.page();
    assert!(
        nothing.text.contains("Nothing has these words"),
        "a sign of the database is a letter like others"
    );
    let odd = ada.get(&format!("{ORG}/search?q=%00%3Cb%3E")).await.page();
    assert!(!odd.text.contains("<b>\u{201d}") && odd.text.contains("&lt;b&gt;"), "{}", odd.text);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_finds_a_page_that_the_screen_does_not_link_to() {
    let Furnished { rig, ada, page: path, names: _names, .. } = furnished().await;
    let browser = Browser::start().await;
    let page = signed_in(&browser, &ada.origin).await;
    page.emulate(1280, "light").await;
    page.open(&format!("{}{SITE}/settings", ada.origin)).await;
    page.chord("k").await;
    page.wait_until("document.querySelector('dialog[open] input') === document.activeElement").await;
    page.type_text("does acme").await;
    page.wait_until("document.querySelectorAll('dialog [role=option]').length === 2").await;
    let options = page.evaluate("document.querySelector('dialog ul').innerText").await;
    let options = options.as_str().unwrap();
    assert!(options.contains("What does Acme cost?") && options.contains("Search for"), "{options}");
    page.press("Enter").await;
    page.wait_until(&format!("location.pathname === '{path}' && document.readyState === 'complete'")).await;
    assert_eq!(page.complaints(), Vec::<String>::new());
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_script_a_record_is_copied_with_a_click() {
    let Furnished { rig, ada, names: _names, .. } = furnished().await;
    let browser = Browser::start().await;
    let page = signed_in(&browser, &ada.origin).await;
    page.emulate(1280, "light").await;
    page.open(&format!("{}{SITE}/domains", ada.origin)).await;
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }").await;
    page.click("[data-copy^='txt-dom_']").await;
    page.wait_until("window.copied?.startsWith('citepress-verification=')").await;
    page.wait_until("document.querySelector(\"[data-copy^='txt-dom_']\").textContent.startsWith('Copied')")
        .await;
    assert_eq!(page.complaints(), Vec::<String>::new());
    rig.stop().await;
}
