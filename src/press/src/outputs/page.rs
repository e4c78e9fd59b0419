//! A document: its page, its Markdown mirror and the pages of its old addresses.

use super::resolver::SiteResolver;
use super::template::render;
use super::text_part::TextEntry;
use super::{Desk, Made, redirects};
use crate::fault::Fault;
use crate::markdown::{self, Body};
use crate::prints;
use crate::site::{
    Card, Followed, html_file, listing, mirror_file, mirror_url, surroundings_of_page,
    surroundings_of_section,
};
use crate::units::Unit;
use crate::view::{SiteView, Subject};
use std::sync::Arc;

/// Makes a document (if `unit` is to be made) and what text parts repeat of it (if `entry` is wanted).
pub(crate) fn make_document(
    desk: &Desk<'_>,
    card: &Arc<Card>,
    unit: Option<&Unit>,
    entry: bool,
    text: &str,
) -> Result<(Option<Made>, Option<TextEntry>), Fault> {
    let start = usize::try_from(card.body.0).unwrap_or_default();
    // The text must be the one that was planned with: a card of another text would cut it in the wrong place.
    if crate::hash::of_bytes(text.as_bytes()) != card.text_hash {
        let what = "has changed since the plan was made";
        return Err(Fault::new(
            format!("content/{}", card.path),
            what,
            "Hand the new text over as a change.",
        ));
    }
    let links = Followed::new(&desk.view.state, card);
    let resolver = SiteResolver { view: &desk.view, language: card.language, links: &links };
    let body = Arc::new(markdown::write(&text[start..], &card.path, &resolver));
    let print = prints::document(card, &links);
    let entry = entry.then(|| TextEntry::new(&desk.view, card, &body, print));
    let made = match unit {
        Some(unit) if card.is_section => Some(make_section(desk, card, unit, &body, print)?),
        Some(unit) => Some(make_page(desk, card, unit, body, print)?),
        None => None,
    };
    Ok((made, entry))
}

fn make_page(
    desk: &Desk<'_>,
    card: &Arc<Card>,
    unit: &Unit,
    body: Arc<Body>,
    print: u64,
) -> Result<Made, Fault> {
    let mut made = Made::default();
    let state = &desk.view.state;
    let surroundings = surroundings_of_page(state, card);
    made.print = prints::page(print, &surroundings);
    let subject = Arc::new(Subject {
        language: card.language,
        title: card.title.clone(),
        description: card.description.clone(),
        url: card.url.clone(),
        kind_name: card.kind.name(),
        kind: card.kind,
        card: Some(card.clone()),
        authors: desk.view.authors(Some(card)),
        date: card.date.clone(),
        updated: card.updated.clone(),
        body,
        surroundings,
        markdown_url: Some(mirror_url(state, &card.node)),
        hidden: false,
        listed: Vec::new(),
    });
    let template = desk.view.theme.template_for(card.kind.template());
    let html = render(desk, template, &subject, None, &format!("content/{}", card.path), &mut made)?;
    made.put(desk, unit, html_file(&card.node), &html, false)?;
    put_mirror(desk, unit, card, &subject.body, &mut made)?;
    Ok(made)
}

/// The first part of a section that has a document.
fn make_section(
    desk: &Desk<'_>,
    card: &Arc<Card>,
    unit: &Unit,
    body: &Arc<Body>,
    print: u64,
) -> Result<Made, Fault> {
    let mut made = Made::default();
    let state = &desk.view.state;
    let Some(section) = state.sections.get(&card.node) else { return Ok(made) };
    let surroundings = surroundings_of_section(state, &card.node, card.language, true);
    let listing = listing(state, section, None);
    made.print = prints::listed(Some(card), Some(print), &surroundings, &listing, section.title());
    super::listing::render_section(
        desk,
        unit,
        section,
        None,
        &listing,
        surroundings,
        body.clone(),
        &mut made,
    )?;
    put_mirror(desk, unit, card, body, &mut made)?;
    Ok(made)
}

fn put_mirror(desk: &Desk<'_>, unit: &Unit, card: &Card, body: &Body, made: &mut Made) -> Result<(), Fault> {
    made.put(desk, unit, mirror_file(&card.node), mirror(&desk.view, card, body).as_bytes(), false)?;
    redirects::put_aliases(desk, unit, card, made)
}

/// The page as Markdown that stands on its own.
pub(super) fn mirror(view: &SiteView, card: &Card, body: &Body) -> String {
    let mut out = String::with_capacity(body.markdown.len() + 256);
    out.push_str("# ");
    out.push_str(&card.title);
    out.push_str("\n\n");
    if !card.description.is_empty() && !body.markdown.contains(&*card.description) {
        out.push_str("> ");
        out.push_str(&card.description);
        out.push_str("\n\n");
    }
    out.push_str("Source: ");
    out.push_str(&view.absolute(&card.url));
    if let Some(date) = card.last_date() {
        out.push_str("  \nUpdated: ");
        out.push_str(date);
    }
    out.push_str("\n\n");
    out.push_str(body.markdown.trim());
    out.push('\n');
    if let Some(own) = card.own.as_deref().filter(|own| !own.sources.is_empty()) {
        out.push_str("\n## Sources\n\n");
        for source in &own.sources {
            match &source.url {
                Some(url) => out.push_str(&format!("- [{}]({url})\n", source.title)),
                None => out.push_str(&format!("- {}\n", source.title)),
            }
        }
    }
    out
}
