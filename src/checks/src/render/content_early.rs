//! content-early: where the main text starts in the bytes.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "content-early",
    category: Category::Render,
    weight: 1.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Agents that read only the beginning of a page should find its text there, not its menus and styles.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let bytes = page.document.body.len();
    let Some(start) = page.main_start else {
        return Seen::fail("Give the page a main text.").seen("no main text");
    };
    let told =
        format!("main text starts at byte {start} of {bytes} ({:.0} %)", start as f64 / bytes as f64 * 100.0);
    let fix = "Move styles, scripts, menus and JSON-LD out of the page or behind its main text.";
    Seen::scale(start * 10 <= bytes, start * 2 <= bytes, fix).seen(told)
}
