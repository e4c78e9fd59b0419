//! Raw HTML of authors, made harmless.
//!
//! Only pages that contain raw HTML come here. All others are safe by construction: [`super::write`] writes every tag
//! itself, escapes every text and attribute, and lets no address through whose scheme is not http, https, mailto or tel
//! ([`super::Target::Forbidden`] is a fault). A page with raw HTML is sanitised whole and last, so that no trick that
//! spans several pieces of Markdown survives.

use ammonia::Builder;
use std::collections::HashSet;
use std::sync::LazyLock;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["aside", "section", "input", "picture", "source", "video", "audio", "track", "button"])
        .rm_tags(["button"])
        .add_generic_attributes([
            "id",
            "class",
            "role",
            "aria-label",
            "aria-hidden",
            "aria-describedby",
            "tabindex",
            "dir",
        ])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes("a", ["name"])
        .add_tag_attributes("img", ["loading", "decoding", "srcset", "sizes"])
        .add_tag_attributes("source", ["src", "srcset", "type", "media", "sizes"])
        .add_tag_attributes("video", ["src", "controls", "width", "height", "poster", "preload"])
        .add_tag_attributes("audio", ["src", "controls", "preload"])
        .add_tag_attributes("track", ["src", "kind", "srclang", "label"])
        .add_tag_attributes("pre", ["data-lang"])
        .add_tag_attributes("details", ["open", "name"])
        .add_tag_attributes("th", ["scope"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        // The author's links are the site's own words; whoever lets strangers write can ask for nofollow in the theme.
        .link_rel(None);
    builder
});

/// The same HTML without script, styles, forms, frames or event handlers.
pub(crate) fn clean(html: &str) -> String {
    CLEANER.clean(html).to_string()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn script_does_not_survive() {
        for bad in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<svg onload=alert(1)>",
            "<iframe src=\"//evil\"></iframe>",
            "<form action=\"//evil\"><input type=image src=x></form>",
            "<style>body{display:none}</style>",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        ] {
            let out = clean(bad);
            for sign in ["<script", "onerror=", "javascript:", "onload", "<iframe", "<form", "<style"] {
                assert!(!out.contains(sign) || out.contains("&lt;img"), "{bad} became {out}");
            }
        }
    }

    #[test]
    fn what_the_press_writes_itself_survives() {
        let own = "<aside class=\"admonition note\" role=\"note\"><p class=\"admonition-title\">Note</p></aside><h2 id=\"a\">A</h2>";
        assert_eq!(clean(own), own);
    }
}
