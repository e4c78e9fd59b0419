//! no-tricks: no hidden text, no instructions aimed at models.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::{How, Kind, Page};
use crate::site::Site;
use crate::words::{self, tricks};

pub(crate) static CHECK: Check = Check {
    id: "no-tricks",
    category: Category::Trust,
    weight: 1.0,
    effort: Effort::Small,
    page_controls: true,
    why: "Text for machines alone and orders to models get a whole site distrusted.",
    judge: Judge::Page(judge),
};

/// A hidden label, a message or a skip link is shorter.
const HIDDEN_WORDS: f64 = 20.0;

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let fix = "Take out text that readers cannot see and sentences that speak to machines.";
    let hidden = page.hidden.iter().filter(|hidden| words::count(&hidden.text) >= HIDDEN_WORDS);
    let hidden = hidden.map(|hidden| format!("{}: {}", told(hidden.how), hidden.text));
    let found: Vec<String> = hidden.chain(instructions(page)).collect();
    Seen::scale(found.is_empty(), false, fix).seen_all(found)
}

fn told(how: How) -> &'static str {
    match how {
        How::NotShown => "hidden text",
        How::Unreadable => "text set so that nobody can read it",
    }
}

/// Orders to models in what readers see (outside quotations and code, which speak about them), and in what they
/// do not see: hidden text, comments, attributes, meta tags, JSON-LD that the page does not show.
fn instructions(page: &Page<'_>) -> Vec<String> {
    let visible = page.blocks.iter().filter(|block| block.kind != Kind::Code && block.quote.is_none());
    let visible =
        visible.filter_map(|block| Some(format!("in the text: {}", tricks::instruction(&block.prose())?)));
    let hidden = page.hidden.iter().map(|hidden| ("in hidden text", hidden.text.as_str()));
    let unseen = page.unseen.iter().map(|text| ("in a comment or attribute", text.as_str()));
    let apart = hidden
        .chain(unseen)
        .filter_map(|(place, text)| Some(format!("{place}: {}", tricks::instruction(text)?)));
    let marked = page.nodes().into_iter().flat_map(|node| node.values()).filter_map(|value| value.as_str());
    let marked = marked.filter_map(|text| Some((text, tricks::instruction(text)?)));
    let marked = marked.filter(|(text, _)| !words::holds(&page.folded, &words::fold(text)));
    visible.chain(apart).chain(marked.map(|(_, order)| format!("in JSON-LD: {order}"))).collect()
}
