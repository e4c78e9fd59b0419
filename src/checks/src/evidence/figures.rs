//! figures: quantified facts in the main text.

use std::collections::HashSet;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{Kind, Page};
use crate::site::Site;
use crate::words::figures;

pub(crate) static CHECK: Check = Check {
    id: "figures",
    category: Category::Evidence,
    weight: 3.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Passages with figures are quoted more often (GEO, KDD 2024): a number can be checked.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let names = page.language().as_deref() != Some("de");
    let mut distinct: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    for block in page.main_blocks().filter(|block| !matches!(block.kind, Kind::Code | Kind::Heading(_))) {
        for quantity in figures::quantities(&block.prose(), names) {
            if known.insert(quantity.to_lowercase()) {
                distinct.push(quantity);
            }
        }
    }
    let fix = "Say how much, how many, how long: at least three numbers with what they measure.";
    Seen::scale(distinct.len() >= 3, !distinct.is_empty(), fix)
        .seen(format!("{} quantified facts", distinct.len()))
        .seen_all(distinct)
}
