//! `site`, `params` and `nav`.

use super::record::{list, record};
use crate::config::SiteConfig;
use crate::site::{Card, NavItem, State, Surroundings, path_key};
use crate::theme::Theme;
use minijinja::Value;
use minijinja::value::Serde;
use std::sync::Arc;

/// Everything a rendering thread needs, shared by all of them.
pub(crate) struct SiteView {
    pub config: Arc<SiteConfig>,
    pub theme: Arc<Theme>,
    pub state: State,
    /// Made once per press.
    pub fixed: Arc<Fixed>,
}

/// What is the same on every page of a language.
pub(crate) struct Fixed {
    pub params: Value,
    /// Scheme and host, in front of every URL path.
    pub origin: String,
    languages: Vec<Vec<(&'static str, Value)>>,
}

impl Fixed {
    pub(crate) fn new(
        config: &SiteConfig,
        theme: &Theme,
        prefix: &str,
        params: serde_json::Map<String, serde_json::Value>,
    ) -> Fixed {
        let params = Value::from(Serde(params));
        let origin = config.base_url[..config.base_url.len() - prefix.len()].to_owned();
        let languages =
            (0..=config.languages.len()).map(|index| fields(config, theme, prefix, index, &params)).collect();
        Fixed { params, origin, languages }
    }
}

fn fields(
    config: &SiteConfig,
    theme: &Theme,
    prefix: &str,
    index: usize,
    params: &Value,
) -> Vec<(&'static str, Value)> {
    let organization = &config.organization;
    let optional = |text: &Option<String>| text.as_deref().map_or(Value::from(()), Value::from);
    let organization = record([
        ("name", Value::from(organization.name.as_str())),
        ("url", Value::from(organization.url.as_str())),
        ("logo", optional(&organization.logo)),
        ("same_as", list(organization.same_as.iter().map(|url| Value::from(url.as_str())))),
        ("email", optional(&organization.email)),
    ]);
    let language = config.language_tags().nth(index).unwrap_or(&config.language);
    let home = if index == 0 { prefix.to_owned() } else { format!("{prefix}/{}", language.to_lowercase()) };
    vec![
        ("title", Value::from(config.title_in(index))),
        ("description", Value::from(config.description_in(index))),
        ("base_url", Value::from(config.base_url.as_str())),
        ("language", Value::from(language)),
        ("dir", Value::from(direction(language))),
        ("organization", organization),
        ("params", params.clone()),
        ("theme", record([("name", Value::from(theme.name())), ("params", params.clone())])),
        ("home_url", Value::from(format!("{home}/"))),
        ("feed_url", Value::from(format!("{home}/feed.xml"))),
        ("sitemap_url", Value::from(format!("{prefix}/sitemap.xml"))),
        ("search_url", Value::from(format!("{home}/search/"))),
        ("llms_url", Value::from(format!("{prefix}/llms.txt"))),
    ]
}

/// Scripts that run from right to left.
fn direction(language: &str) -> &'static str {
    let primary = language.split('-').next().unwrap_or_default();
    if matches!(primary, "ar" | "he" | "fa" | "ur" | "ps" | "sd" | "yi" | "dv" | "ug" | "ckb") {
        "rtl"
    } else {
        "ltr"
    }
}

/// `site` for one page: the fixed fields and the top navigation as this page sees it.
pub(crate) fn site_value(view: &SiteView, language: u16, surroundings: &Surroundings) -> Value {
    let fixed = view.fixed.languages.get(usize::from(language)).or(view.fixed.languages.first());
    let mut fields = Vec::with_capacity(16);
    fields.extend(fixed.into_iter().flatten().cloned());
    let nav = surroundings.site_nav.iter().map(|(place, active)| {
        record([
            ("title", Value::from(place.title.clone())),
            ("url", Value::from(place.url.clone())),
            ("active", Value::from(*active)),
        ])
    });
    fields.push(("nav", list(nav)));
    record(fields)
}

/// `nav`: the bounded side navigation.
pub(crate) fn nav_value(items: &[NavItem]) -> Value {
    list(items.iter().map(|item| {
        record([
            ("title", Value::from(item.place.title.clone())),
            ("url", Value::from(item.place.url.clone())),
            ("current", Value::from(item.current)),
            ("open", Value::from(item.open)),
            ("more", Value::from(item.more)),
            ("children", nav_value(&item.children)),
        ])
    }))
}

impl SiteView {
    /// A URL path of this site with scheme and host.
    pub(crate) fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.fixed.origin) } else { url.to_owned() }
    }

    /// Who wrote what this card stands for: whom it names, else whom the site names.
    pub(crate) fn authors(&self, card: Option<&Card>) -> Vec<Arc<str>> {
        match card.map(|card| &card.authors).filter(|authors| !authors.is_empty()) {
            Some(authors) => authors.to_vec(),
            None => self.config.authors.iter().map(|author| author.as_str().into()).collect(),
        }
    }

    /// Where an author is told about, as a link of this site.
    pub(crate) fn address_of(&self, author: &str) -> Option<String> {
        let place = self.config.people.get(author)?;
        let inside = place.starts_with('/');
        Some(if inside { format!("{}{place}", self.state.grounds.prefix) } else { place.clone() })
    }

    /// The address of a picture that site.toml names: an asset, or a picture elsewhere.
    pub(crate) fn picture(&self, path: &str) -> Option<String> {
        if path.starts_with("http://") || path.starts_with("https://") {
            return Some(path.to_owned());
        }
        let name = path.trim_start_matches('/');
        crate::rendering::note(path_key(name));
        crate::rendering::asset_url(self, name).map(|url| self.absolute(&url))
    }

    /// The organisation's logo, else the site's icon.
    pub(crate) fn logo(&self) -> Option<String> {
        let own = self.config.organization.logo.as_deref().and_then(|logo| self.picture(logo));
        let icons = || crate::outputs::icons::links(self).pop().map(|(_, url)| self.absolute(&url));
        own.or_else(icons)
    }

    /// The tag of a language.
    pub(crate) fn language_tag(&self, language: u16) -> &str {
        self.state.grounds.languages.get(usize::from(language)).map_or("en", String::as_str)
    }
}
