//! Links inside a site.

use crate::memory::{Site, asset, page, put, told};

#[test]
fn a_broken_link_names_the_page_and_the_link() {
    let mut site = Site::new();
    let text = "+++\ntitle = \"A\"\n+++\nOne.\n\nSee [b](@/b.md) and [home](/).\n";
    let faults = site.put(&[("a.md", text), ("bb.md", &page("B", "x"))]).unwrap_err();
    assert_eq!(told(&faults), "content/a.md:6: link to @/b.md goes nowhere. Did you mean @/bb.md?\n");
}

#[test]
fn all_broken_links_are_told_at_once() {
    let mut site = Site::new();
    let faults = site
        .put(&[
            ("a.md", &page("A", "[x](/nowhere/) [y](b.md#nope) [z](#none)")),
            ("b.md", &page("B", "## Known\n\n[x](gone.md)")),
        ])
        .unwrap_err();
    let told = told(&faults);
    for part in [
        "/nowhere/ goes nowhere",
        "b.md#nope names a heading that is not there",
        "#none names a heading",
        "gone.md goes nowhere",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn links_lead_to_pages_sections_headings_and_assets() {
    let mut site = Site::new();
    let body = "[doc](@/guide/b.md#usage) [relative](guide/b.md) [root](/guide/b/?x=1#usage) [section](/guide/) \
                [mirror](/guide/b.md) [feed](/feed.xml) [file](/paper.pdf) ![Logo](/assets/logo.png) ![Beside](guide/pic.png)";
    site.change(vec![
        put("a.md", &page("A", body)),
        put("guide/b.md", &page("B", "## Usage\n\n[up](../a.md)")),
        asset("assets/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x20"),
        asset("static/paper.pdf", b"%PDF"),
        asset("content/guide/pic.png", b"x"),
    ])
    .unwrap();
    let html = site.file("a/index.html");
    for part in [
        "href=\"/guide/b/#usage\">doc",
        "href=\"/guide/b/\">relative",
        "href=\"/guide/b/?x=1#usage\">root",
        "href=\"/guide/\">section",
        "href=\"/guide/b.md\">mirror",
        "href=\"/feed.xml\">feed",
        "href=\"/paper.pdf\">file",
        "src=\"/guide/pic.png\" alt=\"Beside\"",
        "alt=\"Logo\" width=\"16\" height=\"32\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(site.file("guide/b.md").contains("[up](https://docs.example/a/)"), "{}", site.file("guide/b.md"));
}

#[test]
fn removing_a_page_that_others_link_to_is_refused_and_changes_nothing() {
    let mut site = Site::new();
    site.put(&[("a.md", &page("A", "[b](@/b.md)")), ("b.md", &page("B", "x"))]).unwrap();
    let faults = site.change(vec![press::Change::Remove("b.md".into())]).unwrap_err();
    assert!(told(&faults).contains("content/a.md:4: link to @/b.md goes nowhere"), "{}", told(&faults));
    assert!(site.has("b/index.html"));
    site.put(&[("a.md", &page("A", "no link"))]).unwrap();
    site.change(vec![press::Change::Remove("b.md".into())]).unwrap();
    assert!(!site.has("b/index.html"));
}

#[test]
fn a_page_that_moves_takes_the_links_to_it_along() {
    let mut site = Site::new();
    site.put(&[("a.md", &page("A", "[b](@/b.md)")), ("b.md", &page("B", "x"))]).unwrap();
    site.put(&[("b.md", "+++\ntitle = \"B\"\nslug = \"new-b\"\naliases = [\"/b/\"]\n+++\nx\n")]).unwrap();
    assert!(site.file("a/index.html").contains("href=\"/new-b/\">b"));
    assert!(site.file("b/index.html").contains("url=/new-b/"), "the old address redirects");
    assert_eq!(site.files.redirects(), [("b/index.html".to_owned(), "/new-b/".to_owned())]);
}

#[test]
fn a_lost_heading_is_told_for_links_of_other_pages() {
    let mut site = Site::new();
    site.put(&[("a.md", &page("A", "[b](@/b.md#usage)")), ("b.md", &page("B", "## Usage"))]).unwrap();
    let faults = site.put(&[("b.md", &page("B", "## Usages"))]).unwrap_err();
    assert!(
        told(&faults).contains(
            "content/a.md:4: link to @/b.md#usage names a heading that is not there. Did you mean #usages?"
        ),
        "{}",
        told(&faults)
    );
}

#[test]
fn a_broken_link_or_picture_in_raw_html_names_the_page_and_the_link() {
    let mut site = Site::new();
    let body = "Some <a href=\"/gone/\">inline</a> HTML.\n\n<figure>\n  <img alt=\"A\"\n       src='pic.png'>\n</figure>\n\n<a href=\"javascript:alert(1)\">x</a>";
    let faults = site.put(&[("a.md", &page("A", body))]).unwrap_err();
    let told = told(&faults);
    for part in [
        "content/a.md:4: link to /gone/ goes nowhere",
        "content/a.md:8: link to pic.png goes nowhere",
        "content/a.md:11: link to javascript:alert(1) could run script",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(faults.len(), 3, "{told}");
}

#[test]
fn links_in_raw_html_lead_where_those_of_markdown_lead() {
    let mut site = Site::with(
        "title = \"E\"\nbase_url = \"https://a.example/docs\"\n",
        press::Theme::builtin("plain").unwrap(),
    );
    let body = "<p><a href=\"b.md#usage\">b</a> <a href='@/guide/b.md'>again</a> <img src=pic.png alt=x> <a href=https://x.example/>out</a></p>";
    site.change(vec![
        put("guide/a.md", &page("A", body)),
        put("guide/b.md", &page("B", "## Usage")),
        asset("content/guide/pic.png", b"x"),
    ])
    .unwrap();
    let html = site.file("guide/a/index.html");
    for part in [
        "href=\"/docs/guide/b/#usage\">b",
        "href=\"/docs/guide/b/\">again",
        "src=\"/docs/guide/pic.png\"",
        "href=\"https://x.example/\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let mirror = site.file("guide/a.md");
    assert!(mirror.contains("<a href=\"https://a.example/docs/guide/b/#usage\">b</a>"), "{mirror}");
    // A page that moves takes these along too.
    site.put(&[("guide/b.md", "+++\ntitle = \"B\"\nslug = \"new\"\n+++\n## Usage\n")]).unwrap();
    assert!(site.file("guide/a/index.html").contains("href=\"/docs/guide/new/#usage\">b"));
}
