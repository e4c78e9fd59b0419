//! Markdown to safe HTML, and what the rest of the press needs to know of a body. Two passes: [`scan`] while planning,
//! [`write`] while rendering; both walk the events of one parser and give headings the same ids.

mod admonition;
mod body;
mod escape;
mod footnotes;
mod headings;
mod mirror;
mod picture;
pub(crate) mod plain;
mod raw;
mod sanitise;
mod scan;
mod target;
mod write;

pub(crate) use body::Body;
pub(crate) use escape::push_escaped;
pub(crate) use headings::Heading;
pub(crate) use picture::{Picture, push_picture};
pub(crate) use scan::{Link, Scan, anchors, scan};
pub(crate) use target::{Target, classify};
pub(crate) use write::{Resolver, write};

use pulldown_cmark::Options;

/// Deepest nesting of blocks and spans. Browsers flatten trees at 512 levels; people stop long before.
const MAX_DEPTH: usize = 100;

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}
