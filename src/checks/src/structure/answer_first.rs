//! answer-first: sections whose first paragraph answers.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{Block, Kind, Page};
use crate::site::Site;
use crate::words::answer;

pub(crate) static CHECK: Check = Check {
    id: "answer-first",
    category: Category::Structure,
    weight: 3.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Engines lift the passage right below a heading; an answer that stands there can be quoted as it is.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let sections = sections(page);
    if sections.is_empty() {
        return Seen::fail("Give the page headings, and begin each section with its answer.")
            .seen("no section with text");
    }
    let objections: Vec<String> = sections.iter().filter_map(Section::objection).collect();
    let answered = sections.len() - objections.len();
    let share = answered as f64 / sections.len() as f64;
    let fix =
        "Begin sections with a paragraph of at most 60 words that answers the heading in whole sentences.";
    let told = format!("{answered} of {} sections begin with an answer", sections.len());
    Seen::scale(share >= 0.3, share >= 0.1, fix).seen(told).seen_all(objections.into_iter().take(3))
}

struct Section<'p> {
    heading: &'p str,
    first: Option<&'p Block>,
}

impl Section<'_> {
    fn objection(&self) -> Option<String> {
        let why = match self.first {
            Some(block) if block.kind == Kind::Paragraph => answer::objection(&block.text)?,
            Some(_) => "begins with something else than a paragraph",
            None => "is empty",
        };
        let start: String = self.first.map(|block| block.text.chars().take(60).collect()).unwrap_or_default();
        Some(format!("\"{}\" {why}: {start}", self.heading))
    }
}

/// The h2 sections of the main text; on a page without h2 the h1 heads its only section.
fn sections<'p>(page: &'p Page<'_>) -> Vec<Section<'p>> {
    let blocks: Vec<&Block> = page.main_blocks().collect();
    let has_h2 = blocks.iter().any(|block| block.kind == Kind::Heading(2));
    let level = if has_h2 { 2 } else { 1 };
    let heads = blocks.iter().enumerate().filter(|(_, block)| block.kind == Kind::Heading(level));
    heads
        .map(|(at, head)| {
            // The first text below the heading, be it under a heading of a lower level.
            let below = blocks[at + 1..]
                .iter()
                .take_while(|block| !matches!(block.kind, Kind::Heading(other) if other <= level));
            let first = below.copied().find(|block| !matches!(block.kind, Kind::Heading(_)));
            Section { heading: &head.text, first }
        })
        .collect()
}
