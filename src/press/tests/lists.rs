//! What lists and the pages around them tell: who, when, and what crawlers are to leave.

use crate::memory::{CONFIG, Site, page, put};
use press::Theme;

const PEOPLE: &str =
    "authors = [\"Ann\"]\nimage = \"https://pictures.example/card.png\"\n[people]\nAnn = \"/about/#ann\"\n";

fn site() -> Site {
    let mut site = Site::with(&format!("{CONFIG}{PEOPLE}"), Theme::builtin("plain").unwrap());
    site.put(&[
        ("guide/_index.md", "+++\ntitle = \"Guide\"\ndate = 2026-01-01\n+++\nWords.\n"),
        ("guide/a.md", "+++\ntitle = \"A\"\ndate = 2026-02-01\nupdated = 2026-03-01\ntags = [\"Big Data\"]\n+++\nText.\n"),
        ("guide/b.md", "+++\ntitle = \"B\"\ndate = 2026-02-02\nauthors = [\"Bo\"]\n+++\nText.\n"),
    ])
    .unwrap();
    site
}

#[test]
fn a_list_is_as_new_as_the_newest_page_that_it_shows() {
    let mut site = site();
    let html = site.file("guide/index.html");
    assert!(html.contains("\"datePublished\":\"2026-01-01\",\"dateModified\":\"2026-03-01\""), "{html}");
    assert!(html.contains("<time datetime=\"2026-03-01\">"), "{html}");
    site.change(vec![put("guide/b.md", "+++\ntitle = \"B\"\nupdated = 2026-04-04\n+++\nText.\n")]).unwrap();
    assert!(site.file("guide/index.html").contains("\"dateModified\":\"2026-04-04\""));
}

#[test]
fn pages_that_name_nobody_are_by_whom_the_site_names_with_an_address() {
    let site = site();
    let ann =
        "\"author\":[{\"@type\":\"Person\",\"name\":\"Ann\",\"url\":\"https://docs.example/about/#ann\"}]";
    for path in ["guide/index.html", "guide/a/index.html"] {
        let html = site.file(path);
        assert!(html.contains(ann) && html.contains("<p>Ann</p>"), "{path}: {html}");
    }
    assert!(site.file("guide/b/index.html").contains("\"author\":[{\"@type\":\"Person\",\"name\":\"Bo\"}]"));
    assert!(
        !site.file("tags/big-data/index.html").contains("\"Person\""),
        "nobody wrote what a machine lists"
    );
    assert!(site.file("feed.xml").contains("<name>Ann</name>"));
}

#[test]
fn a_page_without_a_picture_shows_the_sites_and_the_icon_stands_in_for_the_logo() {
    let site = site();
    let html = site.file("guide/a/index.html");
    assert!(
        html.contains("<meta property=\"og:image\" content=\"https://pictures.example/card.png\">"),
        "{html}"
    );
    assert!(html.contains("\"image\":\"https://pictures.example/card.png\""), "{html}");
    assert!(html.contains("\"logo\":\"https://docs.example/favicon.svg\""), "{html}");
}

#[test]
fn crawlers_are_asked_to_leave_tags_and_search_and_the_sitemap_does_not_list_them() {
    let site = site();
    let robots = site.file("robots.txt");
    assert!(robots.contains("Disallow: /search/\nDisallow: /tags/\nAllow: /\n"), "{robots}");
    assert!(!site.file("sitemap.xml").contains("/tags/"));
    assert!(site.file("tags/big-data/index.html").contains("<h1>Pages about Big Data</h1>"));
}

#[test]
fn a_product_is_told_to_machines_only_with_the_offer_that_they_ask_for() {
    let mut site = Site::new();
    let text =
        |extra: &str| format!("+++\ntitle = \"Anvil\"\nkind = \"product\"\n{extra}+++\nIt costs 10 EUR.\n");
    site.put(&[
        ("a.md", &text("")),
        ("b.md", &text("[extra]\nprice = \"10\"\ncurrency = \"EUR\"\n")),
        ("c.md", &page("C", "Text.")),
    ])
    .unwrap();
    assert!(!site.file("a/index.html").contains("\"Product\""));
    assert!(site.file("b/index.html").contains("\"@type\":\"Offer\",\"price\":\"10\""));
}
