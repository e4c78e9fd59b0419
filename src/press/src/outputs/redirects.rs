//! Old addresses: a page that sends browsers on, marked so that a host can answer 301.

use super::{Desk, Made};
use crate::fault::Fault;
use crate::markdown::push_escaped;
use crate::site::{Card, alias_file};
use crate::units::Unit;

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
        made.put_redirect(desk, unit, &alias_file(alias), page.as_bytes(), &card.url)?;
    }
    Ok(())
}
