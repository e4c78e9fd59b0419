//! Whether the addresses that pages point at answer: their canonical ones, and links to other sites.

use std::collections::{BTreeMap, BTreeSet};

use checks::{Document, Liveness};
use futures_util::StreamExt;
use futures_util::stream;
use url::Url;

use crate::crawl::{FetchError, Fetcher, extract};

/// Links to other sites that are asked for: each is another site's work.
const OUTSIDE: usize = 40;
/// Of one page, so that a page of links does not take them all.
const OUTSIDE_OF_ONE: usize = 5;
const CANONICAL: usize = 20;
/// Other sites asked at once. To one host the fetcher keeps its pauses.
const AT_ONCE: usize = 8;

/// What is known of linked addresses.
pub(super) async fn of(
    fetcher: &Fetcher,
    home: &Url,
    documents: &[Document],
    links: &[Vec<Url>],
) -> BTreeMap<String, Liveness> {
    let mut known: BTreeMap<String, Liveness> =
        documents.iter().map(|document| (document.url.to_string(), by_status(document.status))).collect();
    let canonical =
        documents.iter().filter_map(|document| extract(&document.body, &document.url).ok()?.canonical);
    let outside = links.iter().flat_map(|links| {
        links.iter().filter(|link| link.origin() != home.origin()).take(OUTSIDE_OF_ONE).cloned()
    });
    let unknown = |urls: BTreeSet<Url>, most: usize| {
        urls.into_iter().filter(|url| !known.contains_key(url.as_str())).take(most).collect::<Vec<Url>>()
    };
    let mut ask = unknown(canonical.map(plain).collect(), CANONICAL);
    ask.extend(unknown(outside.map(plain).collect(), OUTSIDE));
    let answers: Vec<(String, Liveness)> =
        stream::iter(ask).map(|url| one(fetcher, url)).buffer_unordered(AT_ONCE).collect().await;
    known.extend(answers);
    known
}

async fn one(fetcher: &Fetcher, url: Url) -> (String, Liveness) {
    let address = url.to_string();
    let liveness = match fetcher.fetch_url(url).await {
        Ok(found) => by_status(found.status),
        Err(
            FetchError::NoAddress { .. }
            | FetchError::RedirectLoop { .. }
            | FetchError::TooManyRedirects { .. },
        ) => Liveness::Dead,
        Err(_) => Liveness::Unknown,
    };
    (address, liveness)
}

/// Refusals are said to crawlers, not to readers: they tell nothing.
fn by_status(status: u16) -> Liveness {
    match status {
        200..=299 => Liveness::Live,
        401 | 403 | 429 => Liveness::Unknown,
        400..=599 => Liveness::Dead,
        _ => Liveness::Unknown,
    }
}

fn plain(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}
