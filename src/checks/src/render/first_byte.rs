//! first-byte: time to the first byte.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "first-byte",
    category: Category::Render,
    weight: 2.0,
    effort: Effort::Medium,
    page_controls: false,
    why: "An agent that fetches while somebody waits gives up on slow servers.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let Some(ms) = page.document.first_byte_ms else {
        return Seen::unmeasured("not fetched over a network");
    };
    Seen::scale(ms <= 800, ms <= 1800, "Serve the page from a cache near its readers.")
        .seen(format!("first byte after {ms} ms"))
}
