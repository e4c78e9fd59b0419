//! Pictures in pages.

use super::escape::push_escaped;
use std::fmt::Write as _;

/// A picture of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub url: String,
    pub size: Option<(u32, u32)>,
}

/// Writes an `<img>` that does not move the page when it loads.
pub(crate) fn push_picture(out: &mut String, picture: &Picture, alt: &str, title: &str) {
    out.push_str("<img src=\"");
    push_escaped(out, &picture.url);
    out.push_str("\" alt=\"");
    push_escaped(out, alt.trim());
    if !title.is_empty() {
        out.push_str("\" title=\"");
        push_escaped(out, title);
    }
    out.push('"');
    if let Some((width, height)) = picture.size {
        let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
    }
    out.push_str(" loading=\"lazy\" decoding=\"async\">");
}
