//! jsonld-complete: required and recommended properties of each type.

use serde_json::Value;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::page::jsonld::{ARTICLES, Node, ORGANIZATIONS, is_a, string};
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "jsonld-complete",
    category: Category::Schema,
    weight: 2.0,
    effort: Effort::Medium,
    page_controls: true,
    why: "Engines leave out things whose required properties are missing.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, _: &Site<'_>) -> Seen {
    let nodes = page.nodes();
    if nodes.is_empty() {
        return Seen::fail("Describe the page in a JSON-LD block.").seen("no JSON-LD");
    }
    // A node that only refers to another ({"@id": …}) has nothing of its own to complete.
    let things = nodes.into_iter().filter(|node| node.keys().any(|key| !key.starts_with('@')));
    let judged: Vec<Wanting> = things.flat_map(|node| wanting(page, node)).collect();
    if judged.is_empty() {
        return Seen::unmeasured("no type with a list of properties");
    }
    let told = |required: bool| {
        judged.iter().filter_map(move |one| {
            let missing = if required { &one.required } else { &one.recommended };
            (!missing.is_empty()).then(|| format!("{}: no {}", one.kind, missing.join(", ")))
        })
    };
    let fix = "Add the missing properties, from what the page already says.";
    let required: Vec<String> = told(true).collect();
    let recommended: Vec<String> = told(false).collect();
    Seen::scale(required.is_empty() && recommended.is_empty(), required.is_empty(), fix)
        .seen_all(required)
        .seen_all(recommended)
}

/// What a thing of a type with a list lacks.
struct Wanting {
    kind: &'static str,
    required: Vec<String>,
    recommended: Vec<String>,
}

fn wanting(page: &Page<'_>, node: &Node) -> Vec<Wanting> {
    let mut all = Vec::new();
    if is_a(node, ARTICLES) {
        all.push(Wanting { kind: "Article", required: Vec::new(), recommended: article(page, node) });
    }
    if is_a(node, &["BreadcrumbList"]) {
        all.push(Wanting {
            kind: "BreadcrumbList",
            required: breadcrumbs(page, node),
            recommended: Vec::new(),
        });
    }
    if is_a(node, &["FAQPage"]) {
        all.push(Wanting { kind: "FAQPage", required: questions(page, node), recommended: Vec::new() });
    }
    if is_a(node, &["Product"]) {
        let mut required = absent(node, &["name"]);
        if !["offers", "review", "aggregateRating"].iter().any(|key| holds(node, key)) {
            required.push("offers, review or aggregateRating".to_owned());
        }
        all.push(Wanting { kind: "Product", required, recommended: Vec::new() });
    }
    if is_a(node, ORGANIZATIONS) {
        let recommended = absent(node, &["name", "url", "logo", "sameAs"]);
        all.push(Wanting { kind: "Organization", required: Vec::new(), recommended });
    }
    if is_a(node, &["Dataset"]) {
        let mut required = absent(node, &["name", "description"]);
        let length = string(node, "description").map_or(50, |text| text.chars().count());
        if !(50..=5000).contains(&length) {
            required.push(format!("description of 50 to 5,000 characters (it has {length})"));
        }
        all.push(Wanting { kind: "Dataset", required, recommended: Vec::new() });
    }
    all
}

fn absent(node: &Node, keys: &[&str]) -> Vec<String> {
    keys.iter().filter(|key| !holds(node, key)).map(|key| (*key).to_owned()).collect()
}

fn holds(node: &Node, key: &str) -> bool {
    match node.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(all)) => !all.is_empty(),
        Some(_) => true,
    }
}

fn article(page: &Page<'_>, node: &Node) -> Vec<String> {
    let mut missing = absent(node, &["headline", "image", "datePublished", "dateModified"]);
    let authors = page.objects(node, "author");
    let lacks = |key: &str| authors.is_empty() || !authors.iter().all(|author| holds(author, key));
    missing.extend(["name", "url"].iter().filter(|key| lacks(key)).map(|key| format!("author.{key}")));
    missing
}

fn breadcrumbs(page: &Page<'_>, node: &Node) -> Vec<String> {
    let items = page.objects(node, "itemListElement");
    if items.is_empty() {
        return vec!["itemListElement".to_owned()];
    }
    let last = items.len() - 1;
    let mut missing = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let named =
            holds(item, "name") || page.objects(item, "item").iter().any(|inner| holds(inner, "name"));
        let wanted = [
            ("position", holds(item, "position")),
            ("name", named),
            ("item", at == last || holds(item, "item")),
        ];
        missing.extend(
            wanted.iter().filter(|(_, there)| !there).map(|(key, _)| format!("itemListElement[{at}].{key}")),
        );
    }
    missing
}

fn questions(page: &Page<'_>, node: &Node) -> Vec<String> {
    let questions = page.objects(node, "mainEntity");
    if questions.is_empty() {
        return vec!["mainEntity".to_owned()];
    }
    let mut missing = Vec::new();
    for (at, question) in questions.iter().enumerate() {
        if !holds(question, "name") {
            missing.push(format!("mainEntity[{at}].name"));
        }
        if !page.objects(question, "acceptedAnswer").iter().any(|answer| holds(answer, "text")) {
            missing.push(format!("mainEntity[{at}].acceptedAnswer.text"));
        }
    }
    missing
}
