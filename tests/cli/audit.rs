//! `citepress audit`.

use std::fs;

use serde_json::Value;

use super::site::{Ran, Site};
use super::website::{Answers, Website};

const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";
const TEXT: &str = "200 OK\r\nContent-Type: text/plain";
const XML: &str = "200 OK\r\nContent-Type: application/xml";

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>Some words about {title}.</p>{body}</main></body></html>"
    )
}

/// The outcome of one check.
fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let found = report["checks"].as_array().unwrap().iter().find(|outcome| outcome["check"] == id);
    found.unwrap_or_else(|| panic!("no check {id} in {report}"))
}

fn finding<'a>(report: &'a Value, id: &str) -> Option<&'a Value> {
    report["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == id)
}

#[test]
fn a_site_folder_is_built_in_memory_and_judged() {
    let site = Site::new();
    let report = site.run(&["audit", "site", "--format", "json"]).good().json();
    assert_eq!(report["pages"].as_u64().unwrap() as usize, pages_of(&site), "{report}");
    assert!(report["score"]["value"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(check(&report, "indexable")["verdict"], "pass");
    assert!(!site.path().join("public").exists());
}

/// The pages of the same site built into a folder, but for the one that is shown when nothing was found and those that
/// its robots.txt closes.
fn pages_of(site: &Site) -> usize {
    site.build(&[]).good();
    site.tree()
        .iter()
        .filter(|(path, _)| {
            path.ends_with(".html")
                && path != "404.html"
                && !path.starts_with("search/")
                && !path.starts_with("tags/")
        })
        .count()
}

#[test]
fn a_built_folder_is_judged_like_the_site_that_it_was_built_from() {
    let site = Site::new();
    site.build(&[]).good();
    let built = site.run(&["audit", "out", "--format", "json"]).good().json();
    let source = site.run(&["audit", "site", "--format", "json"]).good().json();
    assert_eq!(built["score"], source["score"]);
}

#[test]
fn a_published_tree_is_judged_like_any_folder_of_pages() {
    let site = Site::new();
    site.run(&["import", "docs", "site/content", "--publish", "--data", "data"]).good();
    // The host's name is a link to one of the site's trees.
    let tree = site.run(&["audit", "data/sites/docs.localhost", "--format", "json"]).good().json();
    assert_eq!(tree["pages"].as_u64().unwrap() as usize, pages_of(&site), "{tree}");
    assert!(tree["score"]["value"].as_f64().unwrap() > 0.0, "{tree}");
    assert_eq!(check(&tree, "indexable")["verdict"], "pass");
}

#[test]
#[cfg(unix)]
fn links_in_a_published_tree_are_not_followed_in_circles_or_out_of_it() {
    let site = Site::new();
    site.run(&["import", "docs", "site/content", "--publish", "--data", "data"]).good();
    let tree = site.around().join("data/sites/docs.localhost");
    for target in [".", "..", "../..", "/etc"] {
        std::os::unix::fs::symlink(target, tree.join("more")).unwrap();
        let said = site.run(&["audit", "data/sites/docs.localhost"]).bad().stderr();
        assert!(
            said.contains("more: is a link that leads out of the site's folder or to a folder. Copy it in."),
            "{said}"
        );
        fs::remove_file(tree.join("more")).unwrap();
    }
}

#[test]
fn a_page_that_may_not_be_indexed_is_told_with_its_address_and_a_low_score_fails() {
    let site = Site::empty();
    site.write("index.html", page("A page of some length that is good to read", ""));
    let barred = page("Barred", "").replace("<title>", "<meta name=\"robots\" content=\"noindex\"><title>");
    site.write("barred/index.html", barred);
    let ran = site.run(&["audit", "site", "--format", "json", "--fail-under", "100"]).bad();
    assert!(ran.stderr().contains("is under 100"), "{}", ran.stderr());
    let report = ran.json();
    assert_eq!(report["pages"], 2);
    assert_eq!(finding(&report, "indexable").unwrap()["url"], "http://localhost/barred/");
    let text = site.run(&["audit", "site", "--fail-under", "0"]).good().stdout();
    assert!(text.contains("Score") && text.contains("noindex"), "{text}");
}

#[test]
fn faults_of_a_site_stop_its_audit() {
    let site = Site::new();
    site.write("content/a.md", "+++\ntitel = \"A\"\n+++\n");
    let said = site.run(&["audit", "site"]).bad().stderr();
    assert!(said.contains("content/a.md:2: unknown key `titel`"), "{said}");
}

#[test]
fn a_folder_without_pages_is_told() {
    let site = Site::empty();
    fs::create_dir(site.path()).unwrap();
    let said = site.run(&["audit", "site"]).bad().stderr();
    assert!(said.contains("site holds no page to judge"), "{said}");
    let said = site.run(&["audit", "a.example"]).bad().stderr();
    assert!(said.contains("a.example: is no folder. Name a folder, or write an address with http"), "{said}");
}

#[test]
fn a_private_address_is_refused_with_the_setting_that_allows_it() {
    let website = Website::start(Answers::from([("/", (HTML, page("Home", "")))]));
    let said = Site::empty().run(&["audit", &website.url("/")]).bad().stderr();
    assert!(said.contains("crawl.allow"), "{said}");
    assert!(website.asked().is_empty());
}

/// Audits a website on loopback, which the settings allow.
fn audit(website: &Website, more: &[&str]) -> Ran {
    let site = Site::empty();
    let settings = format!("[crawl]\nallow = [\"127.0.0.1:{}\"]\n", website.port);
    fs::write(site.around().join("citepress.toml"), settings).unwrap();
    let url = website.url("/");
    let mut arguments = vec!["audit", url.as_str(), "--format", "json"];
    arguments.extend(more);
    site.run(&arguments)
}

fn website() -> Website {
    let links = "<a href=\"/a\">a</a> <a href=\"/old\">old</a> <a href=\"/gone\">gone</a> <a href=\"/closed/x\">closed</a>";
    Website::start(Answers::from([
        ("/", (HTML, page("Home", links))),
        ("/a", (HTML, page("Page a", "<a href=\"/\">home</a>"))),
        ("/old", ("301 Moved Permanently\r\nLocation: /a", String::new())),
        ("/closed/x", (HTML, page("Closed", ""))),
        (
            "/robots.txt",
            (TEXT, "User-agent: *\nDisallow: /closed/\nSitemap: http://HOST/map.xml\n".to_owned()),
        ),
        (
            "/map.xml",
            (XML, "<urlset><url><loc>http://HOST/b</loc><lastmod>soon</lastmod></url></urlset>".to_owned()),
        ),
        ("/b", (HTML, page("Page b", ""))),
    ]))
}

#[test]
fn a_website_is_walked_politely_and_what_lies_around_its_pages_is_looked_at() {
    let website = website();
    let report = audit(&website, &[]).good().json();
    assert_eq!(report["pages"], 2, "{report}");
    let asked = website.asked();
    assert_eq!(asked[0], "/robots.txt", "{asked:?}");
    for path in ["/", "/a", "/old", "/gone", "/map.xml", "/b"] {
        assert!(asked.iter().any(|one| one == path), "{path} was not asked for: {asked:?}");
    }
    assert!(asked.iter().any(|path| path.starts_with("/citepress-audit-")), "{asked:?}");
    assert!(!asked.iter().any(|path| path == "/closed/x"), "{asked:?}");
}

#[test]
fn no_more_pages_are_asked_for_than_wanted() {
    let website = website();
    assert_eq!(audit(&website, &["--pages", "1"]).good().json()["pages"], 1);
    assert!(!website.asked().iter().any(|path| path == "/a"));
}
