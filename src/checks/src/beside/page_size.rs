//! page-size: under 100,000 characters; reported, not scored.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "page-size",
    category: Category::Beside,
    weight: 0.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Agents cut long pages off; what stands behind the cut is not read.",
    judge: Judge::Page(judge),
};

const LARGEST: usize = 100_000;

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let characters = page.document.body.chars().count();
    if characters < LARGEST {
        return Seen::pass().seen(format!("{characters} characters"));
    }
    Seen::reported("Split the page, or take styles and scripts out of it.")
        .seen(format!("{characters} characters of HTML"))
}
