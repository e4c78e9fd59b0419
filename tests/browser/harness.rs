//! The harness itself: a watcher that overlooks a fault would make every other story worthless.

use super::Browser;
use super::small_server::serve;

const QUIET: &str = "<!doctype html><html lang=en><title>Quiet</title><link rel=icon href='data:,'>
    <style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>
    <a href='/second'>second</a><form action='/second'><input name=q></form>";
const SECOND: &str =
    "<!doctype html><html lang=en><title>Second</title><link rel=icon href='data:,'><p>second</p>";

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_page_is_used_without_a_complaint() {
    let port = serve(&[("/", QUIET), ("/second", SECOND), ("/second?q=caf%C3%A9", SECOND)]).await;
    let site = format!("http://site.localhost:{port}/");
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.open(&site).await;
    assert_eq!(page.evaluate("document.title").await, "Quiet");
    page.click("a").await;
    page.wait_until("location.pathname === '/second' && document.readyState === 'complete'").await;
    page.open(&site).await;
    page.click("input").await;
    page.type_text("caf").await;
    page.press("é").await;
    page.press("Enter").await;
    page.wait_until("location.search === '?q=caf%C3%A9' && document.readyState === 'complete'").await;
    assert_eq!(page.complaints(), Vec::<String>::new());
    assert_eq!(page.strangers(&site), Vec::<String>::new());
    assert!(page.requests().contains(&site), "{:?}", page.requests());
}

#[tokio::test(flavor = "multi_thread")]
async fn console_errors_exceptions_and_broken_requests_are_seen() {
    let loud = "<!doctype html><html lang=en><title>Loud</title><link rel=icon href='data:,'>
        <meta http-equiv=Content-Security-Policy content=\"style-src 'self'\">
        <script>console.error('spilt', { milk: 1 }); console.log('all well');</script>
        <script>null.property</script><img src='/missing.png' alt=''><p style='color: red'>red</p>
        <script src='http://site.localhost:1/refused.js'></script>";
    let port = serve(&[("/", loud)]).await;
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.open(&format!("http://site.localhost:{port}/")).await;
    let complaints = page.complaints();
    for sign in [
        "console: spilt",
        "uncaught: TypeError",
        "answer 404",
        "failed: http://site.localhost:1/",
        "browser: ",
    ] {
        assert!(complaints.iter().any(|line| line.starts_with(sign)), "no `{sign}` in {complaints:#?}");
    }
    assert!(!complaints.iter().any(|line| line.contains("all well")), "{complaints:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_another_host_is_seen_even_when_a_script_makes_it() {
    let page_with_guest = "<!doctype html><html lang=en><title>Guest</title><link rel=icon href='data:,'>
        <script>fetch('http://guest.localhost:PORT/count', { mode: 'no-cors' }).then(() => { window.done = true })</script>";
    let port = serve(&[("/", page_with_guest), ("/count", "counted")]).await;
    let site = format!("http://site.localhost:{port}/");
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.open(&site).await;
    page.wait_until("window.done === true").await;
    assert_eq!(page.strangers(&site), [format!("http://guest.localhost:{port}/count")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_follow_the_width_and_the_colour_scheme() {
    let port = serve(&[("/", QUIET)]).await;
    let browser = Browser::start().await;
    let page = browser.page().await;
    page.open(&format!("http://site.localhost:{port}/")).await;
    let background = "getComputedStyle(document.body).backgroundColor";
    let light = page.screenshot(390, "light").await;
    assert_eq!(page.evaluate("innerWidth").await, 390);
    assert_eq!(page.evaluate(background).await, "rgb(255, 255, 255)");
    let dark = page.screenshot(1280, "dark").await;
    assert_eq!(page.evaluate(background).await, "rgb(0, 0, 0)");
    assert!(light.starts_with(b"\x89PNG") && dark.starts_with(b"\x89PNG"));
    assert_ne!(light, dark);
}
