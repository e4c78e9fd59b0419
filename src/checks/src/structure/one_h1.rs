//! one-h1: exactly one h1.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "one-h1",
    category: Category::Structure,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: true,
    why: "The h1 says what the page is about; with none or several, a machine has to guess.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let tops: Vec<String> = page
        .headings
        .iter()
        .filter(|one| one.level == 1)
        .map(|one| format!("<h1>{}</h1>", one.text))
        .collect();
    match tops.len() {
        1 => Seen::pass().seen_all(tops),
        0 => Seen::fail("Put the page's subject into one h1.").seen("no <h1> with text"),
        _ => Seen::fail("Keep one h1 and make the others h2.").seen_all(tops),
    }
}
