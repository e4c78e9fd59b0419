//! validators: ETag or Last-Modified; reported, not scored.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "validators",
    category: Category::Beside,
    weight: 0.0,
    effort: Effort::Small,
    page_controls: false,
    why: "An agent that can ask whether a page has changed comes back more often.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    if !page.document.is_fetched() {
        return Seen::unmeasured("not fetched over a network");
    }
    let found = ["etag", "last-modified"]
        .iter()
        .find_map(|name| Some(format!("{name}: {}", page.document.header(name).next()?)));
    match found {
        Some(header) => Seen::pass().seen(header),
        None => Seen::reported("Send an ETag or Last-Modified with each page.")
            .seen("neither ETag nor Last-Modified"),
    }
}
