//! jsonld-parses: every JSON-LD block parses.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "jsonld-parses",
    category: Category::Schema,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: true,
    why: "A block that does not parse is dropped whole, and with it all it says.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    if page.json_ld.is_empty() {
        return Seen::fail("Describe the page in a JSON-LD block.")
            .seen("no <script type=\"application/ld+json\">");
    }
    let broken: Vec<String> = page
        .json_ld
        .iter()
        .filter_map(|block| Some(told(&block.text, block.value.as_ref().err()?)))
        .collect();
    if broken.is_empty() {
        return Seen::pass().seen(format!("{} JSON-LD blocks", page.json_ld.len()));
    }
    Seen::fail("Write the block with a JSON library, not by hand or by a template.").seen_all(broken)
}

fn told(text: &str, error: &str) -> String {
    format!("{error}: {}", text.split_whitespace().take(12).collect::<Vec<_>>().join(" "))
}
