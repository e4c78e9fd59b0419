//! Atom (RFC 4287): the 50 newest dated pages of a language.

use super::{Desk, Made, own_template};
use crate::dates::instant;
use crate::fault::Fault;
use crate::markdown::push_escaped;
use crate::site::Card;
use crate::units::Unit;
use std::sync::Arc;

const NEWEST: usize = 50;

pub(super) fn make(desk: &Desk<'_>, unit: &Unit, language: u16, made: &mut Made) -> Result<(), Fault> {
    let view = &desk.view;
    let state = &view.state;
    let cards: Vec<&Arc<Card>> = state.newest(language).take(NEWEST).collect();
    let root = state.root(language);
    let slash = if root.is_empty() { "" } else { "/" };
    let path = format!("{root}{slash}feed.xml");
    let home = view.absolute(&crate::site::url(&state.grounds.prefix, &root));
    let updated = cards.iter().filter_map(|card| card.last_date()).map(|date| instant(date)).max();
    let mut out = String::with_capacity(32 * 1024);
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"",
    );
    push_escaped(&mut out, view.language_tag(language));
    out.push_str("\">\n");
    tag(&mut out, "title", view.config.title_in(usize::from(language)));
    if !view.config.description_in(usize::from(language)).is_empty() {
        tag(&mut out, "subtitle", view.config.description_in(usize::from(language)));
    }
    tag(&mut out, "id", &home);
    link(&mut out, "alternate", &home);
    link(&mut out, "self", &format!("{}/{path}", view.config.base_url));
    // A feed must have a date, also one without entries: a fixed one, so that it is not news.
    tag(&mut out, "updated", updated.as_deref().unwrap_or("1970-01-01T00:00:00Z"));
    out.push_str("<author>");
    tag(&mut out, "name", &view.config.organization.name);
    out.push_str("</author>\n");
    for card in cards {
        entry(&mut out, desk, card);
    }
    out.push_str("</feed>\n");
    let pages = state.newest(language).take(NEWEST).cloned().collect();
    let bytes = own_template::apply(desk, "feed.xml", language, out, pages, made)?;
    made.put(desk, unit, path, &bytes, false)
}

fn entry(out: &mut String, desk: &Desk<'_>, card: &Card) {
    let url = desk.view.absolute(&card.url);
    out.push_str("<entry>\n");
    tag(out, "title", &card.title);
    tag(out, "id", &url);
    link(out, "alternate", &url);
    if let Some(date) = &card.date {
        tag(out, "published", &instant(date));
    }
    if let Some(date) = card.last_date() {
        tag(out, "updated", &instant(date));
    }
    for author in &desk.view.authors(Some(card)) {
        out.push_str("<author>");
        tag(out, "name", author);
        out.push_str("</author>\n");
    }
    if !card.description.is_empty() {
        tag(out, "summary", &card.description);
    }
    out.push_str("</entry>\n");
}

fn tag(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    push_escaped(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn link(out: &mut String, rel: &str, href: &str) {
    out.push_str("<link rel=\"");
    out.push_str(rel);
    out.push_str("\" href=\"");
    push_escaped(out, href);
    out.push_str("\"/>\n");
}
