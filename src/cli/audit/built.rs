//! The files of a built site, and what the checks may know from them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use checks::robots::Robots;
use checks::{Document, Liveness, RobotsTxt, SitemapSeen, Subject};
use jiff::Timestamp;
use press::{OutFile, Sink};
use rayon::prelude::*;
use url::Url;

use super::{Observed, sitemap};
use crate::crawl;

/// Files by path. Only texts that are judged are kept; of the others it is enough that they are there.
#[derive(Default)]
pub(super) struct Built {
    texts: BTreeMap<String, String>,
    others: BTreeSet<String>,
}

impl Built {
    pub(super) fn add(&mut self, path: String, bytes: &[u8]) {
        if Built::wants(&path) {
            self.texts.insert(path, String::from_utf8_lossy(bytes).into_owned());
        } else {
            self.others.insert(path);
        }
    }

    /// Notes a file whose bytes do not matter.
    pub(super) fn note(&mut self, path: String) {
        self.others.insert(path);
    }

    /// Whether a file's text is judged.
    pub(super) fn wants(path: &str) -> bool {
        path.ends_with(".html")
            || path == "robots.txt"
            || (path.starts_with("sitemap") && path.ends_with(".xml"))
    }

    /// Where the site will be, by what it says itself: the canonical address of its home page.
    pub(super) fn says_its_address(&self) -> Option<Url> {
        let home = self.texts.get("index.html")?;
        let anywhere = Url::parse("http://localhost/").ok()?;
        crawl::extract(home, &anywhere).ok()?.canonical
    }

    /// All that can be known without a network.
    pub(super) fn observe(self, base: &Url, most: usize, now: Timestamp) -> Observed {
        // What the site asks crawlers to leave alone is no more a page here than it is over the network. A site that
        // is closed as a whole is judged all the same, so that its owner hears of it.
        let robots = Robots::parse(self.texts.get("robots.txt").map_or("", String::as_str));
        let open = |path: &String| robots.decide("*", &address(base, path)).allowed;
        let mut pages: Vec<&String> = self.texts.keys().filter(|path| self.is_page(path)).collect();
        if pages.iter().any(|path| open(path)) {
            pages.retain(|path| open(path));
        }
        let found = pages.len();
        let documents: Vec<Document> = sample(&pages, most)
            .into_iter()
            .map(|path| Document::html(address(base, path), self.texts[path].as_str()))
            .collect();
        let there: BTreeSet<String> =
            self.texts.keys().chain(&self.others).map(|path| address(base, path).into()).collect();
        let mut subject = Subject::new(documents, now);
        let body = self.texts.get("robots.txt").cloned();
        subject.robots = Some(RobotsTxt {
            status: Some(if body.is_some() { 200 } else { 404 }),
            body: body.unwrap_or_default(),
        });
        subject.sitemap = Some(self.sitemap(base, &there));
        subject.links = links(&subject.documents, base, &there);
        Observed { subject, found }
    }

    /// Error pages and redirects of the kind that a static site has are no pages of the site.
    fn is_page(&self, path: &str) -> bool {
        let is_redirect = |text: &String| text.len() < 2_000 && text.contains("http-equiv=\"refresh\"");
        path.ends_with(".html") && path != "404.html" && !self.texts.get(path).is_some_and(is_redirect)
    }

    fn sitemap(&self, base: &Url, there: &BTreeSet<String>) -> SitemapSeen {
        let mut seen = SitemapSeen::default();
        for (path, text) in self.texts.iter().filter(|(path, _)| path.ends_with(".xml")) {
            let read = sitemap::read(text);
            seen.files.push(address(base, path).into());
            seen.most_urls = seen.most_urls.max(read.pages.len() as u64);
            seen.largest_bytes = seen.largest_bytes.max(text.len() as u64);
            seen.sampled += u32::try_from(read.pages.len()).unwrap_or(u32::MAX);
            seen.sound += u32::try_from(read.pages.iter().filter(|url| there.contains(*url)).count())
                .unwrap_or(u32::MAX);
            seen.bad_lastmod.extend(read.bad_lastmod);
        }
        seen
    }
}

/// Evenly spread over all, the first one (the home page, where there is one) with it.
fn sample<'a>(pages: &[&'a String], most: usize) -> Vec<&'a String> {
    let mut ordered: Vec<&String> = pages.to_vec();
    ordered.sort_by_key(|path| (*path != "index.html", path.as_str()));
    let count = ordered.len().min(most);
    (0..count).map(|at| ordered[at * ordered.len() / count]).collect()
}

/// The address of a file: folders stand for their `index.html`.
fn address(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let folder = path.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/'));
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(folder.unwrap_or(path).split('/'));
    }
    url
}

/// Which links inside the site lead somewhere. Of other sites nothing is known here.
fn links(documents: &[Document], base: &Url, there: &BTreeSet<String>) -> BTreeMap<String, Liveness> {
    let inside: BTreeSet<String> = documents
        .par_iter()
        .flat_map_iter(|document| {
            crawl::extract(&document.body, &document.url).map(|read| read.links).unwrap_or_default()
        })
        .filter(|link| link.origin() == base.origin() && link.path().starts_with(base.path()))
        .map(|mut link| {
            link.set_fragment(None);
            link.set_query(None);
            link.into()
        })
        .collect();
    let judged = inside.into_iter().map(|link| {
        let found = there.contains(&link) || there.contains(&format!("{link}/"));
        (link, if found { Liveness::Live } else { Liveness::Dead })
    });
    judged.chain(there.iter().map(|link| (link.clone(), Liveness::Live))).collect()
}

/// Takes a site that is built in memory.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Built>);

impl Shelf {
    pub(super) fn into_built(self) -> Built {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Shelf {
    fn write(&self, file: OutFile<'_>) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(file.path.to_owned(), file.bytes);
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).texts.remove(path);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(files: &[(&str, &str)]) -> Built {
        let mut built = Built::default();
        files.iter().for_each(|(path, text)| built.add((*path).to_owned(), text.as_bytes()));
        built
    }

    #[test]
    fn files_get_the_addresses_they_will_have_and_links_to_nowhere_are_dead() {
        let page = "<title>t</title><main><p>Words here.</p><a href='/docs/a/'>a</a> <a href='/docs/gone/#x'>g</a></main>";
        let built =
            built(&[("index.html", page), ("a/index.html", page), ("404.html", page), ("pic.png", "")]);
        let base = Url::parse("https://a.example/docs/").unwrap();
        let observed = built.observe(&base, 10, Timestamp::UNIX_EPOCH);
        let urls: Vec<&str> =
            observed.subject.documents.iter().map(|document| document.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/docs/", "https://a.example/docs/a/"]);
        let links = &observed.subject.links;
        assert_eq!(links["https://a.example/docs/a/"], Liveness::Live);
        assert_eq!(links["https://a.example/docs/gone/"], Liveness::Dead);
        assert_eq!(links["https://a.example/docs/pic.png"], Liveness::Live);
    }

    #[test]
    fn what_robots_txt_closes_to_all_is_not_judged() {
        let page = "<title>t</title><main>Words here.</main>";
        let rules = "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /tags/\nAllow: /\n";
        let built = built(&[("index.html", page), ("tags/a/index.html", page), ("robots.txt", rules)]);
        let observed = built.observe(&Url::parse("https://a.example/").unwrap(), 10, Timestamp::UNIX_EPOCH);
        let urls: Vec<&str> = observed.subject.documents.iter().map(|one| one.url.as_str()).collect();
        assert_eq!((observed.found, urls), (1, vec!["https://a.example/"]));
    }

    #[test]
    fn a_sample_is_spread_over_the_site_and_has_the_home_page() {
        let paths: Vec<String> =
            (0..100).map(|n| format!("a{n:02}/index.html")).chain(["index.html".into()]).collect();
        let all: Vec<&String> = paths.iter().collect();
        let sample = sample(&all, 10);
        assert_eq!((sample.len(), sample[0].as_str()), (10, "index.html"));
        assert!(sample[9].as_str() > "a80", "{sample:?}");
    }
}
