//! Walking a site breadth first, one page at a time, as fast as its pages are taken and its pauses allow.

use std::collections::{HashSet, VecDeque};
use std::fmt;

use url::Url;

use super::error::FetchError;
use super::extract::{ExtractError, Extracted, read};
use super::fetched::Fetched;
use super::fetcher::Fetcher;
use super::sitemap;

/// How far a walk goes.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Pages given out.
    pub pages: usize,
    /// Documents asked for, whatever came of them.
    pub requests: usize,
    /// Links between the seed and a page.
    pub depth: usize,
    /// Inflated bytes of all documents.
    pub bytes: u64,
    /// Only below this path; by default the folder of the seed.
    pub prefix: Option<String>,
    /// Begin with what the site's sitemaps list, too.
    pub sitemaps: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { pages: 500, requests: 2_000, depth: 10, bytes: 200 << 20, prefix: None, sitemaps: true }
    }
}

/// What became of one address.
#[derive(Debug)]
pub enum Step {
    Page(Box<CrawledPage>),
    Skipped { url: Url, why: Skip },
}

/// A page of the walk.
#[derive(Debug)]
pub struct CrawledPage {
    pub fetched: Fetched,
    pub extracted: Extracted,
    pub depth: usize,
}

/// Why an address gave no page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    Failed(FetchError),
    Unreadable(ExtractError),
    Status(u16),
    /// It says the same as a page before.
    SameAs(Url),
    /// It asks not to be indexed; its links are followed.
    NoIndex,
    /// It only leads on.
    LeadsTo(Url),
    /// It redirects out of where the walk may go.
    Outside(Url),
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Skip::Failed(error) => error.fmt(f),
            Skip::Unreadable(error) => error.fmt(f),
            Skip::Status(status) => write!(f, "it answers with status {status}"),
            Skip::SameAs(url) => write!(f, "it says the same as {url}"),
            Skip::NoIndex => f.write_str("it asks not to be indexed"),
            Skip::LeadsTo(url) => write!(f, "it only leads to {url}"),
            Skip::Outside(url) => write!(f, "it redirects to {url}, which is outside of what is walked"),
        }
    }
}

/// After this many failures in a row the host is taken to be down.
const PATIENCE: usize = 5;
/// Addresses that wait to be asked for.
const FRONTIER: usize = 50_000;

/// A walk on its way: ask it for the next step until there is none.
pub struct Crawl {
    fetcher: Fetcher,
    limits: Limits,
    seed: Url,
    prefix: String,
    queue: VecDeque<(Url, usize)>,
    seen: HashSet<Url>,
    said: Vec<(String, Url)>,
    begun: bool,
    requests: usize,
    bytes: u64,
    failures: usize,
}

impl Fetcher {
    /// A walk that begins at `seed` and stays on its scheme, host and port, below its folder.
    pub fn crawl(&self, mut seed: Url, limits: Limits) -> Crawl {
        seed.set_fragment(None);
        let folder = seed.path().rfind('/').map_or("/", |end| &seed.path()[..=end]).to_owned();
        Crawl {
            fetcher: self.clone(),
            prefix: limits.prefix.clone().unwrap_or(folder),
            queue: VecDeque::from([(seed.clone(), 0)]),
            seen: HashSet::from([seed.clone()]),
            said: Vec::new(),
            begun: false,
            requests: 0,
            bytes: 0,
            failures: 0,
            limits,
            seed,
        }
    }
}

impl Crawl {
    /// The next page, or why there is none at an address. `None` when the walk is over.
    pub async fn next(&mut self) -> Option<Step> {
        if !self.begun {
            self.begun = true;
            self.begin_with_sitemaps().await;
        }
        let over = self.said.len() >= self.limits.pages
            || self.requests >= self.limits.requests
            || self.bytes >= self.limits.bytes
            || self.failures >= PATIENCE;
        if over {
            return None;
        }
        let (url, depth) = self.queue.pop_front()?;
        self.requests += 1;
        Some(match self.step(&url, depth).await {
            Ok(page) => Step::Page(Box::new(page)),
            Err(why) => {
                let failed = matches!(&why, Skip::Failed(error) if error.is_temporary());
                self.failures = if failed { self.failures + 1 } else { 0 };
                Step::Skipped { url, why }
            }
        })
    }

    async fn step(&mut self, url: &Url, depth: usize) -> Result<CrawledPage, Skip> {
        let fetched = self.fetcher.fetch_url(url.clone()).await.map_err(Skip::Failed)?;
        self.failures = 0;
        self.bytes = self.bytes.saturating_add(fetched.body.len() as u64);
        if fetched.url != *url {
            if !self.is_inside(&fetched.url) {
                return Err(Skip::Outside(fetched.url));
            }
            if !self.seen.insert(fetched.url.clone()) {
                return Err(Skip::LeadsTo(fetched.url));
            }
        }
        if !fetched.is_success() {
            return Err(Skip::Status(fetched.status));
        }
        let (fetched, extracted) = read_apart(fetched).await?;
        if let Some(to) = extracted.refresh {
            self.enqueue(to.clone(), depth);
            return Err(Skip::LeadsTo(to));
        }
        if depth < self.limits.depth {
            extracted.links.iter().for_each(|link| self.enqueue(link.clone(), depth + 1));
        }
        if extracted.noindex {
            return Err(Skip::NoIndex);
        }
        if let Some((_, other)) = self.said.iter().find(|(hash, _)| *hash == extracted.hash) {
            return Err(Skip::SameAs(other.clone()));
        }
        self.said.push((extracted.hash.clone(), fetched.url.clone()));
        Ok(CrawledPage { fetched, extracted, depth })
    }

    async fn begin_with_sitemaps(&mut self) {
        if !self.limits.sitemaps {
            return;
        }
        // A site without a sitemap, or with one that can't be read, is walked by its links alone.
        for url in sitemap::pages(&self.fetcher, &self.seed, self.limits.pages).await {
            self.enqueue(url, 1);
        }
    }

    fn enqueue(&mut self, mut url: Url, depth: usize) {
        url.set_fragment(None);
        if self.queue.len() < FRONTIER
            && self.is_inside(&url)
            && is_page(url.path())
            && self.seen.insert(url.clone())
        {
            self.queue.push_back((url, depth));
        }
    }

    fn is_inside(&self, url: &Url) -> bool {
        url.origin() == self.seed.origin() && url.path().starts_with(&self.prefix)
    }
}

/// Reading takes processor time, so that it is done beside the reactor's threads.
async fn read_apart(fetched: Fetched) -> Result<(Fetched, Extracted), Skip> {
    let url = fetched.url.to_string();
    let done = tokio::task::spawn_blocking(move || {
        let extracted = read(&fetched);
        (fetched, extracted)
    });
    match done.await {
        Ok((fetched, extracted)) => Ok((fetched, extracted.map_err(Skip::Unreadable)?)),
        Err(error) => Err(Skip::Failed(FetchError::Broken { url, why: error.to_string() })),
    }
}

/// Whether an address may be a page, as far as its name tells.
fn is_page(path: &str) -> bool {
    const FILES: &[&str] = &[
        "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "css", "js", "mjs", "json", "xml", "pdf",
        "zip", "gz", "tar", "tgz", "bz2", "xz", "7z", "rar", "exe", "dmg", "deb", "rpm", "mp3", "mp4",
        "webm", "ogg", "wav", "avi", "mov", "woff", "woff2", "ttf", "otf", "eot", "wasm", "map", "doc",
        "docx", "xls", "xlsx", "ppt", "pptx", "csv", "rss", "atom",
    ];
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .is_none_or(|(_, extension)| !FILES.contains(&extension.to_ascii_lowercase().as_str()))
}
