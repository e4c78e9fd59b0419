//! What was observed of a website. The caller fetches (or renders); this crate only looks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use url::Url;

/// A document as it came over the wire, or as it will be published.
#[derive(Debug, Clone)]
pub struct Document {
    /// The address that answered, after redirects.
    pub url: Url,
    /// HTTP status of that answer.
    pub status: u16,
    /// Header fields in the order received; names are compared without regard to case.
    pub headers: Vec<(String, String)>,
    /// The body, decoded to text.
    pub body: String,
    /// Redirects followed before this answer.
    pub hops: u8,
    /// Milliseconds to the first byte; `None` for a page that was rendered or read from a file, of which nothing is
    /// known about redirects either.
    pub first_byte_ms: Option<u32>,
}

impl Document {
    /// A page of HTML that answered 200 without redirects: what a rendered page will be once it is published.
    pub fn html(url: Url, body: impl Into<String>) -> Document {
        let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        Document { url, status: 200, headers, body: body.into(), hops: 0, first_byte_ms: None }
    }

    /// The values of a header field, in order.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// Whether it came over a network, so that its status and redirects were seen.
    pub(crate) fn is_fetched(&self) -> bool {
        self.first_byte_ms.is_some() || self.hops > 0 || self.status != 200
    }

    /// Whether the page checks can judge it: answered with a success, and HTML as far as its type says.
    pub(crate) fn is_page(&self) -> bool {
        let html = self.header("content-type").next().is_none_or(|kind| {
            let kind = kind.to_ascii_lowercase();
            kind.contains("html")
        });
        (200..300).contains(&self.status) && html
    }
}

/// robots.txt as it answered.
#[derive(Debug, Clone)]
pub struct RobotsTxt {
    /// HTTP status; `None` when it did not answer in time.
    pub status: Option<u16>,
    /// The text; empty unless the status is a success.
    pub body: String,
}

/// What is known of the address a link points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Liveness {
    /// It answered with a success (after redirects).
    Live,
    /// It answered 4xx or 5xx, or its host does not exist.
    Dead,
    /// It was not asked, or did not answer clearly.
    Unknown,
}

/// Claims of a page that were looked up in the pages they cite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimSample {
    /// Claims looked up.
    pub sampled: u32,
    /// Of these, found again in the cited page.
    pub supported: u32,
}

/// The certificate, and what plain http does.
#[derive(Debug, Clone)]
pub struct HttpsSeen {
    /// The certificate is valid for the host and now.
    pub certificate_valid: bool,
    /// Redirects from the http address until https answered; `None` when http does not lead to https.
    pub redirects_to_https: Option<u8>,
    /// What was seen, for the finding (`http://acme.example/ -> 301 https://acme.example/`).
    pub evidence: String,
}

/// What is known of the sitemaps, robots' Sitemap lines followed.
#[derive(Debug, Clone, Default)]
pub struct SitemapSeen {
    /// Addresses of the sitemap files that answered.
    pub files: Vec<String>,
    /// The largest number of URLs in one file.
    pub most_urls: u64,
    /// The size of the largest file in bytes, uncompressed.
    pub largest_bytes: u64,
    /// URLs looked up.
    pub sampled: u32,
    /// Of these, answered 200 and named themselves as canonical.
    pub sound: u32,
    /// `lastmod` values that are not W3C dates, as written.
    pub bad_lastmod: Vec<String>,
}

/// One page fetched with the user agent of a bot, beside the same page fetched as a browser.
#[derive(Debug, Clone)]
pub struct BotVisit {
    /// The page.
    pub url: Url,
    /// The agent's token, as in robots.txt.
    pub agent: String,
    /// Status as a browser.
    pub browser_status: u16,
    /// Status as the bot.
    pub bot_status: u16,
    /// Visible words as a browser.
    pub browser_words: u32,
    /// Visible words as the bot.
    pub bot_words: u32,
    /// The bot was given a challenge (captcha, "checking your browser") instead of the page.
    pub challenged: bool,
}

/// Core Web Vitals, from the field or a laboratory.
#[derive(Debug, Clone, Copy, Default)]
pub struct Vitals {
    /// Largest Contentful Paint in milliseconds.
    pub lcp_ms: Option<u32>,
    /// Interaction to Next Paint in milliseconds.
    pub inp_ms: Option<u32>,
    /// Cumulative Layout Shift, unitless.
    pub cls: Option<f64>,
}

/// All that was observed. A thing that was not observed makes its check "not measured".
#[derive(Debug, Clone)]
pub struct Subject {
    /// The pages to judge.
    pub documents: Vec<Document>,
    /// The time of judging: ages are counted back from it.
    pub now: Timestamp,
    /// robots.txt, where it was asked for.
    pub robots: Option<RobotsTxt>,
    /// What is known of linked addresses; the key is the absolute URL without its fragment.
    pub links: BTreeMap<String, Liveness>,
    /// Claims looked up, by the page's URL.
    pub claims: BTreeMap<String, ClaimSample>,
    /// The certificate and the http redirect.
    pub https: Option<HttpsSeen>,
    /// Status of an address that cannot exist; a redirect is its 3xx.
    pub missing_path_status: Option<u16>,
    /// The sitemaps; an empty `files` means that none was found.
    pub sitemap: Option<SitemapSeen>,
    /// Pages fetched as bots.
    pub bot_visits: Vec<BotVisit>,
    /// Core Web Vitals of the site.
    pub vitals: Option<Vitals>,
}

impl Subject {
    /// Documents and the time, nothing else observed.
    pub fn new(documents: Vec<Document>, now: Timestamp) -> Subject {
        Subject {
            documents,
            now,
            robots: None,
            links: BTreeMap::new(),
            claims: BTreeMap::new(),
            https: None,
            missing_path_status: None,
            sitemap: None,
            bot_visits: Vec::new(),
            vitals: None,
        }
    }

    /// What is known of an address, whatever its fragment.
    pub(crate) fn liveness(&self, url: &Url) -> Liveness {
        self.links.get(&without_fragment(url)).copied().unwrap_or(Liveness::Unknown)
    }
}

/// The address as `Subject::links` knows it.
pub(crate) fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}
