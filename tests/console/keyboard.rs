//! Every screen by keyboard alone: Tab comes by everything that can be used, and one sees where one is.

use serde_json::Value;

use super::furnished::{front_screens, furnished};
use super::looks::signed_in;
use crate::browser::{Browser, Page};

/// Notes what can be used, and crosses out what has had the focus. Of a group of radio buttons one is a stop.
const BEGIN: &str = "(() => {
    const stops = element => element.tabIndex >= 0 && !element.disabled && element.type !== 'hidden'
        && element.checkVisibility({ visibilityProperty: true })
        && !(element.type === 'radio' && !element.checked && document.querySelector(`[type=radio][name='${element.name}']:checked`));
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
    window.left = new Set(all.filter(stops));
    window.unseen = [];
    addEventListener('focusin', ({ target }) => {
        window.left.delete(target);
        const ringed = element => element && getComputedStyle(element).outlineStyle !== 'none'
            && parseFloat(getComputedStyle(element).outlineWidth) >= 1;
        // A field and what stands beside it may have one ring around both.
        if (![target, target.parentElement, target.nextElementSibling].some(ringed)) window.unseen.push(target.outerHTML.slice(0, 120));
    });
    document.activeElement?.blur();
    return window.left.size;
})()";

/// What Tab has not come by, and what shows no focus.
const END: &str = "[[...window.left].map(element => element.outerHTML.slice(0, 120)), window.unseen]";

/// Stops beyond those of the screen itself: the links of a page that is shown in a frame, and the browser's own.
const OTHERS: u64 = 150;

async fn walk(page: &Page, address: &str, name: &str, faults: &mut Vec<String>) -> u64 {
    page.open(address).await;
    let stops = page.evaluate(BEGIN).await.as_u64().unwrap();
    for _ in 0..stops + OTHERS {
        page.press("Tab").await;
        if page.evaluate("window.left.size").await == 0 {
            break;
        }
    }
    let end = page.evaluate(END).await;
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    faults.extend(texts(&end[0]).into_iter().map(|what| format!("{name}: Tab does not come by {what}")));
    faults.extend(texts(&end[1]).into_iter().map(|what| format!("{name}: the focus is not seen on {what}")));
    stops
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_comes_by_everything_on_every_screen_and_one_sees_where_one_is() {
    let all = furnished().await;
    let browser = Browser::start().await;
    let (mut faults, mut stops) = (Vec::new(), 0);
    let stranger = browser.page().await;
    stranger.emulate(1280, "light").await;
    for (name, path) in front_screens() {
        stops += walk(&stranger, &format!("{}{path}", all.ada.origin), name, &mut faults).await;
    }
    let page = signed_in(&browser, &all.ada.origin).await;
    page.emulate(1280, "light").await;
    for (name, path) in all.screens().await {
        stops += walk(&page, &format!("{}{path}", all.ada.origin), name, &mut faults).await;
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(stops > 500, "{stops} stops on all screens");
    all.rig.stop().await;
}
