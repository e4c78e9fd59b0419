//! What lies around the pages: robots.txt, https, and what answers where nothing is.

use checks::{HttpsSeen, RobotsTxt};
use url::Url;

use crate::base::Ids;
use crate::crawl::{FetchError, Fetched, Fetcher};

/// robots.txt as it answered; `None` where it says nothing about itself to this crawler.
pub(super) async fn robots(fetcher: &Fetcher, home: &Url) -> Option<RobotsTxt> {
    let url = home.join("/robots.txt").ok()?;
    match fetcher.fetch_url(url).await {
        Ok(found) if found.is_success() => {
            Some(RobotsTxt { status: Some(found.status), body: found.text().into_owned() })
        }
        Ok(found) => Some(RobotsTxt { status: Some(found.status), body: String::new() }),
        Err(FetchError::TooSlow { .. }) => Some(RobotsTxt { status: None, body: String::new() }),
        Err(_) => None,
    }
}

/// The certificate, and where plain http leads. On a port of its own a site has no second address to ask.
pub(super) async fn https(fetcher: &Fetcher, home: &Url) -> Option<HttpsSeen> {
    if home.port().is_some() {
        return None;
    }
    let mut other = home.clone();
    other.set_path("/");
    other.set_query(None);
    if home.scheme() == "https" {
        // The page was fetched, and the fetcher accepts no other certificate.
        other.set_scheme("http").ok()?;
        let found = fetcher.fetch_url(other.clone()).await.ok();
        let redirects_to_https = found.as_ref().and_then(redirects_to_https);
        let evidence = found.map_or_else(|| format!("{other} does not answer"), |found| trail(&found));
        return Some(HttpsSeen { certificate_valid: true, redirects_to_https, evidence });
    }
    other.set_scheme("https").ok()?;
    let certificate_valid = fetcher.fetch_url(other.clone()).await.is_ok();
    let answers = if certificate_valid { "answers" } else { "does not answer" };
    let evidence = format!("{home} is answered without https; {other} {answers}");
    Some(HttpsSeen { certificate_valid, redirects_to_https: None, evidence })
}

/// How many redirects it took until an address was https.
fn redirects_to_https(found: &Fetched) -> Option<u8> {
    let steps = found.hops.iter().map(|hop| &hop.url).chain([&found.url]);
    let first = steps.into_iter().position(|url| url.scheme() == "https")?;
    u8::try_from(first).ok()
}

/// `http://a.example/ -> 301 https://a.example/`
fn trail(found: &Fetched) -> String {
    let mut trail = String::new();
    for hop in &found.hops {
        trail.push_str(&format!("{} -> {} ", hop.url, hop.status));
    }
    trail + found.url.as_str()
}

/// The status of an address that cannot exist; of a redirect its own.
pub(super) async fn missing(fetcher: &Fetcher, home: &Url, ids: &Ids) -> Option<u16> {
    let name: String = ids.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let found = fetcher.fetch_url(home.join(&format!("/citepress-audit-{name}")).ok()?).await.ok()?;
    Some(found.hops.first().map_or(found.status, |hop| hop.status))
}
