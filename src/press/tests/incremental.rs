//! After any series of edits the output is that of a clean build, and an edit costs what it touches.

use crate::memory::{CONFIG, Site, asset, page, put, told};
use press::{Change, Theme};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn big(pages: usize) -> Site {
    let mut site = Site::new();
    let documents: Vec<(String, String)> = (0..pages)
        .map(|n| {
            let body = format!(
                "Text of page {n}.\n\n## Usage\n\n[next](@/s{}/p{}.md)",
                (n + 1) % pages % 7,
                (n + 1) % pages
            );
            (format!("s{}/p{n}.md", n % 7), page(&format!("Page {n}"), &body))
        })
        .collect();
    let documents: Vec<(&str, &str)> =
        documents.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    site.put(&documents).unwrap();
    site
}

#[test]
fn the_work_of_an_edit_does_not_grow_with_the_site() {
    for pages in [200, 2000] {
        let mut site = big(pages);
        let other = site.sources.0["s1/p8.md"].replace("Text of", "Changed text of");
        let delta = site.put(&[("s1/p8.md", &other)]).unwrap();
        // The page, its listing (its description changed), the search page and 404.
        assert!(delta.rendered_pages <= 5, "{pages} pages: {} rendered", delta.rendered_pages);
        assert!(delta.written.len() <= 8, "{pages} pages: {:?}", delta.written);
        let other = other.replace("title = \"", "title = \"New ");
        let delta = site.put(&[("s1/p8.md", &other)]).unwrap();
        assert!(
            delta.rendered_pages <= 60,
            "{pages} pages: {} rendered after a new title",
            delta.rendered_pages
        );
    }
}

#[test]
fn a_language_goes_with_its_last_page() {
    let mut site = site_of_two_languages();
    site.put(&[("a.fr.md", &page("A", "x"))]).unwrap();
    assert!(site.has("fr/feed.xml"));
    site.change(vec![Change::Remove("a.fr.md".into())]).unwrap();
    let files = site.files.0.lock().unwrap();
    assert!(!files.keys().any(|path| path.starts_with("fr/")), "{:?}", files.keys());
}

/// What a document of the property test is made from.
#[derive(Debug, Clone)]
struct Draw {
    folder: usize,
    name: usize,
    title: u8,
    weight: Option<u8>,
    date: Option<u8>,
    tags: Vec<u8>,
    links: Vec<(usize, usize)>,
    headings: u8,
    flags: u8,
}

#[derive(Debug, Clone)]
enum Step {
    Put(Vec<Draw>),
    Edit(Vec<(usize, Draw)>),
    Remove(Vec<usize>),
    Rename(usize, Draw),
    Asset(u8, Option<u8>),
}

const FOLDERS: [&str; 6] = ["", "a/", "a/b/", "c/", "c/d/e/", "f g/"];

fn path(folder: usize, name: usize) -> String {
    let folder = FOLDERS[folder % FOLDERS.len()];
    match name {
        0 | 1 => format!("{folder}_index.md"),
        2 => format!("{folder}_index.fr.md"),
        3..=8 => format!("{folder}p{name}.fr.md"),
        _ => format!("{folder}p{name}.md"),
    }
}

fn text(draw: &Draw) -> String {
    let mut text = format!("+++\ntitle = \"Title {}\"\n", draw.title);
    let index = draw.name < 3;
    if let Some(weight) = draw.weight {
        text += &format!("weight = {weight}\n");
    }
    if let Some(day) = draw.date {
        text += &format!("date = 2026-01-{:02}\n", 1 + day % 28);
    }
    if !index && !draw.tags.is_empty() {
        let tags: Vec<String> = draw
            .tags
            .iter()
            .map(|tag| format!("\"{} {}\"", if tag % 2 == 0 { "Tag" } else { "tag" }, tag / 2))
            .collect();
        text += &format!("tags = [{}]\n", tags.join(", "));
    }
    if index && draw.flags & 1 == 1 {
        text += ["sort_by = \"date\"\n", "sort_by = \"title\"\n"][usize::from(draw.flags >> 1 & 1)];
    }
    if !index && draw.flags & 3 == 1 {
        text += &format!("slug = \"s{}\"\n", draw.title);
    }
    if draw.flags & 12 == 4 {
        text += &format!("aliases = [\"/old/{}/\"]\n", draw.title);
    }
    if draw.flags & 48 == 48 {
        text += "draft = true\n";
    }
    text += "+++\n";
    for (folder, name) in &draw.links {
        text += &format!("[to](@/{}) ", path(*folder, *name));
    }
    if draw.flags & 64 == 64 {
        text += "![pic](/assets/pic0.png) [file](/file1.txt) [home](/) [tags](/tags/)";
    }
    for heading in 0..draw.headings {
        text += &format!("\n\n## Heading {heading}\n\nWords below {heading}.");
    }
    text + "\n"
}

fn draw() -> impl Strategy<Value = Draw> {
    let links = prop::collection::vec((0..6_usize, 0..60_usize), 0..2);
    let tags = prop::collection::vec(0..8_u8, 0..3);
    let dates = (prop::option::of(0..5_u8), prop::option::of(0..28_u8));
    (0..6_usize, 0..120_usize, any::<u8>(), dates, tags, links, 0..3_u8, any::<u8>()).prop_map(
        |(folder, name, title, (weight, date), tags, links, headings, flags)| Draw {
            folder,
            name,
            title,
            weight,
            date,
            tags,
            links,
            headings,
            flags,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop::collection::vec(draw(), 1..6).prop_map(Step::Put),
        4 => prop::collection::vec((any::<usize>(), draw()), 1..3).prop_map(Step::Edit),
        3 => prop::collection::vec(any::<usize>(), 1..4).prop_map(Step::Remove),
        2 => (any::<usize>(), draw()).prop_map(|(which, draw)| Step::Rename(which, draw)),
        1 => (0..2_u8, prop::option::of(any::<u8>())).prop_map(|(which, byte)| Step::Asset(which, byte)),
    ]
}

fn nth(sources: &BTreeMap<String, String>, n: usize) -> Option<String> {
    sources.keys().nth(n % sources.len().max(1)).cloned()
}

/// The changes of a step on the site as it stands.
fn changes(step: &Step, sources: &BTreeMap<String, String>) -> Vec<Change> {
    let asset_path = |which: &u8| if *which == 0 { "assets/pic0.png" } else { "static/file1.txt" };
    match step {
        Step::Put(draws) => {
            draws.iter().map(|draw| put(&path(draw.folder, draw.name), &text(draw))).collect()
        }
        Step::Edit(edits) => edits
            .iter()
            .filter_map(|(n, draw)| nth(sources, *n).map(|path| put(&path, &text(draw))))
            .collect(),
        Step::Remove(which) => which.iter().filter_map(|n| nth(sources, *n).map(Change::Remove)).collect(),
        Step::Rename(n, draw) => {
            let Some(old) = nth(sources, *n) else { return Vec::new() };
            let text = sources[&old].clone();
            vec![Change::Remove(old), put(&path(draw.folder, draw.name), &text)]
        }
        Step::Asset(which, Some(byte)) => vec![asset(asset_path(which), &[*byte])],
        Step::Asset(which, None) => vec![Change::RemoveAsset(asset_path(which).to_owned())],
    }
}

fn site_of_two_languages() -> Site {
    Site::with(&format!("{CONFIG}[languages.fr]\ntitle = \"Exemple\"\n"), Theme::builtin("plain").unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn after_any_series_of_edits_the_output_is_that_of_a_clean_build(
        first in prop::collection::vec(draw(), 60..140),
        bulk in 40..110_usize,
        steps in prop::collection::vec(step(), 1..14),
    ) {
        let mut site = site_of_two_languages();
        let mut assets: BTreeMap<String, Change> = BTreeMap::new();
        let mut start: Vec<Change> = first.iter().map(|draw| put(&path(draw.folder, draw.name), &text(&Draw { links: Vec::new(), flags: draw.flags & 63, ..draw.clone() }))).collect();
        for path in ["assets/pic0.png", "static/file1.txt"] {
            start.push(asset(path, b"first"));
            assets.insert(path.to_owned(), asset(path, b"first"));
        }
        // Enough pages of one folder and tag that its lists, and the search index, are sometimes cut into parts and sometimes
        // just not; edits and removals then cross that line both ways.
        let many = (0..bulk).map(|n| put(&format!("a/q{n:03}.md"), &format!("+++\ntitle = \"Q {n}\"\ntags = [\"Tag 0\"]\n+++\nText {n}.\n")));
        site.change(many.collect()).map_err(|faults| TestCaseError::fail(told(&faults)))?;
        // Draws that collide are refused one by one, so that a large site remains.
        for change in start {
            let _ = site.change(vec![change]);
        }
        for step in &steps {
            let changes = changes(step, &site.sources.0);
            if site.change(changes.clone()).is_ok() {
                for change in changes {
                    match &change {
                        Change::PutAsset(asset) => drop(assets.insert(asset.path.clone(), change)),
                        Change::RemoveAsset(path) => drop(assets.remove(path)),
                        _ => {}
                    }
                }
            }
        }
        let mut clean = site_of_two_languages();
        let documents = site.sources.0.iter().map(|(path, text)| put(path, text));
        let all: Vec<Change> = documents.chain(assets.into_values()).collect();
        clean.change(all).map_err(|faults| TestCaseError::fail(format!("the clean build has faults: {}", told(&faults))))?;
        let (grown, built) = (site.files.0.into_inner().unwrap(), clean.files.0.into_inner().unwrap());
        let only = |these: &BTreeMap<String, Vec<u8>>, those: &BTreeMap<String, Vec<u8>>| {
            these.keys().filter(|path| !those.contains_key(*path)).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!((only(&grown, &built), only(&built, &grown)), (Vec::new(), Vec::new()));
        for (path, bytes) in &grown {
            prop_assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&built[path]), "{}", path);
        }
    }
}
