//! What a sitemap file lists (sitemaps.org), read without an XML parser: no entities, no bombs.

/// A sitemap or an index of sitemaps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sitemap {
    /// Addresses of pages.
    pub pages: Vec<String>,
    /// Addresses of further sitemaps.
    pub parts: Vec<String>,
    /// `lastmod` values that are not W3C dates.
    pub bad_lastmod: Vec<String>,
}

/// Reads the addresses and dates. What is no sitemap holds none.
pub(super) fn read(text: &str) -> Sitemap {
    let locations: Vec<String> = values(text, "loc").map(unescape).collect();
    let bad_lastmod = values(text, "lastmod").filter(|date| !is_date(date)).map(ToOwned::to_owned).collect();
    if text.contains("<sitemapindex") {
        return Sitemap { parts: locations, bad_lastmod, ..Sitemap::default() };
    }
    Sitemap { pages: locations, bad_lastmod, ..Sitemap::default() }
}

fn values<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find(&open)? + open.len();
        let end = begin + rest[begin..].find(&close)?;
        let value = rest[begin..end].trim();
        rest = &rest[end..];
        Some(value)
    })
}

/// The five entities of XML; a sitemap may hold no others.
fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

/// A W3C date: a year, a month, a day, or a time with its zone.
fn is_date(text: &str) -> bool {
    match text.len() {
        4 => text.bytes().all(|byte| byte.is_ascii_digit()),
        7 => format!("{text}-01").parse::<jiff::civil::Date>().is_ok(),
        10 => text.parse::<jiff::civil::Date>().is_ok(),
        _ => text.parse::<jiff::Timestamp>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_parts_and_dates_are_told_apart() {
        let read_pages = read(
            "<urlset><url><loc> https://a.example/?a=1&amp;b=2 </loc><lastmod>2026-11-21T10:00:00+01:00</lastmod></url>\
             <url><loc>https://a.example/b</loc><lastmod>yesterday</lastmod></url></urlset>",
        );
        assert_eq!(read_pages.pages, ["https://a.example/?a=1&b=2", "https://a.example/b"]);
        assert_eq!(read_pages.bad_lastmod, ["yesterday"]);
        let index =
            read("<sitemapindex><sitemap><loc>https://a.example/s1.xml</loc></sitemap></sitemapindex>");
        assert_eq!((index.parts.len(), index.pages.len()), (1, 0));
        assert_eq!(read("<html>no sitemap"), Sitemap::default());
    }
}
