//! `site.toml`: what the owner of a site sets.

mod read;
mod robots;

pub use robots::{Access, RobotsPolicy};

use crate::fault::Fault;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The settings of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteConfig {
    /// Name of the site, shown on every page.
    pub title: String,
    /// Absolute, without a slash at the end: `https://docs.example.com`.
    pub base_url: String,
    /// Name of the theme: `atlas`.
    pub theme: String,
    /// BCP 47 tag of the default language: `en`.
    pub language: String,
    /// Further languages: documents named `page.<tag>.md`.
    pub languages: Vec<Language>,
    /// One or two sentences about the site.
    pub description: String,
    /// Who speaks here.
    pub organization: Organization,
    /// Who wrote the pages that name nobody.
    pub authors: Vec<String>,
    /// Where an author is told about, by name: a path of the site (`/about/`) or an absolute address.
    pub people: BTreeMap<String, String>,
    /// The picture of pages that have none of their own: path of an asset or an absolute address.
    pub image: Option<String>,
    /// What stands first in the navigation, in this order: sections and pages directly below the home page, each by its
    /// part of the address (`guide`). The others follow as they would without.
    pub navigation: Vec<String>,
    /// Settings of the theme, checked against its `theme.toml`.
    pub params: Map<String, Value>,
    /// On which line of `site.toml` the theme (`theme`) and each of its params (`params.NAME`) stand, for faults.
    pub(crate) lines: BTreeMap<String, u32>,
    /// Who may read the site by machine.
    pub robots: RobotsPolicy,
}

/// A further language of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// BCP 47 tag: `fr`, `pt-BR`.
    pub tag: String,
    /// The site's title in it; the site's own title if left out.
    pub title: Option<String>,
    /// The site's description in it.
    pub description: Option<String>,
}

/// schema.org Organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organization {
    /// Falls back to the site's title.
    pub name: String,
    /// Falls back to the site's address.
    pub url: String,
    /// Path of an asset (`assets/logo.png`) or an absolute address.
    pub logo: Option<String>,
    /// Profiles elsewhere: Wikidata, Wikipedia, GitHub, LinkedIn, …
    pub same_as: Vec<String>,
    /// Contact address, shown where the theme has a place for it.
    pub email: Option<String>,
}

impl SiteConfig {
    /// Reads the text of a `site.toml`. Unknown keys are faults with the nearest known name.
    pub fn parse(text: &str) -> Result<SiteConfig, Vec<Fault>> {
        let (config, faults) = SiteConfig::read(text, None);
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// As [`SiteConfig::parse`], for a site whose address is decided elsewhere: `base_url` in the text is not needed
    /// and does not count.
    pub fn parse_at(text: &str, base_url: &str) -> Result<SiteConfig, Vec<Fault>> {
        let (config, faults) = SiteConfig::read(text, Some(base_url));
        if faults.is_empty() { Ok(config) } else { Err(faults) }
    }

    /// As much as can be read, and the faults: for [`Press::open`](crate::Press::open), which tells them together with
    /// those of the content. What has a fault stands at its default; `base_url` as for [`SiteConfig::parse_at`].
    pub fn read(text: &str, base_url: Option<&str>) -> (SiteConfig, Vec<Fault>) {
        read::read(text, base_url)
    }

    /// All language tags, the default one first.
    pub(crate) fn language_tags(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.language.as_str()).chain(self.languages.iter().map(|l| l.tag.as_str()))
    }

    /// The site's title in a language (0 is the default language).
    pub(crate) fn title_in(&self, language: usize) -> &str {
        let own =
            language.checked_sub(1).and_then(|i| self.languages.get(i)).and_then(|l| l.title.as_deref());
        own.unwrap_or(&self.title)
    }

    /// The site's description in a language (0 is the default language).
    pub(crate) fn description_in(&self, language: usize) -> &str {
        let own = language
            .checked_sub(1)
            .and_then(|i| self.languages.get(i))
            .and_then(|l| l.description.as_deref());
        own.unwrap_or(&self.description)
    }
}
