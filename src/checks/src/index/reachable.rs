//! reachable: three clicks at most from the home page, few broken internal links.

use std::collections::{HashMap, HashSet, VecDeque};

use url::Url;

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::page::Page;
use crate::site::Site;
use crate::subject::{Liveness, without_fragment};

pub(crate) static CHECK: Check = Check {
    id: "reachable",
    category: Category::Index,
    weight: 1.0,
    effort: Effort::Medium,
    page_controls: false,
    why: "A page that no link leads to is found late or never, and a broken link ends a crawl.",
    judge: Judge::Site(judge),
};

const DEEPEST: usize = 3;

fn judge(site: &Site<'_>) -> Seen {
    if site.pages.len() < 2 {
        return Seen::unmeasured("one page alone has no links to follow");
    }
    let far = far(site);
    let (links, broken) = internal(site);
    let near = far.is_empty();
    let sound = broken.len() * 100 <= links;
    let fix = "Link every page within three clicks of the home page, and mend broken internal links.";
    Seen::scale(near && sound, near || sound, fix)
        .seen_all(far.into_iter().map(|url| format!("more than {DEEPEST} clicks away: {url}")))
        .seen_all(broken.into_iter().map(|url| format!("broken: {url}")))
}

/// Pages that no chain of three links leads to from the home page.
fn far(site: &Site<'_>) -> Vec<String> {
    let at: HashMap<String, usize> =
        site.pages.iter().enumerate().map(|(at, page)| (without_fragment(page.url()), at)).collect();
    let Some(home) = site.home().and_then(|home| at.get(&without_fragment(home.url()))) else {
        return Vec::new();
    };
    let mut depth: HashMap<usize, usize> = HashMap::from([(*home, 0)]);
    let mut queue = VecDeque::from([*home]);
    while let Some(page) = queue.pop_front() {
        let clicks = depth[&page] + 1;
        for url in site.pages[page].links.iter().filter_map(|link| link.url.as_ref()) {
            if let Some(next) = at.get(&without_fragment(url)).filter(|next| !depth.contains_key(next)) {
                depth.insert(*next, clicks);
                queue.push_back(*next);
            }
        }
    }
    // Where pages between were not sampled, a page that no chain leads to may still be near.
    let sampled: HashSet<String> =
        site.subject.documents.iter().map(|document| without_fragment(&document.url)).collect();
    let seen = |url: &Url| sampled.contains(&without_fragment(url)) || is_file(url);
    let whole = site.pages.iter().flat_map(internal_links).all(seen);
    let beyond = |page: &usize| depth.get(page).map_or(whole, |clicks| *clicks > DEEPEST);
    (0..site.pages.len()).filter(beyond).map(|page| site.pages[page].url().to_string()).collect()
}

fn internal_links<'p>(page: &'p Page<'_>) -> impl Iterator<Item = &'p Url> {
    let host = page.url().host();
    page.links.iter().filter_map(|link| link.url.as_ref()).filter(move |url| url.host() == host)
}

/// What is no page: a download, a feed, the Markdown of a page.
fn is_file(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or("");
    name.rsplit_once('.').is_some_and(|(_, end)| !matches!(end, "html" | "htm" | "php" | "aspx"))
}

/// The internal links whose answer is known, and those of them that are broken.
fn internal(site: &Site<'_>) -> (usize, Vec<String>) {
    let status: HashMap<String, u16> = site
        .subject
        .documents
        .iter()
        .map(|document| (without_fragment(&document.url), document.status))
        .collect();
    let mut known: HashMap<String, bool> = HashMap::new();
    for page in &site.pages {
        for url in internal_links(page) {
            let key = without_fragment(url);
            let dead = match (status.get(&key), site.subject.liveness(url)) {
                (Some(status), _) => *status >= 400,
                (None, Liveness::Dead) => true,
                (None, Liveness::Live) => false,
                (None, Liveness::Unknown) => continue,
            };
            known.insert(key, dead);
        }
    }
    let mut broken: Vec<String> =
        known.iter().filter(|(_, dead)| **dead).map(|(url, _)| url.clone()).collect();
    broken.sort_unstable();
    (known.len(), broken)
}
