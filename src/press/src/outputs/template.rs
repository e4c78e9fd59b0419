//! Runs a template over a subject.

use super::{Desk, Made};
use crate::fault::Fault;
use crate::rendering::{Rendering, during};
use crate::site::Listing;
use crate::view::{Subject, listing_value, nav_value, page_value, record, site_value};
use minijinja::Value;
use std::sync::Arc;

/// Renders the subject; `document` names it in faults.
pub(super) fn render(
    desk: &Desk<'_>,
    template: &str,
    subject: &Arc<Subject>,
    listing: Option<&Listing>,
    document: &str,
    made: &mut Made,
) -> Result<Vec<u8>, Fault> {
    let view = &desk.view;
    let content = Value::from_safe_string(subject.body.html.clone());
    let section = listing.map_or(Value::from(()), |listing| {
        listing_value(view, &subject.title, &subject.description, &subject.url, &content, listing)
    });
    let context = record([
        ("page", page_value(view, subject, &content)),
        ("site", site_value(view, subject.language, &subject.surroundings)),
        ("section", section),
        ("nav", nav_value(&subject.surroundings.nav)),
        ("params", view.fixed.params.clone()),
    ]);
    let rendering = Rendering { view: view.clone(), subject: subject.clone() };
    let (html, asked) = during(rendering, || view.theme.render(template, context, document));
    made.asked.extend(asked);
    made.pages += 1;
    html
}
