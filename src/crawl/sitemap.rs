//! Finding pages by sitemaps (sitemaps.org). Read by a scan for `<loc>` alone: no entities are expanded, nothing is
//! nested, and the caps hold whatever the file claims to be.

use std::collections::VecDeque;

use reqwest::header::CONTENT_TYPE;
use url::Url;

use super::fetched::Fetched;
use super::fetcher::Fetcher;
use super::inflate::Inflater;

/// Sitemap files read for one walk: an index may name 50,000.
const FILES: usize = 20;
/// Addresses longer than this are none (the standard's own bound).
const LONGEST: usize = 2_048;
/// Inflated bytes of a sitemap that came as a `.gz` file.
const INFLATED: u64 = 50 << 20;

/// The pages that a site's sitemaps list, `many` at most: those that robots.txt names, else `/sitemap.xml`.
pub(super) async fn pages(fetcher: &Fetcher, site: &Url, many: usize) -> Vec<Url> {
    let mut files: VecDeque<Url> = fetcher.sitemaps(site).await.unwrap_or_default().into();
    if files.is_empty() {
        files.extend(site.join("/sitemap.xml"));
    }
    let (mut found, mut read) = (Vec::new(), 0);
    while let Some(file) = files.pop_front() {
        if read == FILES || found.len() >= many {
            break;
        }
        read += 1;
        let Ok(document) = fetcher.fetch_url(file).await else { continue };
        if !document.is_success() {
            continue;
        }
        match read_sitemap(&text(&document), many - found.len()) {
            Sitemap::Pages(urls) => found.extend(urls),
            Sitemap::Index(urls) => files.extend(urls.into_iter().take(FILES)),
        }
    }
    found
}

fn text(document: &Fetched) -> String {
    if document.body.starts_with(&[0x1f, 0x8b]) {
        let inflated = Inflater::new("gzip", INFLATED, 200).and_then(|mut inflater| {
            inflater.push(&document.body).ok()?;
            inflater.end().ok()
        });
        return String::from_utf8_lossy(&inflated.unwrap_or_default()).into_owned();
    }
    let plain = document.header(&CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/plain"));
    if plain && !document.body.trim_ascii_start().starts_with(b"<") {
        // One address per line is a sitemap, too.
        let lines = document.text();
        return lines.lines().map(|line| format!("<loc>{}</loc>\n", line.trim())).collect();
    }
    document.text().into_owned()
}

/// What a sitemap file lists.
#[derive(Debug, PartialEq, Eq)]
enum Sitemap {
    Pages(Vec<Url>),
    /// More sitemaps.
    Index(Vec<Url>),
}

fn read_sitemap(xml: &str, many: usize) -> Sitemap {
    let mut urls = Vec::new();
    let mut rest = xml;
    while urls.len() < many
        && let Some((_, after)) = rest.split_once("<loc")
        && let Some((attributes, after)) = after.split_once('>')
        && let Some((value, after)) = after.split_once("</loc")
    {
        rest = after;
        // `<location>` is another element.
        if attributes.is_empty() || attributes.starts_with(char::is_whitespace) {
            urls.extend(address(value));
        }
    }
    if xml.contains("<sitemapindex") { Sitemap::Index(urls) } else { Sitemap::Pages(urls) }
}

fn address(value: &str) -> Option<Url> {
    let value = value.trim();
    let value = value.strip_prefix("<![CDATA[").and_then(|value| value.strip_suffix("]]>")).unwrap_or(value);
    if value.len() > LONGEST {
        return None;
    }
    // XML's own five entities; a document's own ones are not looked at.
    let value =
        value.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    Url::parse(&value.replace("&amp;", "&")).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(list: &[&str]) -> Vec<Url> {
        list.iter().map(|url| Url::parse(url).unwrap()).collect()
    }

    #[test]
    fn pages_and_indexes_are_told_apart() {
        let pages = "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
            <url><loc>https://a.example/?x=1&amp;y=2</loc><lastmod>2026-01-01</lastmod></url>\
            <url><loc> <![CDATA[https://a.example/b]]> </loc></url><url><loc>javascript:x</loc></url></urlset>";
        assert_eq!(
            read_sitemap(pages, 10),
            Sitemap::Pages(urls(&["https://a.example/?x=1&y=2", "https://a.example/b"]))
        );
        let index = "<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(read_sitemap(index, 10), Sitemap::Index(urls(&["https://a.example/1.xml"])));
    }

    #[test]
    fn entities_are_not_expanded_and_caps_hold() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><urlset><url><loc>https://a.example/&b;\
            </loc></url></urlset>";
        let Sitemap::Pages(found) = read_sitemap(bomb, 10) else { panic!("an index") };
        assert_eq!(found[0].as_str(), "https://a.example/&b;");
        let many = "<loc>https://a.example/</loc>".repeat(100_000);
        assert_eq!(read_sitemap(&many, 7), Sitemap::Pages(urls(&["https://a.example/"; 7])));
        let long = format!("<loc>https://a.example/{}</loc><loc", "a".repeat(3_000));
        assert_eq!(read_sitemap(&long, 7), Sitemap::Pages(Vec::new()));
    }
}
