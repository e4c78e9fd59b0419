//! stuffing: the share of the most used content word.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{Kind, Page};
use crate::site::Site;
use crate::words::language;

pub(crate) static CHECK: Check = Check {
    id: "stuffing",
    category: Category::Evidence,
    weight: 1.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Repeating a keyword lowers the chance of being cited (GEO, KDD 2024).",
    judge: Judge::Page(judge),
};

/// Below this many uses nothing is stuffed.
const FEWEST: usize = 5;

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let prose: Vec<String> = page
        .main_blocks()
        .filter(|block| block.kind != Kind::Code)
        .map(|block| block.text.to_lowercase())
        .collect();
    let words: Vec<&str> = prose.iter().flat_map(|text| text.unicode_words()).collect();
    let language = page.language().filter(|tag| language::function_words(tag).is_some());
    let language =
        language.or_else(|| language::guess(&words).filter(|_| page.language().is_none()).map(str::to_owned));
    let Some(function_words) = language.as_deref().and_then(language::function_words) else {
        return Seen::unmeasured("no list of function words for this language");
    };
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for word in words.iter().filter(|word| is_content(word) && !function_words.contains(**word)) {
        *uses.entry(word).or_default() += 1;
    }
    // The most used; of several the first in the alphabet, so that a report is the same each time.
    let top = uses.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    let Some((word, uses)) = top.filter(|(_, uses)| *uses >= FEWEST) else { return Seen::pass() };
    // In thousandths and whole numbers, so that 2.5 % of 200 words is five uses and not a little more.
    let (share, total) = (uses * 1000, words.len());
    let told = format!("\"{word}\" is {uses} of {total} words ({:.1} %)", uses as f64 / total as f64 * 100.0);
    let fix = format!("Say \"{word}\" less often: name it once and refer to it.");
    Seen::scale(share <= 25 * total, share <= 40 * total, fix).seen(told)
}

fn is_content(word: &str) -> bool {
    word.chars().count() >= 3
        && word.chars().any(char::is_alphabetic)
        && !word.starts_with(|c: char| c.is_ascii_digit())
}
