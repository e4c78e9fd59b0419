//! raw-text: words in the HTML before any script has run.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "raw-text",
    category: Category::Render,
    weight: 5.0,
    effort: Effort::Large,
    page_controls: true,
    why: "Most AI crawlers run no JavaScript: what scripts write is not there for them.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let words = page.visible_words;
    let fix = "Send the text in the HTML itself: render on the server or at build, not in the browser.";
    Seen::scale(words >= 200.0, words >= 50.0, fix)
        .seen(format!("{:.0} words without scripts", words.floor()))
}
