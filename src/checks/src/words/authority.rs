//! "Authoritative": an outside address that vouches for something.

use url::{Host, Url};

use crate::page::Link;

/// Hosts (registrable domains) where anybody posts anything, or that only point elsewhere.
const NO_SOURCES: &[&str] = &[
    // social networks and places to chat
    "facebook.com",
    "fb.com",
    "instagram.com",
    "threads.net",
    "threads.com",
    "x.com",
    "twitter.com",
    "tiktok.com",
    "linkedin.com",
    "pinterest.com",
    "snapchat.com",
    "reddit.com",
    "quora.com",
    "tumblr.com",
    "vk.com",
    "weibo.com",
    "whatsapp.com",
    "wa.me",
    "t.me",
    "telegram.me",
    "discord.com",
    "discord.gg",
    "bsky.app",
    "xing.com",
    // shorteners and share buttons
    "bit.ly",
    "t.co",
    "goo.gl",
    "tinyurl.com",
    "ow.ly",
    "buff.ly",
    "is.gd",
    "lnkd.in",
    "rebrand.ly",
    "amzn.to",
    "addtoany.com",
    "sharethis.com",
    "addthis.com",
    "getpocket.com",
    "linktr.ee",
    // results of a search, not a source
    "google.com",
    "bing.com",
    "duckduckgo.com",
    "yahoo.com",
    "baidu.com",
    "yandex.com",
    "yandex.ru",
    "perplexity.ai",
    "chatgpt.com",
    "gemini.google.com",
];

/// Sites of an operator in `NO_SOURCES` that are documents all the same.
const SOURCES: &[&str] = &[
    "developers.google.com",
    "cloud.google.com",
    "support.google.com",
    "scholar.google.com",
    "books.google.com",
    "patents.google.com",
    "research.google.com",
    "blog.google.com",
    "engineering.linkedin.com",
    "policies.google.com",
];

/// The part of a host that somebody registered: `acme.co.uk` of `www.acme.co.uk`. Addresses of machines stand alone.
pub(crate) fn registrable(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            Some(psl::domain_str(&name).map_or(name.clone(), str::to_owned))
        }
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(address) => Some(address.to_string()),
    }
}

/// Whether the link cites a source outside the site: in the main text, to a public host of somebody else that is no
/// network, shortener or search result, with words to follow, and not paid for or posted by a visitor.
pub(crate) fn is_authoritative(link: &Link, own: &[String]) -> bool {
    let Some(url) = &link.url else { return false };
    let disowned =
        link.rel.split_whitespace().any(|rel| matches!(rel, "sponsored" | "ugc" | "license" | "author"));
    if !link.main || disowned || link.text.trim().is_empty() || !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    let (Some(Host::Domain(host)), Some(domain)) = (url.host(), registrable(url)) else { return false };
    let host = host.trim_end_matches('.').trim_start_matches("www.");
    is_public(host)
        && !own.contains(&domain)
        && (SOURCES.contains(&host) || !NO_SOURCES.contains(&domain.as_str()))
}

/// Names that the public can resolve: with a dot, and under no name that is reserved for other uses (RFC 6761).
fn is_public(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or("");
    host.contains('.')
        && !matches!(
            last,
            "localhost" | "local" | "internal" | "test" | "invalid" | "example" | "onion" | "arpa"
        )
}

/// Hosts of known profiles: what `sameAs` can point at.
const PROFILES: &[&str] = &[
    "wikipedia.org",
    "wikidata.org",
    "linkedin.com",
    "crunchbase.com",
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "x.com",
    "twitter.com",
    "facebook.com",
    "instagram.com",
    "threads.net",
    "threads.com",
    "youtube.com",
    "tiktok.com",
    "bsky.app",
    "pinterest.com",
    "medium.com",
    "reddit.com",
    "xing.com",
    "vimeo.com",
    "twitch.tv",
    "mastodon.social",
    "fosstodon.org",
    "hachyderm.io",
    "discord.gg",
    "discord.com",
    "t.me",
    "g2.com",
    "capterra.com",
    "trustpilot.com",
    "glassdoor.com",
    "producthunt.com",
    "yelp.com",
    "tripadvisor.com",
    "bloomberg.com",
    "dnb.com",
    "opencorporates.com",
    "orcid.org",
    "isni.org",
    "viaf.org",
    "gleif.org",
    "d-nb.info",
    "npmjs.com",
    "crates.io",
    "pypi.org",
    "docker.com",
    "huggingface.co",
    "stackoverflow.com",
    "apple.com",
    "google.com",
    "imdb.com",
    "musicbrainz.org",
    "openstreetmap.org",
];

/// Whether the address is a profile on a known host (a page of it, not its front door).
pub(crate) fn is_profile(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let known = registrable(&url).is_some_and(|domain| PROFILES.contains(&domain.as_str()));
    // Any server of the fediverse: /@name.
    let fediverse = url.path().starts_with("/@");
    (known || fediverse) && url.path().len() > 1
}
