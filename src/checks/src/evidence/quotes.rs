//! quotes: attributed quotations.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;
use crate::words::quotation;

pub(crate) static CHECK: Check = Check {
    id: "quotes",
    category: Category::Evidence,
    weight: 2.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "A quotation with its speaker is taken over whole, and credited (GEO, KDD 2024).",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let quotes = quotation::attributed(page);
    if quotes.is_empty() {
        return Seen::fail("Quote somebody in at least five words, and say who said so.")
            .seen("no attributed quotation");
    }
    Seen::pass().seen_all(quotes)
}
