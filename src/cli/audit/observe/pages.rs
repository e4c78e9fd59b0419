//! The pages that are judged: breadth first from the address, on its origin. Other than a crawl for sources it keeps
//! what has gone wrong too: error pages, redirects, pages that ask not to be indexed.

use std::collections::{HashSet, VecDeque};

use checks::Document;
use indicatif::ProgressBar;
use url::Url;

use crate::crawl::{FetchError, Fetched, Fetcher, read_document};

/// Addresses that wait; a site with more is sampled well enough by these.
const WAITING: usize = 10_000;
/// Addresses asked for per page judged, so that a site of nothing but downloads ends too.
const TRIES: usize = 3;

/// What a walk brought.
pub(super) struct Walk {
    /// Where the given address led.
    pub home: Url,
    pub documents: Vec<Document>,
    /// Links of each document, in the same order.
    pub links: Vec<Vec<Url>>,
    /// Pages that were found and not asked for.
    pub waiting: usize,
}

/// Walks until `most` pages are there.
///
/// # Errors
/// If the first address cannot be fetched. Later ones that cannot be are left out.
pub(super) async fn walk(
    fetcher: &Fetcher,
    url: Url,
    most: usize,
    depth: usize,
    bar: &ProgressBar,
) -> Result<Walk, FetchError> {
    let first = fetcher.fetch_url(url).await?;
    let mut walk = Walk { home: first.url.clone(), documents: Vec::new(), links: Vec::new(), waiting: 0 };
    let mut seen = HashSet::from([plain(&first.url)]);
    let mut queue = VecDeque::new();
    let mut tries = most.saturating_mul(TRIES);
    let mut next = Some((first, 0));
    while let Some((fetched, at)) = next.take() {
        if fetched.is_html() && fetched.url.origin() == walk.home.origin() {
            let (document, links) = take(fetched).await;
            if at < depth {
                for link in links.iter().filter(|link| link.origin() == walk.home.origin()) {
                    let link = plain(link);
                    if queue.len() < WAITING && seen.insert(link.clone()) {
                        queue.push_back((link, at + 1));
                    }
                }
            }
            walk.documents.push(document);
            walk.links.push(links);
            bar.inc(1);
        }
        while next.is_none() && walk.documents.len() < most && tries > 0 {
            let Some((url, at)) = queue.pop_front() else { break };
            tries -= 1;
            let fetched = fetcher.fetch_url(url.clone()).await.ok();
            // A redirect to a page that was judged already is no further page.
            let fetched = fetched.filter(|fetched| fetched.url == url || seen.insert(plain(&fetched.url)));
            next = fetched.map(|fetched| (fetched, at));
        }
    }
    walk.waiting = queue.len();
    Ok(walk)
}

/// Reading a page for its links takes processor time.
async fn take(fetched: Fetched) -> (Document, Vec<Url>) {
    let document = document(&fetched);
    let links = tokio::task::spawn_blocking(move || {
        read_document(&fetched).map(|read| read.links).unwrap_or_default()
    });
    (document, links.await.unwrap_or_default())
}

/// The document as the checks want it.
pub(super) fn document(fetched: &Fetched) -> Document {
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Document {
        url: fetched.url.clone(),
        status: fetched.status,
        headers: fetched.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: fetched.text().into_owned(),
        hops: u8::try_from(fetched.hops.len()).unwrap_or(u8::MAX),
        first_byte_ms: u32::try_from(fetched.first_byte.as_millis()).ok(),
    }
}

fn plain(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
