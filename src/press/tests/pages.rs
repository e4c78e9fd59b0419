//! What pages hold.

use crate::memory::{CONFIG, Site, asset, page, put};
use press::Theme;

fn json_ld(html: &str) -> serde_json::Value {
    let inner = html
        .split("<script type=\"application/ld+json\">")
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    serde_json::from_str(inner).unwrap()
}

#[test]
fn markdown_with_all_its_extensions_becomes_html() {
    let mut site = Site::new();
    let body = "# Own title\n\nIntro.\n\n## Usage {#use}\n\n| a | b |\n|---|--:|\n| 1 | ~~2~~ |\n\n- [x] done\n- [ ] open\n\nTerm\n: Meaning\n\n\
                > [!WARNING]\n> Hot.\n\n:::tip Do this\nCold.\n:::\n\nNote[^1].\n\n[^1]: The note.\n\n```rust\nfn main() {}\n```\n\n# Second\n";
    site.put(&[("a.md", body)]).unwrap();
    let html = site.file("a/index.html");
    for part in [
        "<h1>Own title</h1>",
        "<h2 id=\"use\">Usage",
        "<td class=\"align-right\"><del>2</del></td>",
        "<input type=\"checkbox\" disabled checked>",
        "<dt>Term</dt>",
        "<aside class=\"admonition warning\"",
        "<p class=\"admonition-title\">Do this</p>",
        "<a href=\"#fn-1\" id=\"fnref-1\"",
        "<li id=\"fn-1\"><p>The note. <a",
        "<span class=\"hl-keyword\">fn</span>",
        "<h2 id=\"second\">Second",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(site.file("a.md").matches("# Own title").count(), 1);
}

#[test]
fn every_string_of_the_structured_data_stands_on_the_page() {
    let mut site = Site::new();
    let front = "+++\ntitle = \"What & why\"\ndescription = \"A description that is shown.\"\nkind = \"faq\"\nauthors = [\"Ann\"]\ndate = 2026-01-02\n+++\n";
    site.put(&[("guide/q.md", &format!("{front}## Is it fast?\n\nYes, it is.\n\n## Other\n\nText.\n"))])
        .unwrap();
    let html = site.file("guide/q/index.html");
    let graph = json_ld(&html);
    let nodes = graph["@graph"].as_array().unwrap();
    let types: Vec<&str> = nodes.iter().map(|node| node["@type"].as_str().unwrap()).collect();
    assert_eq!(types, ["Organization", "WebSite", "FAQPage", "BreadcrumbList"]);
    let page = &nodes[2];
    assert_eq!(page["@id"], "https://docs.example/guide/q/#page");
    assert_eq!(page["mainEntity"][0]["name"], "Is it fast?");
    assert_eq!(page["mainEntity"][0]["acceptedAnswer"]["text"], "Yes, it is.");
    assert_eq!(page["mainEntity"].as_array().unwrap().len(), 1);
    let body = html.split("<body>").nth(1).unwrap().replace("&amp;", "&");
    for text in [
        "What & why",
        "A description that is shown.",
        "Ann",
        "Is it fast?",
        "Yes, it is.",
        "2026-01-02",
        "Guide",
        "Example",
    ] {
        assert!(graph.to_string().contains(text) && body.contains(text), "{text}");
    }
}

#[test]
fn the_head_holds_what_machines_read() {
    let mut site = Site::new();
    site.put(&[("a.md", &page("A <b>", "First sentence here."))]).unwrap();
    let html = site.file("a/index.html");
    for part in [
        "<title>A &lt;b&gt; – Example</title>",
        "<meta name=\"description\" property=\"og:description\" content=\"First sentence here.\">",
        "<link rel=\"canonical\" href=\"https://docs.example/a/\">",
        "<meta property=\"og:url\" content=\"https://docs.example/a/\">",
        "<meta name=\"twitter:card\"",
        "<link rel=\"alternate\" type=\"text/markdown\" href=\"/a.md\">",
        "<link rel=\"alternate\" type=\"application/atom+xml\"",
        "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\">",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn a_site_holds_its_machine_files() {
    let mut site =
        Site::with(&format!("{CONFIG}[robots]\ntraining = \"deny\"\n"), Theme::builtin("plain").unwrap());
    site.put(&[(
        "guide/a.md",
        "+++\ntitle = \"A\"\nupdated = 2026-02-03\ndate = 2026-01-01\ntags = [\"Big Data\"]\n+++\nText.\n",
    )])
    .unwrap();
    assert!(
        site.file("sitemap.xml")
            .contains("<loc>https://docs.example/guide/a/</loc><lastmod>2026-02-03</lastmod>")
    );
    assert!(site.file("robots.txt").contains("User-agent: GPTBot\n"));
    assert!(site.file("feed.xml").contains("<updated>2026-02-03T00:00:00Z</updated>"));
    assert!(site.file("llms.txt").contains("- [A](https://docs.example/guide/a.md): Text."));
    assert!(site.file("llms-full.txt").contains("# A\n"));
    assert!(site.file("404.html").contains("noindex"));
    assert!(site.file("tags/big-data/index.html").contains("Big Data"));
    assert!(site.file("tags/index.html").contains("href=\"/tags/big-data/\""));
    assert!(site.file("search/index.html").contains("href=\"/guide/\""));
    let index: serde_json::Value = serde_json::from_str(&site.file("_search/index.json")).unwrap();
    let part = index["parts"][0].as_str().unwrap();
    let part: serde_json::Value = serde_json::from_str(&site.file(&format!("_search/{part}.json"))).unwrap();
    assert_eq!(part[0]["u"], "/guide/a/");
}

#[test]
fn translations_point_at_each_other() {
    let mut site = Site::with(
        &format!("{CONFIG}[languages.fr]\ntitle = \"Exemple\"\n"),
        Theme::builtin("plain").unwrap(),
    );
    site.put(&[
        ("a.md", &page("A", "x")),
        ("a.fr.md", &page("A fr", "y")),
        ("_index.fr.md", &page("Accueil", "z")),
    ])
    .unwrap();
    let html = site.file("a/index.html");
    assert!(
        html.contains("<link rel=\"alternate\" hreflang=\"fr\" href=\"https://docs.example/fr/a/\">"),
        "{html}"
    );
    assert!(html.contains("hreflang=\"x-default\" href=\"https://docs.example/a/\""));
    let french = site.file("fr/a/index.html");
    assert!(
        french.contains("<html lang=\"fr\"")
            && french.contains("hreflang=\"en\" href=\"https://docs.example/a/\"")
    );
    assert!(site.has("fr/feed.xml") && site.has("fr/search/index.html"));
}

#[test]
fn drafts_are_left_out_and_come_in_when_they_are_done() {
    let mut site = Site::new();
    site.put(&[("a.md", "+++\ntitle = \"A\"\ndraft = true\n+++\nx\n")]).unwrap();
    assert!(!site.has("a/index.html"));
    site.put(&[("a.md", "+++\ntitle = \"A\"\n+++\nx\n")]).unwrap();
    assert!(site.has("a/index.html"));
    site.put(&[("a.md", "+++\ntitle = \"A\"\ndraft = true\n+++\nx\n")]).unwrap();
    assert!(!site.has("a/index.html"));
}

#[test]
fn neighbours_follow_the_order_of_the_section() {
    let mut site = Site::new();
    let weighed = |weight: u32| format!("+++\ntitle = \"Page {weight}\"\nweight = {weight}\n+++\nx\n");
    site.put(&[("g/c.md", &weighed(1)), ("g/a.md", &weighed(2)), ("g/b.md", &weighed(3))]).unwrap();
    let html = site.file("g/a/index.html");
    assert!(
        html.contains("<a rel=\"prev\" href=\"/g/c/\">Page 1</a>")
            && html.contains("<a rel=\"next\" href=\"/g/b/\">Page 3</a>"),
        "{html}"
    );
}

#[test]
fn a_site_below_a_path_links_below_that_path() {
    let mut site = Site::with(
        "title = \"E\"\nbase_url = \"https://a.example/docs\"\n",
        Theme::builtin("plain").unwrap(),
    );
    site.change(vec![
        put("a.md", &page("A", "[b](b.md) [c](/b/)")),
        put("b.md", &page("B", "x")),
        asset("static/favicon.svg", b"<svg/>"),
    ])
    .unwrap();
    let html = site.file("a/index.html");
    assert_eq!(
        html.matches("href=\"/docs/b/\"").count() - html.matches("rel=\"next\"").count(),
        3,
        "two links and the navigation: {html}"
    );
    assert!(
        html.contains("href=\"https://a.example/docs/a/\"") && html.contains("href=\"/docs/favicon.svg\""),
        "{html}"
    );
}

#[test]
fn the_shipped_themes_pass_their_check() {
    for name in Theme::builtin_names() {
        let theme = std::sync::Arc::new(Theme::builtin(name).unwrap());
        theme.check().unwrap_or_else(|faults| panic!("{name}: {}", crate::memory::told(&faults)));
    }
}

#[test]
fn a_theme_that_hides_what_the_structured_data_says_fails_its_check() {
    let page = "{% extends \"base.html\" %}{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}{% endblock %}";
    let theme = Theme::load("mine", [("templates/page.html".to_owned(), page.as_bytes().to_vec())]).unwrap();
    let faults = crate::memory::told(&std::sync::Arc::new(theme).check().unwrap_err());
    assert!(faults.contains("themes/mine/templates/page.html: does not show \"Sample Author\""), "{faults}");
}

#[test]
fn a_page_can_be_seen_before_it_is_part_of_the_site() {
    let mut site = Site::new();
    site.put(&[("a.md", &page("A", "x"))]).unwrap();
    let document =
        press::Document { path: "b.md".into(), text: page("B", "See [a](@/a.md) and [later](@/later.md).") };
    let html = site.press.preview(document).unwrap();
    assert!(
        html.contains("<h1>B</h1>") && html.contains("href=\"/a/\">a</a>") && html.contains(">later</a>"),
        "{html}"
    );
    assert_eq!(site.press.len(), 1);
    assert!(!site.has("b/index.html"));
}
