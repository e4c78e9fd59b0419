//! What is hidden because it waits to be shown.

use std::collections::HashSet;

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::super::element::{self, attr};
use super::Walk;

impl Walk<'_> {
    /// Parts of an interface are hidden until they are wanted: that is no trick.
    pub(super) fn is_interface(&self, element: &Element, node: NodeRef<'_, Node>) -> bool {
        let interactive = matches!(
            element::role(element),
            "dialog"
                | "alertdialog"
                | "tabpanel"
                | "menu"
                | "tooltip"
                | "alert"
                | "status"
                | "listbox"
                | "region"
        );
        let named = attr(element, "id").is_some_and(|id| self.controlled.contains(id));
        let until_found = attr(element, "hidden") == Some("until-found");
        let live = attr(element, "aria-live").is_some() || attr(element, "popover").is_some();
        let control = |node: NodeRef<'_, Node>| node.value().as_element().is_some_and(element::is_operated);
        // What it holds is looked through once: hidden elements do not count again inside one another.
        let operated = node.descendants().any(control)
            || node.prev_siblings().find(|node| node.value().is_element()).is_some_and(opener);
        interactive
            || named
            || until_found
            || live
            || operated
            || matches!(element.name(), "nav" | "dialog" | "form")
    }
}

/// The head of an accordion: a control, or an element with one in it.
fn opener(node: NodeRef<'_, Node>) -> bool {
    node.descendants().take(20).any(|inner| inner.value().as_element().is_some_and(element::is_operated))
}

/// Ids of parts that something visible opens or that describe something visible.
pub(super) fn controlled<'e>(elements: impl Iterator<Item = &'e Element>) -> HashSet<String> {
    let mut ids = HashSet::new();
    for element in elements {
        let names = ["aria-controls", "aria-describedby", "aria-labelledby", "aria-details", "aria-owns"];
        for name in names.into_iter().chain([
            "popovertarget",
            "for",
            "data-target",
            "data-bs-target",
            "aria-errormessage",
        ]) {
            let value = attr(element, name).unwrap_or("");
            ids.extend(value.split_whitespace().map(|id| id.trim_start_matches('#').to_owned()));
        }
        if let Some(id) = attr(element, "href").and_then(|href| href.strip_prefix('#')) {
            ids.insert(id.to_owned());
        }
    }
    ids
}
