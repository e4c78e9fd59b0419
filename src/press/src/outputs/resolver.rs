//! What the Markdown writer asks the site.

use crate::markdown::{Picture, Resolver, Target};
use crate::site::Followed;
use crate::view::SiteView;
use std::borrow::Cow;

pub(super) struct SiteResolver<'a> {
    pub view: &'a SiteView,
    pub language: u16,
    pub links: &'a Followed<'a>,
}

impl Resolver for SiteResolver<'_> {
    fn link(&self, target: &Target<'_>) -> Option<String> {
        let found = self.links.find(target)?;
        let (tail, fragment) = match target {
            Target::Document { fragment, .. } => ("", *fragment),
            Target::Path { tail, .. } => (*tail, ""),
            _ => ("", ""),
        };
        let mut url = String::with_capacity(found.url.len() + tail.len() + fragment.len() + 1);
        url.push_str(&found.url);
        url.push_str(tail);
        if !fragment.is_empty() {
            url.push('#');
            url.push_str(fragment);
        }
        Some(url)
    }

    fn picture(&self, target: &Target<'_>) -> Option<Picture> {
        let found = self.links.find(target)?;
        Some(Picture::found(found, &self.view.theme.manifest().pictures.sizes))
    }

    fn absolute(&self, url: &str) -> String {
        self.view.absolute(url)
    }

    fn word(&self, key: &'static str) -> Cow<'_, str> {
        let language = self.view.language_tag(self.language);
        Cow::Borrowed(self.view.theme.text(language, key, None).unwrap_or(key))
    }
}
