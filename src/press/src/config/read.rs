//! From the text of `site.toml` to [`SiteConfig`].

use super::{Language, Organization, RobotsPolicy, SiteConfig, robots};
use crate::fault::Fault;
use crate::toml_reader::{Origin, Reader, parse as parse_toml, with_syntax};
use std::collections::BTreeMap;
use toml::de::DeTable;

const FILE: &str = "site.toml";

/// Reads the file; `address_given` wins over its `base_url`, which may then be left out. What has a fault is as if it had
/// been left out.
pub(super) fn read(text: &str, address_given: Option<&str>) -> (SiteConfig, Vec<Fault>) {
    let origin = Origin { file: FILE, text, first_line: 0 };
    let (table, syntax) = parse_toml(origin);
    let mut faults = Vec::new();
    let mut reader = Reader::new(origin, &table);
    let title = reader.string("title");
    let written = reader.checked("base_url", address);
    let base_url = address_given.map(str::to_owned).or(written);
    let theme = reader.string("theme").unwrap_or_else(|| "atlas".to_owned());
    let language = reader.checked("language", language_tag).unwrap_or_else(|| "en".to_owned());
    let description = reader.string("description").unwrap_or_default();
    let params = reader.free("params");
    let authors = reader.strings("authors").unwrap_or_default();
    let image = reader.string("image");
    let navigation = reader.strings("navigation").unwrap_or_default();
    let lines = lines(origin, &table);
    let languages = match reader.table("languages") {
        Some(table) => languages(origin, table, &mut faults),
        None => Vec::new(),
    };
    let organization = match reader.table("organization") {
        Some(table) => organization(origin, table, &mut faults),
        None => Organization::default(),
    };
    let robots = match reader.table("robots") {
        Some(table) => robots::read(origin, table, &mut faults),
        None => RobotsPolicy::default(),
    };
    let people = match reader.table("people") {
        Some(table) => people(origin, table, &mut faults),
        None => BTreeMap::new(),
    };
    faults.extend(reader.finish());
    require(title.as_deref(), "title", "title = \"My site\"", &mut faults);
    if base_url.is_none() && !faults.iter().any(|fault| fault.what.contains("base_url")) {
        require(None, "base_url", "base_url = \"https://docs.example.com\"", &mut faults);
    }
    let mut faults = with_syntax(syntax, faults);
    faults.sort();
    let title = title.unwrap_or_default();
    let base_url = base_url.unwrap_or_default();
    let organization = with_fallbacks(organization, &title, &base_url);
    let config = SiteConfig {
        title,
        base_url,
        theme,
        language,
        languages,
        description,
        organization,
        authors,
        people,
        image,
        navigation,
        params,
        lines,
        robots,
    };
    (config, faults)
}

/// On which lines the theme and its params stand.
fn lines(origin: Origin<'_>, table: &DeTable<'_>) -> BTreeMap<String, u32> {
    let params = table.get("params").and_then(|params| params.get_ref().as_table());
    let keys = params.into_iter().flat_map(DeTable::keys);
    let params = keys.map(|key| (format!("params.{}", key.get_ref()), origin.line(key.span().start)));
    let theme = table.get("theme").map(|value| ("theme".to_owned(), origin.line(value.span().start)));
    params.chain(theme).collect()
}

fn require(value: Option<&str>, key: &str, example: &str, faults: &mut Vec<Fault>) {
    if value.is_none_or(|text| text.trim().is_empty()) {
        faults.push(Fault::new(FILE, format!("`{key}` is missing"), format!("Add `{example}`.")));
    }
}

fn with_fallbacks(mut organization: Organization, title: &str, base_url: &str) -> Organization {
    if organization.name.is_empty() {
        title.clone_into(&mut organization.name);
    }
    if organization.url.is_empty() {
        organization.url = format!("{base_url}/");
    }
    organization
}

fn languages<'a>(origin: Origin<'a>, table: &'a DeTable<'a>, faults: &mut Vec<Fault>) -> Vec<Language> {
    let mut languages = Vec::new();
    for (tag, value) in table {
        let line = origin.line(tag.span().start);
        let tag: &str = tag.get_ref();
        if let Err((what, cure)) = language_tag(tag) {
            faults.push(Fault::new(FILE, format!("language `{tag}` {what}"), cure).at(line));
        }
        let Some(table) = value.get_ref().as_table() else {
            faults.push(
                Fault::new(FILE, format!("language `{tag}` is not a table"), "Write `[languages.fr]`.")
                    .at(line),
            );
            continue;
        };
        let mut reader = Reader::new(origin, table);
        let (title, description) = (reader.string("title"), reader.string("description"));
        languages.push(Language { tag: tag.to_owned(), title, description });
        faults.extend(reader.finish());
    }
    languages.sort_by(|a, b| a.tag.cmp(&b.tag));
    languages
}

fn organization<'a>(origin: Origin<'a>, table: &'a DeTable<'a>, faults: &mut Vec<Fault>) -> Organization {
    let mut reader = Reader::new(origin, table);
    let read = Organization {
        name: reader.string("name").unwrap_or_default(),
        url: reader.checked("url", address).unwrap_or_default(),
        logo: reader.string("logo"),
        same_as: reader.strings("same_as").unwrap_or_default(),
        email: reader.string("email"),
    };
    faults.extend(reader.finish());
    read
}

/// `"Ada Lovelace" = "/about/#ada"`
fn people<'a>(
    origin: Origin<'a>,
    table: &'a DeTable<'a>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, String> {
    let mut people = BTreeMap::new();
    for (name, value) in table {
        let place = value.get_ref().as_str().unwrap_or_default();
        if (place.starts_with('/') && !place.starts_with("//")) || address(place).is_ok() {
            people.insert(name.get_ref().to_string(), place.to_owned());
        } else {
            let what = format!("the address of `{}` is neither a path nor a web address", name.get_ref());
            let cure = "Write it as \"/about/\" or \"https://example.com/ada\".";
            faults.push(Fault::new(FILE, what, cure).at(origin.line(name.span().start)));
        }
    }
    people
}

/// An absolute http or https address; a slash at the end is cut so that paths can be joined.
fn address(text: &str) -> Result<String, (String, String)> {
    let cure = "Write it as https://docs.example.com.".to_owned();
    match url::Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Ok(text.trim_end_matches('/').to_owned())
        }
        Ok(_) => Err(("must be a plain http or https address".to_owned(), cure)),
        Err(error) => Err((format!("is not an address ({error})"), cure)),
    }
}

/// The shape of a BCP 47 tag, enough to keep it safe in paths and attributes.
fn language_tag(text: &str) -> Result<String, (String, String)> {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let primary = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase());
    let rest = parts
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if primary && rest {
        return Ok(text.to_owned());
    }
    Err(("is not a language tag".to_owned(), "Write it as en, fr or pt-BR.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_names_the_nearest_one_and_every_fault_is_told() {
        let faults =
            SiteConfig::parse("titel = \"A\"\nbase_url = \"nowhere\"\n[robots]\ntrainig = \"deny\"\n")
                .unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(
            told.iter().any(|t| t == "site.toml:1: unknown key `titel`. Did you mean `title`?"),
            "{told:?}"
        );
        assert!(told.iter().any(|t| t.starts_with("site.toml:2: `base_url` is not an address")), "{told:?}");
        assert!(
            told.iter().any(|t| t == "site.toml:4: unknown key `trainig`. Did you mean `training`?"),
            "{told:?}"
        );
        assert!(told.iter().any(|t| t.contains("`title` is missing")), "{told:?}");
    }

    #[test]
    fn an_author_is_told_about_on_a_page_of_the_site_or_elsewhere_and_nowhere_else() {
        let head = "title = \"A\"\nbase_url = \"https://a.example\"\nauthors = [\"Ann\"]\n[people]\n";
        let site =
            SiteConfig::parse(&format!("{head}Ann = \"/about/#ann\"\nBo = \"https://bo.example/me\"\n"))
                .unwrap();
        assert_eq!(
            (site.authors.as_slice(), site.people["Ann"].as_str()),
            (["Ann".to_owned()].as_slice(), "/about/#ann")
        );
        for wrong in ["javascript:alert(1)", "//evil.example", "about"] {
            let faults = SiteConfig::parse(&format!("{head}Ann = \"{wrong}\"\n")).unwrap_err();
            assert!(faults[0].to_string().starts_with("site.toml:5: the address of `Ann`"), "{faults:?}");
        }
    }

    #[test]
    fn a_base_url_loses_its_last_slash() {
        let site = SiteConfig::parse("title = \"A\"\nbase_url = \"https://a.example/docs/\"\n").unwrap();
        assert_eq!(site.base_url, "https://a.example/docs");
        assert_eq!(site.organization.name, "A");
    }
}
