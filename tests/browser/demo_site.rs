//! What a newcomer does with the demo site: reads, follows a link, searches, switches to dark, on a wide screen and a
//! narrow one. Whatever the browser complains about on the way fails the story, and so does any third party.

use super::page::Page;
use super::process::Browser;
use crate::product::Product;

/// Opens the search from any page.
const FIND: &str = ".find";
/// Switches between light and dark.
const SCHEME: &str = "button.scheme";
/// How light the page is behind its text: the lightness of the computed colour, 0 to 255.
const LIGHTNESS: &str = "(() => { const canvas = document.createElement('canvas').getContext('2d');
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3; })()";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_reads_follows_a_link_searches_and_switches_to_dark() {
    let product = tokio::task::spawn_blocking(Product::demo).await.unwrap();
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.emulate(1280, "light").await;

    page.open(&format!("{}/", product.site)).await;
    assert_eq!(page.evaluate("document.querySelectorAll('h1').length").await, 1);
    follow(&page, "/engines/", "Answer engines and agents").await;
    follow(&page, "/engines/geo-study/", "What the GEO study really measured").await;
    search(&page, "wilson interval", "/engines/measure-visibility/").await;
    switch_to_dark(&page).await;
    no_page_is_broken_or_wider_than_a_phone(&page, &product.site).await;

    assert_eq!(page.complaints(), Vec::<String>::new());
    assert_eq!(page.strangers(&product.site), Vec::<String>::new());
}

/// Clicks a link in the text of the page and arrives at a heading.
async fn follow(page: &Page, path: &str, heading: &str) {
    page.click(&format!("main a[href$='{path}']")).await;
    page.wait_until(&arrived(path)).await;
    assert_eq!(page.evaluate("document.querySelector('h1').innerText.trim()").await, heading);
}

/// Types into the search and takes the hit with the keyboard's help.
async fn search(page: &Page, words: &str, path: &str) {
    page.click(FIND).await;
    page.wait_until("document.activeElement?.matches('input') === true").await;
    page.type_text(words).await;
    let hit = format!("dialog[open] a[href*='{path}']");
    page.wait_until(&format!("document.querySelector(\"{hit}\")?.checkVisibility() === true")).await;
    page.click(&hit).await;
    page.wait_until(&arrived(path)).await;
}

/// The switch darkens the page at once, and the choice is kept for the next page.
async fn switch_to_dark(page: &Page) {
    assert!(lightness(page).await > 200, "a light system shows a light page");
    page.click(SCHEME).await;
    page.wait_until(&format!("{LIGHTNESS} < 80")).await;
    let here = page.evaluate("location.href").await;
    page.open(here.as_str().unwrap()).await;
    assert!(lightness(page).await < 80, "the choice is forgotten on the next page");
}

/// Every page of the sitemap on a phone: nothing sticks out sideways. What breaks shows in the complaints.
async fn no_page_is_broken_or_wider_than_a_phone(page: &Page, site: &str) {
    page.emulate(360, "light").await;
    let addresses = page
        .evaluate("fetch('/sitemap.xml').then(answer => answer.text()).then(text => text.match(/(?<=<loc>)[^<]+/g))")
        .await;
    let addresses: Vec<&str> =
        addresses.as_array().into_iter().flatten().filter_map(|one| one.as_str()).collect();
    assert!(addresses.len() >= 17, "the sitemap holds {addresses:?}");
    for address in addresses {
        assert!(address.starts_with(site), "{address} is not on {site}");
        page.open(address).await;
        let width = page.evaluate("document.documentElement.scrollWidth").await.as_f64();
        assert!(width <= Some(360.0), "{address} is {width:?} pixels wide on a phone of 360");
    }
}

async fn lightness(page: &Page) -> u64 {
    page.evaluate(LIGHTNESS).await.as_f64().unwrap_or(-1.0).round() as u64
}

fn arrived(path: &str) -> String {
    format!("location.pathname === '{path}' && document.readyState === 'complete'")
}
