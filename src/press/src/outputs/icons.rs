//! The icons of the site: its own (`static/favicon.svg`), the theme's, or a letter on a tile.

use super::{Desk, Made};
use crate::fault::Fault;
use crate::markdown::push_escaped;
use crate::rendering;
use crate::site::path_key;
use crate::units::Unit;
use crate::view::SiteView;

/// Files that browsers know by these names.
const NAMES: [&str; 3] = ["favicon.ico", "favicon.svg", "apple-touch-icon.png"];

enum From<'a> {
    Site,
    Theme(&'a [u8]),
    Letter,
}

fn find<'a>(view: &'a SiteView, name: &'static str) -> Option<From<'a>> {
    if view.state.assets.contains_key(format!("static/{name}").as_str()) {
        return Some(From::Site);
    }
    if let Some(asset) = view.theme.asset(name) {
        return Some(From::Theme(&asset.bytes));
    }
    // A site that brings an icon of its own in any form does not want ours beside it.
    let brings_own =
        NAMES.iter().any(|name| view.state.assets.contains_key(format!("static/{name}").as_str()));
    (name == "favicon.svg" && !brings_own).then_some(From::Letter)
}

/// Name and URL path of each icon there is. Every page shows them, so they are noted as asked for.
pub(crate) fn links(view: &SiteView) -> Vec<(&'static str, String)> {
    let prefix = &view.state.grounds.prefix;
    NAMES.iter().for_each(|name| rendering::note(path_key(name)));
    NAMES
        .iter()
        .filter(|name| find(view, name).is_some())
        .map(|name| (*name, format!("{prefix}/{name}")))
        .collect()
}

pub(super) fn make(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    for name in NAMES {
        match find(&desk.view, name) {
            Some(From::Theme(bytes)) => made.put(desk, unit, name, bytes, false)?,
            Some(From::Letter) => {
                made.put(desk, unit, name, letter(&desk.view.config.title).as_bytes(), false)?;
            }
            Some(From::Site) | None => {}
        }
    }
    Ok(())
}

/// The first letter of the title, white on a dark tile.
fn letter(title: &str) -> String {
    let first: String = title.chars().find(|c| c.is_alphanumeric()).unwrap_or('·').to_uppercase().collect();
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" rx=\"14\" fill=\"#1f3a5f\"/>\
         <text x=\"32\" y=\"45\" text-anchor=\"middle\" font-family=\"system-ui, sans-serif\" font-size=\"38\" font-weight=\"700\" fill=\"#fff\">",
    );
    push_escaped(&mut out, &first);
    out.push_str("</text></svg>\n");
    out
}
