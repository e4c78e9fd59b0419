//! substance: enough words, and no near-duplicate in the site.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "substance",
    category: Category::Evidence,
    weight: 2.0,
    effort: Effort::Large,
    page_controls: true,
    why: "A page that says little, or the same as its neighbour, gives an engine nothing to choose it for.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let told = format!("{:.0} words in the main text", page.main_words.floor());
    if let Some(twin) = site.near_duplicate(page) {
        let fix = "Merge pages that say the same, or point their canonical link at one of them.";
        return Seen::fail(fix).seen(told).seen(format!("near-duplicate of {twin}"));
    }
    let fix = "Say what the page is for in 300 words or more, or merge it with a page that does.";
    Seen::scale(page.main_words >= 300.0, page.main_words >= 150.0, fix).seen(told)
}
