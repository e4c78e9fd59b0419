//! Whether a build made what it was asked for: a fast generator that leaves work out would win otherwise.

use std::fs;
use std::path::Path;

use super::Outcome;
use super::contender::Contender;

/// HTML for every page with its text, highlighted code and JSON-LD; sitemap, feed of 50, robots.txt, 404 page.
pub(super) fn output(out: &Path, pages: usize, one: &Contender) -> Outcome<()> {
    for page in 0..pages {
        let path = format!("section-{:04}/page-{page:06}/index.html", page / 100);
        let length = fs::metadata(out.join(&path)).map_err(|error| format!("{path}: {error}"))?.len();
        if length < 8_000 {
            return Err(format!("{path} has only {length} bytes").into());
        }
    }
    for page in [0, pages / 2, pages - 1] {
        let path = format!("section-{:04}/page-{page:06}/index.html", page / 100);
        let html = fs::read_to_string(out.join(&path))?;
        for wanted in
            [&format!("Page {page}:"), "<table", "<ul", "<h2", "<code", "application/ld+json", "<a href="]
        {
            if !html.contains(wanted) {
                return Err(format!("{path} has no {wanted}").into());
            }
        }
        // Hugo and Zola colour code by spans with classes, as citepress does.
        if !html.contains("<span class=") {
            return Err(format!("{path} has no highlighted code").into());
        }
    }
    let sitemap = sitemap(out)?;
    let urls = sitemap.matches("<loc>").count();
    if urls < pages {
        return Err(format!("the sitemap has {urls} addresses").into());
    }
    let feed =
        ["feed.xml", "atom.xml", "index.xml"].iter().find_map(|name| fs::read_to_string(out.join(name)).ok());
    let feed = feed.ok_or("no feed")?;
    let entries = feed.matches("<entry").count() + feed.matches("<item>").count();
    if entries != 50 {
        return Err(format!("the feed of {} has {entries} entries", one.name).into());
    }
    for name in ["robots.txt", "404.html"] {
        fs::metadata(out.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// The text of the sitemap, or of all its parts.
fn sitemap(out: &Path) -> Outcome<String> {
    let mut text = fs::read_to_string(out.join("sitemap.xml"))?;
    if !text.contains("<sitemapindex") {
        return Ok(text);
    }
    let parts: Vec<String> = text
        .split("<loc>")
        .skip(1)
        .filter_map(|rest| {
            Some(rest.split("</loc>").next()?.trim_start_matches("https://bench.example/").to_owned())
        })
        .collect();
    text.clear();
    for part in parts {
        text.push_str(&fs::read_to_string(out.join(part))?);
    }
    Ok(text)
}
