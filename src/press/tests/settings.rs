//! What an owner sets by a form: the order of the navigation, settings of the theme.

use crate::memory::{CONFIG, Site, page};
use press::{Press, SiteConfig, Theme};
use std::sync::Arc;

fn site(settings: &str) -> Site {
    let mut site = Site::with(&format!("{CONFIG}{settings}"), Theme::builtin("atlas").unwrap());
    let documents = [
        ("_index.md", "Home"),
        ("guide/_index.md", "Guide"),
        ("guide/a.md", "A"),
        ("news/b.md", "B"),
        ("about.md", "About"),
        ("terms.md", "Terms"),
        ("reference/_index.md", "Reference"),
    ];
    let texts = documents.map(|(path, title)| (path, page(title, "Text.")));
    site.put(&texts.each_ref().map(|(path, text)| (*path, text.as_str()))).unwrap();
    site
}

fn names(site: &Site) -> Vec<String> {
    site.press.top().into_iter().map(|top| top.name).collect()
}

#[test]
fn the_navigation_begins_with_what_the_owner_has_put_first() {
    assert_eq!(names(&site("")), ["guide", "news", "reference", "about", "terms"]);
    let ordered = site("navigation = [\"reference\", \"news\", \"terms\", \"gone\"]\n");
    assert_eq!(names(&ordered), ["reference", "news", "guide", "terms", "about"]);
    let html = ordered.file("about/index.html");
    let at = |url: &str| html.find(&format!("href=\"/{url}/\"")).unwrap();
    assert!(at("reference") < at("news") && at("news") < at("guide"), "{html}");
}

/// What a theme says of a setting.
fn told(name: &str, value: &str) -> String {
    let text = format!("{CONFIG}[params]\n{name} = {value}\n");
    let press = Press::new(SiteConfig::parse(&text).unwrap(), Arc::new(Theme::builtin("atlas").unwrap()));
    press.err().map_or_else(String::new, |faults| faults[0].to_string())
}

#[test]
fn a_setting_keeps_to_its_type_and_limits_and_none_leads_to_script() {
    for (name, value) in [
        ("about", "\"/about/\""),
        ("contact", "\"mailto:a@acme.example\""),
        ("repository", "\"https://code.example/acme\""),
        ("logo", "\"assets/logo.svg\""),
        ("links", "[{ text = \"Prices\", url = \"/prices/\" }]"),
        ("width", "\"wide\""),
    ] {
        let text = told(name, value);
        assert!(!text.contains("must be"), "{name} = {value}: {text}");
    }
    for (name, value, wanted) in [
        ("about", "\"javascript:alert(1)\"", "a path such as /about/"),
        ("about", "\"//evil.example\"", "a path such as /about/"),
        ("about", "\"/\\\\evil.example\"", "a path such as /about/"),
        ("logo", "\"data:image/svg+xml,x\"", "a picture of the site"),
        ("links", "[{ text = \"A\", url = \"javascript:x\" }]", "links with a `text` and a `url`"),
        ("links", "[{ text = \"A\" }]", "at most 4 links"),
        ("font", "\"x; } body { display: none\"", "one of sans, serif, humanist"),
    ] {
        let text = told(name, value);
        assert!(text.contains("must be") && text.contains(wanted), "{name} = {value}: {text}");
    }
    let long = told("notice", &format!("\"{}\"", "x".repeat(301)));
    assert!(long.contains("at most 300 letters"), "{long}");
}

#[test]
fn links_and_looks_of_the_owner_are_on_every_page() {
    let site = site(
        "[params]\nfont = \"serif\"\nwidth = \"narrow\"\nlinks = [{ text = \"<b>Prices\", url = \"/guide/\" }]\n",
    );
    let html = site.file("about/index.html");
    for part in ["data-font=\"serif\"", "data-width=\"narrow\"", "<a href=\"/guide/\">&lt;b&gt;Prices</a>"] {
        assert!(html.contains(part), "{part} in {html}");
    }
}
