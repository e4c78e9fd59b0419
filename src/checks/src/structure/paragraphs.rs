//! paragraphs: few paragraphs over 100 words.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{Kind, Page};
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "paragraphs",
    category: Category::Structure,
    weight: 2.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "A passage that is to be quoted has to be short enough to be taken whole.",
    judge: Judge::Page(judge),
};

const LONG: f64 = 100.0;

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let prose = page.main_blocks().filter(|block| matches!(block.kind, Kind::Paragraph | Kind::Item));
    let long: Vec<String> = prose
        .map(|block| (words::count(&block.text), block))
        .filter(|(words, _)| *words > LONG)
        .map(|(words, block)| {
            format!("{words:.0} words: {}", block.text.chars().take(80).collect::<String>())
        })
        .collect();
    if page.main_words == 0.0 {
        return Seen::fail("Give the page text in paragraphs.").seen("no main text");
    }
    let fix = "Break paragraphs of more than 100 words where a new thought begins.";
    Seen::scale(long.len() <= 2, long.len() <= 5, fix).seen_all(long)
}
