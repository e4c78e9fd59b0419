//! The order of the navigation: entries directly below the home page, each with a button up and one down.

use press::Top;
use serde::Serialize;
use toml_edit::{Array, DocumentMut, value};

use super::form::set;

/// An entry of the navigation.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    name: String,
    title: String,
    is_page: bool,
    can_rise: bool,
    can_sink: bool,
}

/// Sections come before pages, whatever the order.
pub(super) fn entries(top: Vec<Top>) -> Vec<Entry> {
    let kinds: Vec<bool> = top.iter().map(|top| top.is_page).collect();
    let is_beside =
        |at: Option<usize>, own: bool| at.and_then(|at| kinds.get(at)).is_some_and(|kind| *kind == own);
    let entry = |(at, top): (usize, Top)| Entry {
        can_rise: is_beside(at.checked_sub(1), top.is_page),
        can_sink: is_beside(Some(at + 1), top.is_page),
        name: top.name,
        title: top.title,
        is_page: top.is_page,
    };
    top.into_iter().enumerate().map(entry).collect()
}

/// The order that a form asks for, of the entries that there are: as it was shown, with one moved (`guide up`).
pub(super) fn asked<'a>(top: &'a [Top], shown: impl Iterator<Item = &'a str>, moved: &str) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    for name in shown.chain(top.iter().map(|top| top.name.as_str())) {
        if top.iter().any(|top| top.name == name) && !order.iter().any(|known| known == name) {
            order.push(name.to_owned());
        }
    }
    let (name, way) = moved.rsplit_once(' ').unwrap_or_default();
    if let Some(at) = order.iter().position(|known| known == name) {
        let other = if way == "up" { at.checked_sub(1) } else { Some(at + 1) };
        if let Some(other) = other.filter(|other| *other < order.len()) {
            order.swap(at, other);
        }
    }
    order
}

/// The text with that order, if it is another than the present one.
pub(super) fn applied(text: &str, top: &[Top], order: &[String]) -> String {
    if top.iter().map(|top| &top.name).eq(order) {
        return text.to_owned();
    }
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    set(&mut document, &[], "navigation", Some(value(order.iter().collect::<Array>())));
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn top() -> Vec<Top> {
        let entry = |name: &str, is_page| Top { name: name.into(), title: name.to_uppercase(), is_page };
        vec![entry("guide", false), entry("news", false), entry("about", true)]
    }

    #[test]
    fn an_entry_moves_by_one_and_nothing_that_is_not_there_gets_in() {
        let shown = ["guide", "news", "gone", "guide", "about"];
        let order = |moved: &str| asked(&top(), shown.into_iter(), moved).join(" ");
        assert_eq!(order("news up"), "news guide about");
        assert_eq!(order("guide down"), "news guide about");
        assert_eq!(
            (order("guide up"), order("evil up"), order("")),
            (order(""), order(""), "guide news about".into())
        );
    }

    #[test]
    fn an_order_is_written_when_it_is_another_one() {
        let text = "title = \"A\"\n\n[robots]\ntraining = \"deny\"\n";
        let order = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(applied(text, &top(), &order(&["guide", "news", "about"])), text);
        let other = applied(text, &top(), &order(&["news", "guide", "about"]));
        assert!(
            other.starts_with("title = \"A\"\nnavigation = [\"news\", \"guide\", \"about\"]\n"),
            "{other}"
        );
    }

    #[test]
    fn buttons_stay_among_their_kind() {
        let entries = entries(top());
        let can: Vec<_> = entries.iter().map(|entry| (entry.can_rise, entry.can_sink)).collect();
        assert_eq!(can, [(false, true), (true, false), (false, false)]);
    }
}
