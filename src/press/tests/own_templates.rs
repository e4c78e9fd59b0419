//! Templates that a theme may bring or leave out.

use crate::memory::{CONFIG, Site, page, put, told};
use press::{Fault, Theme};
use std::sync::Arc;

fn theme(templates: &[(&str, &str)]) -> Result<Theme, Vec<Fault>> {
    let files = templates.iter().map(|(name, text)| (format!("templates/{name}"), text.as_bytes().to_vec()));
    Theme::load("mine", files)
}

const DATED: &str = "+++\ntitle = \"A & B\"\ndate = 2026-01-02\n+++\nText.\n";

#[test]
fn a_themes_own_machine_files_are_used_and_see_what_the_press_would_write() {
    let own = theme(&[
        (
            "feed.xml",
            "<feed><title>{{ site.title }}</title>{% for page in section.pages %}<entry>{{ page.title }} {{ page.permalink }}</entry>{% endfor %}</feed>\n",
        ),
        ("robots.txt", "# of {{ site.title }} & more\n{{ page.content }}"),
        ("llms.txt", "{{ page.content }}\n## Also\n\n- {{ site.base_url }}\n"),
    ]);
    let mut site = Site::with(CONFIG, own.unwrap());
    site.put(&[("guide/a.md", DATED)]).unwrap();
    assert_eq!(
        site.file("feed.xml"),
        "<feed><title>Example</title><entry>A &amp; B https://docs.example/guide/a/</entry></feed>"
    );
    let robots = site.file("robots.txt");
    assert!(
        robots.starts_with("# of Example & more\nUser-agent: ") && robots.contains("Sitemap: "),
        "{robots}"
    );
    let llms = site.file("llms.txt");
    assert!(
        llms.starts_with("# Example\n") && llms.contains("[A & B](https://docs.example/guide/a.md)"),
        "{llms}"
    );
    assert!(llms.ends_with("## Also\n\n- https://docs.example"), "{llms}");
}

#[test]
fn a_theme_without_them_gets_those_of_the_press() {
    let mut site = Site::with(CONFIG, theme(&[]).unwrap());
    site.put(&[("guide/a.md", DATED)]).unwrap();
    assert!(site.file("feed.xml").starts_with("<?xml"));
    assert!(site.file("robots.txt").contains("User-agent: *"));
    assert!(site.file("llms.txt").starts_with("# Example\n"));
}

#[test]
fn each_language_has_the_themes_own_feed() {
    let config = format!("{CONFIG}[languages.fr]\ntitle = \"Exemple\"\n");
    let mut site =
        Site::with(&config, theme(&[("feed.xml", "{{ site.title }} {{ site.language }}")]).unwrap());
    site.put(&[("a.md", DATED), ("a.fr.md", DATED)]).unwrap();
    assert_eq!((site.file("feed.xml"), site.file("fr/feed.xml")), ("Example en".into(), "Exemple fr".into()));
}

#[test]
fn they_follow_an_edit_as_a_clean_build_would() {
    let own = || {
        let nav = "{% for item in site.nav %}{{ item.title }} {% endfor %}";
        theme(&[("feed.xml", nav), ("robots.txt", nav), ("llms.txt", nav)]).unwrap()
    };
    let mut site = Site::with(CONFIG, own());
    site.put(&[("a/x.md", &page("X", "x"))]).unwrap();
    site.put(&[("b/x.md", &page("X", "x"))]).unwrap();
    for file in ["feed.xml", "robots.txt", "llms.txt"] {
        assert_eq!(site.file(file), "A B ", "{file}");
    }
}

#[test]
fn a_broken_one_is_a_fault_that_names_file_and_line() {
    for name in ["feed.xml", "robots.txt", "llms.txt"] {
        let faults = theme(&[(name, "x\n{% if %}")]).err().unwrap();
        assert!(
            told(&faults).starts_with(&format!("themes/mine/templates/{name}:2: syntax error")),
            "{}",
            told(&faults)
        );
        let mut site = Site::with(CONFIG, theme(&[(name, "x\n{{ page.titel }}")]).unwrap());
        let faults = site.change(vec![put("a.md", DATED)]).unwrap_err();
        assert!(told(&faults).starts_with(&format!("themes/mine/templates/{name}:2: ")), "{}", told(&faults));
        assert_eq!(faults.len(), 1);
        assert!(!site.has(name));
    }
}

#[test]
fn the_check_of_a_theme_renders_each_template_that_it_brings() {
    let optional = [
        "section.html",
        "faq.html",
        "comparison.html",
        "glossary.html",
        "howto.html",
        "product.html",
        "search.html",
        "404.html",
        "tag.html",
        "feed.xml",
        "robots.txt",
        "llms.txt",
    ];
    for name in optional {
        let theme = theme(&[(name, "{# a note #}\n{{ page.titel }}")]).unwrap();
        let faults = Arc::new(theme).check().unwrap_err();
        assert!(
            told(&faults).starts_with(&format!("themes/mine/templates/{name}:2: ")),
            "{name}: {}",
            told(&faults)
        );
    }
}
