//! The sitemap, in parts as sitemaps.org describes them.

use super::{Desk, Made};
use crate::fault::Fault;
use crate::markdown::push_escaped;
use crate::prints;
use crate::site::{part_name, url};
use crate::units::Unit;
use std::sync::Arc;

const OPEN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

fn file(part: Option<&Arc<str>>) -> String {
    format!("_part/sitemap-{}.xml", part.map_or_else(|| "first".to_owned(), |border| part_name(border)))
}

pub(super) fn make_part(
    desk: &Desk<'_>,
    unit: &Unit,
    part: Option<&Arc<str>>,
    made: &mut Made,
) -> Result<(), Fault> {
    let state = &desk.view.state;
    made.print = prints::sitemap(state, part);
    let mut out = String::with_capacity(64 * 1024);
    out.push_str(OPEN);
    out.push_str("<urlset ");
    out.push_str(NAMESPACE);
    out.push_str(">\n");
    for (node, date) in state.addresses.part(part) {
        out.push_str("<url><loc>");
        push_escaped(&mut out, &desk.view.absolute(&url(&state.grounds.prefix, node)));
        out.push_str("</loc>");
        // Only dates that the author gave: a lastmod that changes with every build teaches crawlers to ignore it.
        if let Some(date) = date {
            out.push_str("<lastmod>");
            push_escaped(&mut out, date);
            out.push_str("</lastmod>");
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    let path = if state.addresses.is_whole() { "sitemap.xml".to_owned() } else { file(part) };
    made.put(desk, unit, path, out.as_bytes(), false)
}

pub(super) fn make_index(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    let state = &desk.view.state;
    if state.addresses.is_whole() {
        return Ok(());
    }
    let mut out = format!("{OPEN}<sitemapindex {NAMESPACE}>\n");
    for part in state.addresses.parts() {
        out.push_str("<sitemap><loc>");
        push_escaped(&mut out, &format!("{}/{}", desk.view.config.base_url, file(part)));
        out.push_str("</loc></sitemap>\n");
    }
    out.push_str("</sitemapindex>\n");
    made.put(desk, unit, "sitemap.xml", out.as_bytes(), false)
}
