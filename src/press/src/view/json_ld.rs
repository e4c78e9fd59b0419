//! `jsonld()`: one `@graph` per page. Every string in it that is meant for people stands on the page as well: titles,
//! descriptions, names, questions and answers are taken from what the page shows.

use super::schema::{
    Answer, Author, BreadcrumbList, Entity, Graph, ListItem, Node, Offer, Organization, Page, Reference,
    Step, WebSite,
};
use super::site::SiteView;
use super::subject::Subject;
use crate::kind::PageKind;
use crate::markdown::plain;
use std::sync::Arc;

/// The graph as text that is safe inside a `<script>`.
pub(crate) fn json_ld(view: &SiteView, subject: &Subject) -> String {
    let permalink = view.absolute(&subject.url);
    let mut graph = vec![organization(view), web_site(view, subject), page(view, subject, &permalink)];
    graph.extend(breadcrumbs(view, subject, &permalink));
    let graph = Graph { context: "https://schema.org", graph };
    // Only maps with keys that are no strings can fail, and there are none.
    let json = serde_json::to_string(&graph).unwrap_or_default();
    if json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) { escape(&json) } else { json }
}

/// Nothing that HTML could take for markup stays.
fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 32);
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

fn root(view: &SiteView) -> String {
    format!("{}/", view.config.base_url)
}

fn organization(view: &SiteView) -> Node {
    let organization = &view.config.organization;
    Node::Organization(Organization {
        r#type: "Organization",
        id: format!("{}#organization", root(view)),
        name: organization.name.clone(),
        url: organization.url.clone(),
        logo: view.logo(),
        same_as: organization.same_as.clone(),
    })
}

fn web_site(view: &SiteView, subject: &Subject) -> Node {
    let home = format!("{}{}", view.config.base_url, home_path(view, subject.language));
    Node::WebSite(WebSite {
        r#type: "WebSite",
        id: format!("{home}#website"),
        url: home,
        name: view.config.title_in(usize::from(subject.language)).to_owned(),
        publisher: Reference { id: format!("{}#organization", root(view)) },
        in_language: view.language_tag(subject.language).to_owned(),
    })
}

fn home_path(view: &SiteView, language: u16) -> String {
    let node = view.state.root(language);
    if node.is_empty() { "/".to_owned() } else { format!("/{node}/") }
}

fn page(view: &SiteView, subject: &Subject, permalink: &str) -> Node {
    let card = subject.card.as_deref();
    let is_article = card.is_some_and(|card| !card.is_section);
    let r#type = match subject.kind {
        _ if !is_article => "CollectionPage",
        PageKind::Faq => "FAQPage",
        PageKind::Article | PageKind::Comparison | PageKind::HowTo => "Article",
        PageKind::Glossary | PageKind::Product | PageKind::Landing => "WebPage",
    };
    let organization = || Reference { id: format!("{}#organization", root(view)) };
    let person = |name: &Arc<str>| Author::Person {
        r#type: "Person",
        name: name.to_string(),
        url: view.address_of(name).map(|url| view.absolute(&url)),
    };
    let mut author: Vec<Author> = subject.authors.iter().map(person).collect();
    if author.is_empty() && r#type == "Article" {
        author.push(Author::Organization(organization()));
    }
    let date = |date: Option<&Arc<str>>| date.map(std::string::ToString::to_string);
    let sources = card.and_then(|card| card.own.as_deref()).map_or(&[][..], |own| &own.sources);
    let crumbs = !subject.surroundings.ancestors.is_empty();
    Node::Page(Box::new(Page {
        r#type,
        id: format!("{permalink}#page"),
        url: permalink.to_owned(),
        name: subject.title.to_string(),
        headline: (r#type == "Article").then(|| subject.title.to_string()),
        description: subject.description.to_string(),
        in_language: view.language_tag(subject.language).to_owned(),
        is_part_of: Some(Reference {
            id: format!("{}{}#website", view.config.base_url, home_path(view, subject.language)),
        }),
        breadcrumb: crumbs.then(|| Reference { id: format!("{permalink}#breadcrumb") }),
        author,
        publisher: is_article.then(organization),
        // An article without a picture of its own or of its site is shown under the sign of who publishes it.
        image: super::head::picture(view, subject).or_else(|| view.logo().filter(|_| r#type == "Article")),
        date_published: date(subject.date.as_ref()),
        date_modified: date(subject.last_date()),
        citation: sources.iter().filter_map(|source| source.url.clone()).collect(),
        main_entity: if is_article { entities(view, subject, permalink) } else { listed(view, subject) },
    }))
}

/// What the page is about, read from what it shows.
fn entities(view: &SiteView, subject: &Subject, permalink: &str) -> Vec<Entity> {
    let name = || subject.title.to_string();
    let description = || subject.description.to_string();
    match subject.kind {
        PageKind::Faq => questions(subject),
        PageKind::Glossary => vec![Entity::DefinedTerm {
            id: format!("{permalink}#term"),
            name: name(),
            description: description(),
        }],
        PageKind::HowTo => {
            let step = |(index, text): (usize, String)| Step::HowToStep { position: index + 1, text };
            let texts =
                subject.body.steps.iter().map(|range| plain::squeeze(&subject.body.plain[range.clone()]));
            let step: Vec<Step> = texts.enumerate().map(step).collect();
            if step.is_empty() {
                Vec::new()
            } else {
                vec![Entity::HowTo { id: format!("{permalink}#howto"), name: name(), step }]
            }
        }
        // Search engines refuse a Product without an offer, so one is said only where the page shows a price.
        PageKind::Product => Vec::from_iter(offer(subject).map(|offers| Entity::Product {
            id: format!("{permalink}#product"),
            name: name(),
            description: description(),
            brand: Reference { id: format!("{}#organization", root(view)) },
            offers,
        })),
        PageKind::Article | PageKind::Comparison | PageKind::Landing => Vec::new(),
    }
}

/// Headings that ask, with the text below them.
fn questions(subject: &Subject) -> Vec<Entity> {
    let body = &subject.body;
    let asked = body.passages().into_iter().filter_map(|passage| {
        let name = &body.headings[passage.heading].text;
        let asks = name.trim_end().ends_with(['?', '？', '؟']);
        (asks && !passage.text.is_empty()).then(|| Entity::Question {
            name: name.to_string(),
            accepted_answer: Answer::Answer { text: passage.text },
        })
    });
    asked.collect()
}

/// `[extra] price` and `currency`, if the page shows that price in its text.
fn offer(subject: &Subject) -> Option<Offer> {
    let extra = &subject.card.as_deref()?.own.as_deref()?.extra;
    let text = |key: &str| match extra.get(key)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let (price, price_currency) = (text("price")?, text("currency")?);
    subject.body.plain.contains(&price).then_some(Offer::Offer { price, price_currency })
}

/// The pages of a listing, by address alone: their titles would have to be repeated otherwise.
fn listed(view: &SiteView, subject: &Subject) -> Vec<Entity> {
    if subject.listed.is_empty() {
        return Vec::new();
    }
    let item = |(index, url): (usize, &Arc<str>)| ListItem {
        r#type: "ListItem",
        position: index + 1,
        name: None,
        item: None,
        url: Some(view.absolute(url)),
    };
    vec![Entity::ItemList { elements: subject.listed.iter().enumerate().map(item).collect() }]
}

fn breadcrumbs(view: &SiteView, subject: &Subject, permalink: &str) -> Option<Node> {
    let ancestors = &subject.surroundings.ancestors;
    if ancestors.is_empty() {
        return None;
    }
    let mut elements: Vec<ListItem> = Vec::with_capacity(ancestors.len() + 1);
    for place in ancestors {
        let (name, item) = (Some(place.title.to_string()), Some(view.absolute(&place.url)));
        elements.push(ListItem { r#type: "ListItem", position: elements.len() + 1, name, item, url: None });
    }
    let name = Some(subject.title.to_string());
    elements.push(ListItem { r#type: "ListItem", position: elements.len() + 1, name, item: None, url: None });
    Some(Node::BreadcrumbList(BreadcrumbList {
        r#type: "BreadcrumbList",
        id: format!("{permalink}#breadcrumb"),
        elements,
    }))
}
