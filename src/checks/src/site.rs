//! Everything the checks may look at: the subject, its pages read once, and what pages have in common.

use std::collections::HashMap;

use url::Url;

use crate::evidence::near_duplicates;
use crate::page::Page;
use crate::subject::{Subject, without_fragment};

pub(crate) struct Site<'s> {
    pub(crate) subject: &'s Subject,
    /// The documents that answered with HTML, in order.
    pub(crate) pages: Vec<Page<'s>>,
    /// Pages by folded title.
    titles: HashMap<String, Vec<usize>>,
    addresses: HashMap<String, usize>,
    /// For each page the first that says nearly the same.
    twins: Vec<Option<usize>>,
}

impl<'s> Site<'s> {
    pub(crate) fn read(subject: &'s Subject) -> Site<'s> {
        let documents = subject.documents.iter().enumerate().filter(|(_, document)| document.is_page());
        let pages: Vec<Page<'s>> = documents.map(|(at, document)| Page::read(at, document)).collect();
        let mut titles: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, page) in pages.iter().enumerate() {
            if let Some(title) = page.head.title() {
                titles.entry(crate::words::fold(title)).or_default().push(at);
            }
        }
        let addresses =
            pages.iter().enumerate().map(|(at, page)| (without_fragment(page.url()), at)).collect();
        let texts: Vec<String> = pages.iter().map(main_text).collect();
        Site { subject, titles, addresses, twins: near_duplicates::twins(&texts), pages }
    }

    /// Another page with the same title. Copies of one page (the same canonical address) may share it.
    pub(crate) fn sharing_title(&self, page: &Page<'_>) -> Option<&'s Url> {
        let title = page.head.title().map(crate::words::fold)?;
        let pages = self.titles.get(&title)?.iter().filter_map(|at| self.pages.get(*at));
        let other = pages.filter(|other| other.at != page.at).find(|other| !other.is_copy_of(page))?;
        Some(other.url())
    }

    /// Another page that says nearly the same and is not this one under another address.
    pub(crate) fn near_duplicate(&self, page: &Page<'_>) -> Option<&'s Url> {
        let at = self.addresses.get(&without_fragment(page.url()))?;
        let twin = self.pages.get((*self.twins.get(*at)?)?)?;
        (!twin.is_copy_of(page)).then(|| twin.url())
    }

    /// The page at this address, whatever the fragment.
    pub(crate) fn page(&self, url: &Url) -> Option<&Page<'s>> {
        self.pages.get(*self.addresses.get(&without_fragment(url))?)
    }

    /// The front door: the page with the shortest path.
    pub(crate) fn home(&self) -> Option<&Page<'s>> {
        self.pages.iter().min_by_key(|page| (page.url().path().len(), page.url().query().is_some()))
    }

    /// The address for what concerns the whole site: the home page's origin.
    pub(crate) fn origin(&self) -> String {
        let first = self.subject.documents.first().map(|document| &document.url);
        match self.home().map(Page::url).or(first) {
            Some(url) => url.join("/").unwrap_or_else(|_| url.clone()).into(),
            None => String::new(),
        }
    }

    /// The document that answered at this address, whatever the fragment.
    pub(crate) fn document(&self, url: &Url) -> Option<&crate::Document> {
        let wanted = without_fragment(url);
        self.subject.documents.iter().find(|document| document.url.as_str() == wanted)
    }
}

fn main_text(page: &Page<'_>) -> String {
    page.main_blocks().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ")
}
