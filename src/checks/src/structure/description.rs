//! description: 120 to 160 characters.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "description",
    category: Category::Structure,
    weight: 1.0,
    effort: Effort::Small,
    page_controls: true,
    why: "Engines read the description to decide whether a page answers a question, and show it beside the citation.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let fix = "Add <meta name=\"description\"> with 120 to 160 characters that say what the page answers.";
    let Some(description) = page.head.meta("description").find(|content| !content.is_empty()) else {
        return Seen::fail(fix).seen("no <meta name=\"description\">");
    };
    let length = words::length(description);
    let fix = format!("Make the description 120 to 160 characters long; it has {length}.");
    Seen::scale((120..=160).contains(&length), true, fix).seen(description)
}
