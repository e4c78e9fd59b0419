//! `page`.

use super::record::{list, record};
use super::site::SiteView;
use super::subject::Subject;
use crate::markdown::Heading;
use crate::site::Place;
use minijinja::Value;
use minijinja::value::Serde;
use std::sync::Arc;

/// The page's record. Defined in every template, so that `base.html` may use it everywhere.
pub(crate) fn page_value(view: &SiteView, subject: &Subject, content: &Value) -> Value {
    let none = || Value::from(());
    let card = subject.card.as_deref();
    let date = |date: &Option<Arc<str>>| date.as_ref().map_or_else(none, |date| Value::from(date.clone()));
    let person = |name: &Arc<str>| {
        record([
            ("name", Value::from(name.clone())),
            ("url", view.address_of(name).map_or_else(none, Value::from)),
        ])
    };
    let own = card.and_then(|card| card.own.as_deref());
    let around = &subject.surroundings;
    let tags = card.map_or(&[][..], |card| &card.tags);
    let tag = |tag: &crate::site::Tag| {
        let url =
            crate::site::url(&view.state.grounds.prefix, &view.state.tag_node(subject.language, &tag.slug));
        record([("name", Value::from(tag.name.clone())), ("url", Value::from(url))])
    };
    let sources = own.map_or(&[][..], |own| &own.sources);
    let source = |source: &crate::front_matter::Source| {
        record([
            ("title", Value::from(source.title.as_str())),
            ("url", source.url.as_deref().map_or_else(none, Value::from)),
        ])
    };
    let translation = |(language, there): &(u16, Place)| {
        record([
            ("lang", Value::from(view.language_tag(*language))),
            ("title", Value::from(there.title.clone())),
            ("url", Value::from(there.url.clone())),
        ])
    };
    record([
        ("title", Value::from(subject.title.clone())),
        ("description", Value::from(subject.description.clone())),
        ("content", content.clone()),
        ("toc", toc(&subject.body.headings)),
        ("date", date(&subject.date)),
        ("updated", date(&subject.updated)),
        ("permalink", Value::from(view.absolute(&subject.url))),
        ("path", Value::from(subject.url.clone())),
        ("kind", Value::from(subject.kind_name)),
        ("summary", Value::from(super::super::markdown::plain::shorten(&subject.body.lead(), 300))),
        ("word_count", Value::from(card.map_or(0, |card| card.words))),
        ("reading_time", Value::from(card.map_or(1, crate::site::Card::reading_time))),
        ("tags", list(tags.iter().map(tag))),
        ("authors", list(subject.authors.iter().map(|author| Value::from(author.clone())))),
        ("persons", list(subject.authors.iter().map(person))),
        ("ancestors", list(around.ancestors.iter().map(place))),
        ("lower", around.lower.as_ref().map_or_else(none, place)),
        ("higher", around.higher.as_ref().map_or_else(none, place)),
        ("translations", list(around.translations.iter().map(translation))),
        ("markdown_url", subject.markdown_url.as_deref().map_or_else(none, Value::from)),
        ("sources", list(sources.iter().map(source))),
        ("draft", Value::from(false)),
        ("lang", Value::from(view.language_tag(subject.language))),
        ("extra", own.map_or_else(|| record([]), |own| Value::from(Serde(&own.extra)))),
        ("params", own.map_or_else(|| record([]), |own| Value::from(Serde(&own.extra)))),
    ])
}

/// `{title, url}`.
pub(crate) fn place(place: &Place) -> Value {
    record([("title", Value::from(place.title.clone())), ("url", Value::from(place.url.clone()))])
}

/// The headings as a tree: each holds the deeper ones that follow it.
fn toc(headings: &[Heading]) -> Value {
    let Some(top) = headings.iter().map(|heading| heading.level).min() else { return list([]) };
    list(branches(headings, top))
}

fn branches(headings: &[Heading], level: u8) -> Vec<Value> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(heading) = headings.get(at) {
        let below = headings[at + 1..].iter().take_while(|next| next.level > level).count();
        let children = &headings[at + 1..at + 1 + below];
        let next = children.iter().map(|child| child.level).min().unwrap_or(level + 1);
        items.push(record([
            ("level", Value::from(heading.level)),
            ("id", Value::from(heading.id.clone())),
            ("title", Value::from(heading.text.clone())),
            ("children", list(branches(children, next))),
        ]));
        at += 1 + below;
    }
    items
}
