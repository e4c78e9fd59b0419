//! author: a visible name, and a Person in JSON-LD.

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::page::jsonld::{is_a, is_page_kind, string};
use crate::site::Site;
use crate::words;

pub(crate) static CHECK: Check = Check {
    id: "author",
    category: Category::Trust,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: true,
    why: "Engines weigh who wrote a page; a name that readers and machines both see can be looked up.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let persons = persons(page);
    let shown = persons.iter().find(|name| words::holds(&page.folded, &words::fold(name)));
    let byline = byline(page);
    let fix = "Name the author on the page and as a Person in the JSON-LD author, by the same name.";
    match (shown, persons.first(), byline) {
        (Some(name), _, _) => Seen::pass().seen(format!("{name}, shown and a Person")),
        (None, Some(name), _) => Seen::warn(fix).seen(format!("the Person {name} is not shown on the page")),
        (None, None, Some(name)) => Seen::warn(fix).seen(format!("shown: {name}; no Person in JSON-LD")),
        (None, None, None) => Seen::fail(fix).seen("no author shown, no Person in JSON-LD"),
    }
}

/// Names of the people that the page's things have as author.
fn persons<'p>(page: &'p Page<'_>) -> Vec<&'p str> {
    let nodes = page.nodes();
    let authors = nodes
        .iter()
        .filter(|node| is_page_kind(node))
        .flat_map(|node| ["author", "creator"].into_iter().flat_map(|key| page.objects(node, key)));
    authors.filter(|author| is_a(author, &["Person"])).filter_map(|author| string(author, "name")).collect()
}

/// A name set as byline: marked as author, or "By Ada Lovelace" at the start of a short line.
fn byline(page: &Page<'_>) -> Option<String> {
    let marked = page.bylines.iter().find(|text| !text.is_empty() && words::count(text) <= 12.0).cloned();
    marked.or_else(|| {
        let short = page.blocks.iter().filter(|block| words::count(&block.text) <= 12.0);
        let by = short.filter_map(|block| {
            ["By ", "by ", "Von ", "Par ", "Por ", "Di ", "Door "]
                .iter()
                .find_map(|by| block.text.strip_prefix(by))
        });
        let named = |text: &&str| {
            text.split_whitespace().take(2).filter(|word| word.starts_with(char::is_uppercase)).count() == 2
        };
        by.into_iter().find(named).map(str::to_owned)
    })
}
