//! `head()`: everything in `<head>` that machines read, but the structured data: `jsonld()` goes to the end of the body, so
//! that the main text comes early in the bytes.

use super::site::SiteView;
use super::subject::Subject;
use crate::markdown::push_escaped;

/// Writes the head of a page.
pub(crate) fn head(view: &SiteView, subject: &Subject, icons: &str) -> String {
    let mut out = String::with_capacity(4096);
    let permalink = view.absolute(&subject.url);
    let site_title = view.config.title_in(usize::from(subject.language));
    out.push_str("<title>");
    push_escaped(&mut out, &subject.title);
    if *subject.title != *site_title {
        out.push_str(" – ");
        push_escaped(&mut out, site_title);
    }
    out.push_str("</title>\n");
    // One element for both: what stands before the text is kept short.
    meta(&mut out, "name=\"description\" property", "og:description", &subject.description);
    if subject.hidden {
        meta(&mut out, "name", "robots", "noindex");
    } else {
        link(&mut out, "canonical", &permalink, &[]);
    }
    open_graph(&mut out, view, subject, &permalink, site_title);
    if let Some(url) = &subject.markdown_url {
        link(&mut out, "alternate", url, &[("type", "text/markdown")]);
    }
    let feed = view.state.root(subject.language);
    let slash = if feed.is_empty() { "" } else { "/" };
    let feed = format!("{}/{feed}{slash}feed.xml", view.state.grounds.prefix);
    link(&mut out, "alternate", &feed, &[("type", "application/atom+xml")]);
    languages(&mut out, view, subject, &permalink);
    out.push_str(icons);
    out
}

fn open_graph(out: &mut String, view: &SiteView, subject: &Subject, permalink: &str, site_title: &str) {
    let card = subject.card.as_deref().filter(|card| !card.is_section);
    meta(out, "property", "og:type", if card.is_some() { "article" } else { "website" });
    meta(out, "property", "og:site_name", site_title);
    meta(out, "property", "og:title", &subject.title);
    meta(out, "property", "og:url", permalink);
    let image = picture(view, subject);
    meta(out, "name", "twitter:card", if image.is_some() { "summary_large_image" } else { "summary" });
    if let Some(image) = image {
        meta(out, "property", "og:image", &image);
    }
}

/// The page's own picture (`[extra] image`) or the site's, absolute.
pub(crate) fn picture(view: &SiteView, subject: &Subject) -> Option<String> {
    own_picture(view, subject).or_else(|| view.picture(view.config.image.as_deref()?))
}

fn own_picture(view: &SiteView, subject: &Subject) -> Option<String> {
    let own = subject.card.as_deref()?.own.as_deref()?;
    let path = own.extra.get("image")?.as_str()?;
    super::super::rendering::asset_url(view, path.trim_start_matches('/')).map(|url| view.absolute(&url))
}

fn languages(out: &mut String, view: &SiteView, subject: &Subject, permalink: &str) {
    let others = &subject.surroundings.translations;
    if others.is_empty() {
        return;
    }
    link(out, "alternate", permalink, &[("hreflang", view.language_tag(subject.language))]);
    for (language, place) in others {
        link(out, "alternate", &view.absolute(&place.url), &[("hreflang", view.language_tag(*language))]);
    }
    let default = if subject.language == 0 {
        Some(permalink.to_owned())
    } else {
        others.iter().find(|(language, _)| *language == 0).map(|(_, place)| view.absolute(&place.url))
    };
    if let Some(default) = default {
        link(out, "alternate", &default, &[("hreflang", "x-default")]);
    }
}

fn meta(out: &mut String, by: &str, name: &str, content: &str) {
    if content.is_empty() {
        return;
    }
    out.push_str("<meta ");
    out.push_str(by);
    out.push_str("=\"");
    out.push_str(name);
    out.push_str("\" content=\"");
    push_escaped(out, content);
    out.push_str("\">\n");
}

fn link(out: &mut String, rel: &str, href: &str, attributes: &[(&str, &str)]) {
    out.push_str("<link rel=\"");
    out.push_str(rel);
    out.push('"');
    for (name, value) in attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        push_escaped(out, value);
        out.push('"');
    }
    out.push_str(" href=\"");
    push_escaped(out, href);
    out.push_str("\">\n");
}

/// The links to the site's icons.
pub(crate) fn icon_links(icons: &[(&'static str, String)]) -> String {
    let mut out = String::new();
    for (name, url) in icons {
        match *name {
            "favicon.ico" => link(&mut out, "icon", url, &[("sizes", "32x32")]),
            "favicon.svg" => link(&mut out, "icon", url, &[("type", "image/svg+xml")]),
            "apple-touch-icon.png" => link(&mut out, "apple-touch-icon", url, &[]),
            _ => {}
        }
    }
    out
}
