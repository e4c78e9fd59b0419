//! A domain of one's own, from the form to the reader.

use std::time::{Duration, Instant};

use super::furnished::{Furnished, SITE, furnished};
use super::rig::{Shown, Visitor};
use crate::publishing::rig::{Rig, client};

const NAME: &str = "www.acme-guide.com";

/// Each domain of the list: its name, and how far it is.
fn states(shown: &Shown) -> Vec<String> {
    shown.texts("section[id^=dom_] > .row:first-child")
}

/// Looks until a domain is as far as that.
async fn until(visitor: &Visitor, state: &str) -> Shown {
    let (began, wanted) = (Instant::now(), format!("{NAME} {state}"));
    loop {
        let shown = visitor.get(&format!("{SITE}/domains")).await.page();
        if states(&shown).contains(&wanted) {
            return shown;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no {wanted:?} in {:?}", states(&shown));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Status and Location that a reader of a host gets.
async fn read(rig: &Rig, host: &str) -> (u16, String) {
    let request = client().get(format!("http://127.0.0.1:{}/about/", rig.port)).header("host", host);
    let answer = request.send().await.unwrap();
    let to = answer.headers().get("location").map_or("", |value| value.to_str().unwrap());
    (answer.status().as_u16(), to.to_owned())
}

/// The path of a domain's action in the list.
fn action(shown: &Shown, name: &str, what: &str) -> String {
    let at = states(shown).iter().position(|state| state.starts_with(name)).unwrap();
    let id = shown.attributes("section[id^=dom_]", "id").remove(at);
    format!("/domains/{id}/{what}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_is_added_proved_made_canonical_served_and_deleted() {
    let Furnished { rig, ada, names, .. } = furnished().await;
    let path = format!("{SITE}/domains");
    let form = ada.get(&path).await.page();
    let wrong = ada.submit(&form, "/domains", &[("name", "https://www.acme-guide.com/")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.wrong().contains("without https:// and without a path"), "{}", wrong.wrong());
    assert_eq!(
        wrong.attributes("#f-name", "value"),
        ["https://www.acme-guide.com/"],
        "it is there to be mended"
    );
    let to = ada.submit(&form, "/domains", &[("name", NAME)]).await.redirect();
    assert_eq!(to, format!("{path}?notice=domain-added"));

    // What is to be set stands there as it is to be typed.
    let added = until(&ada, "waits for its record").await;
    let id = added.attributes("section[id^=dom_]", "id").remove(0);
    let text = |part: &str| added.texts(&format!("#{part}-{id}")).remove(0);
    assert_eq!(text("txt-name"), "_citepress.acme-guide.com");
    assert_eq!((text("name-of"), text("target")), (NAME.to_owned(), "facts.localhost".to_owned()));
    assert_eq!(read(&rig, NAME).await.0, 421, "nothing is served before it is proved");
    let refused = ada.submit(&added, &action(&added, NAME, "check"), &[]).await.redirect();
    assert!(refused.starts_with(&format!("{path}?job=job_")), "{refused}");

    names.set_texts("_citepress.acme-guide.com", &[&text("txt")]);
    ada.submit(&added, &action(&added, NAME, "check"), &[]).await.redirect();
    let proved = until(&ada, "proved").await;
    assert!(proved.text.contains("It has no address yet: point it"), "the reason is told: {}", proved.text);
    names.set_address(NAME, [127, 0, 0, 1]);
    ada.submit(&proved, &action(&proved, NAME, "check"), &[]).await.redirect();
    let live = until(&ada, "live").await;
    assert_eq!(read(&rig, NAME).await.0, 308, "readers are led on to the canonical host");

    ada.submit(&live, &action(&live, NAME, "canonical"), &[]).await.redirect();
    let canonical = until(&ada, "canonical live").await;
    assert_eq!(read(&rig, NAME).await, (200, String::new()));
    assert_eq!(read(&rig, "facts.localhost").await.0, 308);

    let sure = ada.get(&format!("{SITE}{}", action(&canonical, NAME, "delete"))).await.page();
    assert!(sure.text.contains("facts.localhost</b> is that again"), "{}", sure.text);
    let to = ada.submit(&sure, "/delete", &[]).await.redirect();
    assert!(ada.get(&to).await.page().text.contains("The domain is gone"));
    assert_eq!(read(&rig, NAME).await.0, 421);
    assert_eq!(read(&rig, "facts.localhost").await.0, 200);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_the_domains_and_their_records_and_is_offered_no_change() {
    let Furnished { rig, ada, names: _names, .. } = furnished().await;
    let grace = Visitor::invited(&rig, &ada, "acme-analytics", "linus@acme.example", "member").await;
    let seen = grace.get(&format!("{SITE}/domains")).await.page();
    assert_eq!(states(&seen), ["help.acme-docs.com waits for its record", "docs.acme-docs.com live"]);
    assert!(seen.text.contains("citepress-verification="));
    assert_eq!(seen.attributes("main form", "action"), Vec::<String>::new());
    let seen = grace.get(&format!("{SITE}/redirects")).await.page();
    assert_eq!(seen.attributes("main form[method=post]", "action"), Vec::<String>::new());
    rig.stop().await;
}
