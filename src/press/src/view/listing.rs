//! `section`: a part of a listing.

use super::record::{list, record};
use super::site::SiteView;
use crate::site::{Card, ListedSection, Listing};
use minijinja::Value;
use std::sync::Arc;

/// The section's record.
pub(crate) fn listing_value(
    view: &SiteView,
    title: &Arc<str>,
    description: &Arc<str>,
    url: &Arc<str>,
    content: &Value,
    listing: &Listing,
) -> Value {
    let titles = || {
        listing
            .sections
            .iter()
            .map(|section| &section.place.title)
            .chain(listing.pages.iter().map(|page| &page.title))
    };
    let optional = |text: &Option<String>| text.as_deref().map_or(Value::from(()), Value::from);
    let title_of =
        |title: Option<&Arc<str>>| title.map_or_else(|| Value::from(""), |title| Value::from(title.clone()));
    let part = record([
        ("first", title_of(titles().next())),
        ("last", title_of(titles().last())),
        ("is_first", Value::from(listing.is_first)),
        ("is_only", Value::from(listing.is_only)),
        ("prev_url", optional(&listing.prev_url)),
        ("next_url", optional(&listing.next_url)),
    ]);
    record([
        ("title", Value::from(title.clone())),
        ("description", Value::from(description.clone())),
        ("permalink", Value::from(view.absolute(url))),
        ("path", Value::from(url.clone())),
        ("content", content.clone()),
        ("pages", list(listing.pages.iter().map(|card| listed_page(view, card)))),
        ("newest", list(listing.newest.iter().map(|card| listed_page(view, card)))),
        ("sections", list(listing.sections.iter().map(listed_section))),
        ("part", part),
    ])
}

fn listed_section(section: &ListedSection) -> Value {
    record([
        ("title", Value::from(section.place.title.clone())),
        ("description", Value::from(section.description.clone())),
        ("url", Value::from(section.place.url.clone())),
        ("count", Value::from(section.count)),
    ])
}

fn listed_page(view: &SiteView, card: &Arc<Card>) -> Value {
    let date =
        |date: &Option<Arc<str>>| date.as_ref().map_or(Value::from(()), |date| Value::from(date.clone()));
    let tags = card.tags.iter().map(|tag| {
        let url =
            crate::site::url(&view.state.grounds.prefix, &view.state.tag_node(card.language, &tag.slug));
        place_of_tag(&tag.name, url)
    });
    record([
        ("title", Value::from(card.title.clone())),
        ("description", Value::from(card.description.clone())),
        ("url", Value::from(card.url.clone())),
        ("permalink", Value::from(view.absolute(&card.url))),
        ("date", date(&card.date)),
        ("updated", date(&card.updated)),
        ("kind", Value::from(card.kind.name())),
        ("reading_time", Value::from(card.reading_time())),
        ("tags", list(tags)),
    ])
}

fn place_of_tag(name: &Arc<str>, url: Arc<str>) -> Value {
    record([("name", Value::from(name.clone())), ("url", Value::from(url))])
}
