//! snippet-allowed: no nosnippet, no max-snippet:0.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "snippet-allowed",
    category: Category::Index,
    weight: 3.0,
    effort: Effort::Small,
    page_controls: true,
    why: "An engine that may not show a snippet may not use the page in an answer (Google says so for its AI features).",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let fix = "Remove nosnippet, max-snippet:0 and data-nosnippet on the whole text.";
    let barring = page
        .directives()
        .into_iter()
        .find(|directive| matches!(&*directive.value, "nosnippet" | "max-snippet:0"));
    match barring {
        Some(directive) => Seen::fail(fix).seen(directive.evidence),
        None if page.snippet_barred => Seen::fail(fix).seen("data-nosnippet on the body or the main element"),
        None => Seen::pass(),
    }
}
