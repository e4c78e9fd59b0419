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
    let answers: Vec<(Url, Answer)> =
        stream::iter(ask).map(|url| one(fetcher, url)).buffer_unordered(AT_ONCE).collect().await;
    known.extend(judged(answers, home));
    known
}

/// What came of asking for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Known(Liveness),
    /// Its host has no address, or this machine has nobody to ask for addresses.
    Nameless,
}

async fn one(fetcher: &Fetcher, url: Url) -> (Url, Answer) {
    let answer = match fetcher.fetch_url(url.clone()).await {
        Ok(found) => Answer::Known(by_status(found.status)),
        Err(FetchError::NoAddress { .. }) => Answer::Nameless,
        Err(FetchError::RedirectLoop { .. } | FetchError::TooManyRedirects { .. }) => {
            Answer::Known(Liveness::Dead)
        }
        Err(_) => Answer::Known(Liveness::Unknown),
    };
    (url, answer)
}

/// A name without address is dead where other sites' names have one. Where none has, this machine is offline, and
/// nothing is known.
fn judged(answers: Vec<(Url, Answer)>, home: &Url) -> impl Iterator<Item = (String, Liveness)> {
    let outside = |url: &Url| url.origin() != home.origin();
    let online = answers.iter().any(|(url, answer)| outside(url) && *answer != Answer::Nameless);
    answers.into_iter().map(move |(url, answer)| {
        let liveness = match answer {
            Answer::Known(liveness) => liveness,
            Answer::Nameless if online => Liveness::Dead,
            Answer::Nameless => Liveness::Unknown,
        };
        (url.into(), liveness)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_could_not_be_tried_is_not_called_dead() {
        let url = |text: &str| Url::parse(text).unwrap();
        let home = url("http://acme.example/");
        let of = |answers: &[(&str, Answer)]| -> Vec<Liveness> {
            let answers = answers.iter().map(|(address, answer)| (url(address), *answer)).collect();
            judged(answers, &home).map(|(_, liveness)| liveness).collect()
        };
        let (nameless, live) = (Answer::Nameless, Answer::Known(Liveness::Live));
        let offline =
            [("http://acme.example/a", live), ("https://a.test/", nameless), ("https://b.test/", nameless)];
        assert_eq!(of(&offline), [Liveness::Live, Liveness::Unknown, Liveness::Unknown]);
        assert_eq!(
            of(&[("https://a.test/", nameless), ("https://b.test/", live)]),
            [Liveness::Dead, Liveness::Live]
        );
    }
}
