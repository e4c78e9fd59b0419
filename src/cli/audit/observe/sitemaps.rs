//! The sitemaps, and whether what they list is there.

use std::collections::VecDeque;

use checks::{Document, SitemapSeen};
use url::Url;

use crate::cli::audit::sitemap;
use crate::crawl::{Fetcher, extract};

/// Sitemap files that are read.
const FILES: usize = 10;
/// Listed addresses that are looked up.
const LOOKED_UP: usize = 20;

/// What is known of the sitemaps; without files if there are none. `None` if the host may not be asked.
pub(super) async fn seen(fetcher: &Fetcher, home: &Url, documents: &[Document]) -> Option<SitemapSeen> {
    let mut open: VecDeque<Url> = fetcher.sitemaps(home).await.ok()?.into();
    if open.is_empty() {
        open.extend(home.join("/sitemap.xml"));
    }
    let mut seen = SitemapSeen::default();
    let mut listed: Vec<String> = Vec::new();
    let mut asked = 0;
    while let Some(url) = open.pop_front() {
        asked += 1;
        if asked > FILES {
            break;
        }
        let Some(found) = fetcher.fetch_url(url).await.ok().filter(|found| found.status == 200) else {
            continue;
        };
        let read = sitemap::read(&found.text());
        seen.files.push(found.url.into());
        seen.most_urls = seen.most_urls.max(read.pages.len() as u64);
        seen.largest_bytes = seen.largest_bytes.max(found.body.len() as u64);
        seen.bad_lastmod.extend(read.bad_lastmod);
        open.extend(read.parts.iter().filter_map(|part| Url::parse(part).ok()));
        listed.extend(read.pages);
    }
    let count = listed.len().min(LOOKED_UP);
    for at in 0..count {
        let Ok(url) = Url::parse(&listed[at * listed.len() / count]) else { continue };
        seen.sampled += 1;
        seen.sound += u32::from(is_sound(fetcher, &url, documents).await);
    }
    Some(seen)
}

/// Whether it answers 200 without a redirect and names no other address as canonical.
async fn is_sound(fetcher: &Fetcher, url: &Url, documents: &[Document]) -> bool {
    let (status, body, at) = match documents.iter().find(|document| document.url == *url) {
        Some(document) => (document.status, document.body.clone(), document.url.clone()),
        None => match fetcher.fetch_url(url.clone()).await {
            Ok(found) => (found.status, found.text().into_owned(), found.url),
            Err(_) => return false,
        },
    };
    let canonical = extract(&body, url).ok().and_then(|read| read.canonical);
    status == 200 && at == *url && canonical.is_none_or(|canonical| canonical == *url)
}
