//! What stands in the head, and what the html element says.

use scraper::node::Element;

use super::element::attr;

#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) language: Option<String>,
    pub(crate) titles: Vec<String>,
    /// `meta` by name or property (lower case), in order.
    pub(crate) metas: Vec<(String, String)>,
    pub(crate) links: Vec<HeadLink>,
    /// `base href`.
    pub(crate) base: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct HeadLink {
    pub(crate) rel: String,
    pub(crate) href: String,
    pub(crate) hreflang: Option<String>,
}

impl Head {
    pub(crate) fn meta<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(key, _)| key == name).map(|(_, content)| content.as_str())
    }

    /// Links with this relation.
    pub(crate) fn rel<'a>(&'a self, rel: &'a str) -> impl Iterator<Item = &'a HeadLink> {
        self.links.iter().filter(move |link| link.rel.split_whitespace().any(|one| one == rel))
    }

    /// The title, whitespace folded; `None` when there is none or it is empty.
    pub(crate) fn title(&self) -> Option<&str> {
        self.titles.first().map(String::as_str).filter(|title| !title.is_empty())
    }

    pub(super) fn take_meta(&mut self, element: &Element) {
        let name = attr(element, "name").or_else(|| attr(element, "property"));
        if let (Some(name), Some(content)) = (name, attr(element, "content")) {
            self.metas.push((name.trim().to_ascii_lowercase(), content.trim().to_owned()));
        }
    }

    pub(super) fn take_link(&mut self, element: &Element) {
        if let (Some(rel), Some(href)) = (attr(element, "rel"), attr(element, "href")) {
            self.links.push(HeadLink {
                rel: rel.to_ascii_lowercase(),
                href: href.trim().to_owned(),
                hreflang: attr(element, "hreflang").map(str::to_ascii_lowercase),
            });
        }
    }
}
