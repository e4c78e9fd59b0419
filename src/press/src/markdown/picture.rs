//! Pictures in pages.

use super::escape::push_escaped;
use crate::pictures::Variant;
use crate::site::Found;
use std::fmt::Write as _;
use std::sync::Arc;

/// A picture of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub url: String,
    pub size: Option<(u32, u32)>,
    pub smaller: Option<Smaller>,
}

/// Smaller sizes of a picture, for browsers to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Smaller {
    pub variants: Arc<[Variant]>,
    /// The `sizes` attribute.
    pub sizes: String,
}

impl Picture {
    /// One of which nothing is known.
    pub(crate) fn plain(url: impl Into<String>) -> Picture {
        Picture { url: url.into(), size: None, smaller: None }
    }

    /// One of the site, shown as wide as the theme says.
    pub(crate) fn found(found: Found<'_>, sizes: &str) -> Picture {
        let smaller =
            found.variants.map(|variants| Smaller { variants: variants.clone(), sizes: sizes.to_owned() });
        Picture { url: found.url.into_owned(), size: found.size, smaller }
    }
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
    if let (Some(smaller), Some((width, _))) = (&picture.smaller, picture.size) {
        out.push_str(" srcset=\"");
        for variant in &*smaller.variants {
            push_escaped(out, &variant.url);
            let _ = write!(out, " {}w, ", variant.width);
        }
        push_escaped(out, &picture.url);
        let _ = write!(out, " {width}w\" sizes=\"");
        push_escaped(out, &smaller.sizes);
        out.push('"');
    }
    if let Some((width, height)) = picture.size {
        let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
    }
    out.push_str(" loading=\"lazy\" decoding=\"async\">");
}
