//! outline: no skipped heading level, and one main element.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "outline",
    category: Category::Structure,
    weight: 2.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Machines cut a page into passages along its headings and look for the text in its main element.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let skip = skipped(page);
    let headed = !page.headings.is_empty();
    let levels = headed && skip.is_none();
    let main = page.mains == 1;
    let mut fixes = Vec::new();
    if !levels {
        fixes.push("give each section a heading one level below the one above it");
    }
    if !main {
        fixes.push("put the page's own text into one <main> element");
    }
    let mut seen = Seen::scale(levels && main, levels || main, capitalised(&fixes.join(", and ")));
    if let Some(skip) = skip {
        seen = seen.seen(skip);
    }
    if !headed {
        seen = seen.seen("no headings");
    }
    if !main {
        seen = seen.seen(format!("{} <main> elements", page.mains));
    }
    seen
}

/// The first heading that is more than one level below the one before it. What stands before the h1 (a banner, a
/// menu) and in navigation, asides and footers of the page has an outline of its own.
fn skipped(page: &Page<'_>) -> Option<String> {
    use crate::page::Place;
    let own = |place: Place| !matches!(place, Place::Nav | Place::Footer | Place::Aside | Place::Form);
    let mut outline: Vec<_> = page.headings.iter().filter(|heading| own(heading.place)).collect();
    if let Some(top) = outline.iter().position(|heading| heading.level == 1) {
        outline.drain(..top);
    }
    let mut above = 1;
    for heading in outline {
        if heading.level > above + 1 {
            return Some(format!(
                "<h{}>{}</h{}> after level {above}",
                heading.level, heading.text, heading.level
            ));
        }
        above = heading.level;
    }
    None
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
