//! Old addresses: a page that sends browsers on, and a list from which a host can answer 301.

use super::{Desk, Made};
use crate::fault::Fault;
use crate::markdown::push_escaped;
use crate::site::{Card, alias_file};
use crate::slug::encode_path;
use crate::units::Unit;
use std::collections::BTreeMap;

/// The pages of a document's aliases.
pub(super) fn put_aliases(desk: &Desk<'_>, unit: &Unit, card: &Card, made: &mut Made) -> Result<(), Fault> {
    if card.aliases.is_empty() {
        return Ok(());
    }
    let moved = desk.view.theme.text(desk.view.language_tag(card.language), "moved", None).unwrap_or("Moved");
    let mut page = String::from("<!doctype html>\n<html lang=\"");
    push_escaped(&mut page, desk.view.language_tag(card.language));
    page.push_str("\">\n<meta charset=\"utf-8\">\n<title>");
    push_escaped(&mut page, moved);
    page.push_str("</title>\n<meta name=\"robots\" content=\"noindex\">\n<link rel=\"canonical\" href=\"");
    push_escaped(&mut page, &desk.view.absolute(&card.url));
    page.push_str("\">\n<meta http-equiv=\"refresh\" content=\"0; url=");
    push_escaped(&mut page, &card.url);
    page.push_str("\">\n<p><a href=\"");
    push_escaped(&mut page, &card.url);
    page.push_str("\">");
    push_escaped(&mut page, &card.title);
    page.push_str("</a></p>\n</html>\n");
    for alias in &card.aliases {
        made.put(desk, unit, alias_file(alias), page.as_bytes(), false)?;
    }
    Ok(())
}

/// `_redirects.json`: old path to new path, both as URL paths.
pub(super) fn make(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    let state = &desk.view.state;
    let mut list: BTreeMap<String, &str> = BTreeMap::new();
    for card in state.cards.values() {
        for alias in &card.aliases {
            let slash = if alias_file(alias) == *alias { "" } else { "/" };
            list.insert(format!("{}/{}{slash}", state.grounds.prefix, encode_path(alias)), &card.url);
        }
    }
    let json = serde_json::to_vec(&list).unwrap_or_default();
    made.put(desk, unit, "_redirects.json", &json, false)
}
