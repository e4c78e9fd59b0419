//! canonical: one canonical link, absolute, to an address that answers 200.

use url::Url;

use crate::check::{Category, Check, Effort, Judge, Seen};
use crate::page::Page;
use crate::site::Site;
use crate::subject::{Liveness, without_fragment};

pub(crate) static CHECK: Check = Check {
    id: "canonical",
    category: Category::Index,
    weight: 2.0,
    effort: Effort::Small,
    page_controls: true,
    why: "The canonical address is the one an engine cites; without it, copies compete with each other.",
    judge: Judge::Page(judge),
};

fn judge(page: &Page<'_>, site: &Site<'_>) -> Seen {
    let written = written(page);
    let fix = "Write one <link rel=\"canonical\"> with the page's absolute address.";
    let [only] = written.as_slice() else {
        let none = if written.is_empty() { "no canonical link" } else { "several canonical links" };
        return Seen::fail(fix).seen(none).seen_all(written);
    };
    let told = format!("<link rel=\"canonical\" href=\"{only}\">");
    let absolute = Url::parse(only).ok();
    let Some(url) = absolute.clone().or_else(|| page.url().join(only).ok()) else {
        return Seen::fail(fix).seen(told).seen("not an address");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Seen::fail(fix).seen(told);
    }
    match answers(&url, page, site) {
        Liveness::Dead => Seen::fail("Point the canonical link at an address that answers 200.").seen(told),
        _ if absolute.is_none() => Seen::warn(fix).seen(told),
        Liveness::Live => Seen::pass().seen(told),
        Liveness::Unknown => Seen::unmeasured(format!("whether {url} answers was not asked")),
    }
}

/// The distinct canonical addresses of the head and of Link headers, as written.
fn written(page: &Page<'_>) -> Vec<String> {
    let head = page.head.rel("canonical").map(|link| link.href.clone());
    let headers = page.document.header("link").flat_map(canonicals_of_header);
    let mut all: Vec<String> = Vec::new();
    for href in head.chain(headers) {
        if !href.is_empty() && !all.contains(&href) && all.len() < 10 {
            all.push(href);
        }
    }
    all
}

/// `<https://acme.example/a>; rel="canonical"` of RFC 8288, of which only this relation matters here.
fn canonicals_of_header(value: &str) -> Vec<String> {
    let links = value.split(",<").flat_map(|part| part.split(", <"));
    links
        .filter_map(|link| link.trim().trim_start_matches('<').split_once('>'))
        .filter(|(_, rules)| {
            rules.to_ascii_lowercase().replace(['"', ' '], "").split(';').any(|rule| rule == "rel=canonical")
        })
        .map(|(href, _)| href.to_owned())
        .collect()
}

fn answers(url: &Url, page: &Page<'_>, site: &Site<'_>) -> Liveness {
    if without_fragment(url) == without_fragment(page.url()) {
        return Liveness::Live;
    }
    match site.document(url) {
        Some(document) if document.status == 200 => Liveness::Live,
        Some(_) => Liveness::Dead,
        None => site.subject.liveness(url),
    }
}
