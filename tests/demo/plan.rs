//! `sites/demo/pages.toml`: the pages that are to be written.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use toml::{Table, Value};

pub(super) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sites/demo");

pub(super) fn pages() -> Vec<Table> {
    let text = std::fs::read_to_string(format!("{FOLDER}/pages.toml")).unwrap();
    let plan: Table = text.parse().unwrap();
    plan["page"].as_array().unwrap().iter().map(|page| page.as_table().unwrap().clone()).collect()
}

/// The home page and the sections, which are written from sources as well.
fn lists() -> Vec<Table> {
    let plan: Table = std::fs::read_to_string(format!("{FOLDER}/pages.toml")).unwrap().parse().unwrap();
    let sections = plan["section"].as_array().unwrap().iter().chain([&plan["home"]]);
    sections.map(|section| section.as_table().unwrap().clone()).collect()
}

pub(super) fn text<'a>(page: &'a Table, key: &str) -> &'a str {
    page[key].as_str().unwrap_or_else(|| panic!("`{key}` of {page:?} is no text"))
}

pub(super) fn sources(page: &Table) -> impl Iterator<Item = &str> {
    page["sources"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[test]
fn every_page_names_sources_that_exist_and_no_source_is_forgotten() {
    let named: BTreeSet<String> = pages()
        .iter()
        .chain(&lists())
        .flat_map(|page| sources(page).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for source in &named {
        assert!(Path::new(FOLDER).join(source).is_file(), "{source} is named and missing");
    }
    for (folder, ending) in [("sources", "md"), ("pages", "html")] {
        for file in std::fs::read_dir(format!("{FOLDER}/{folder}")).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == ending) {
                let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
                assert!(named.contains(&name), "{name} is used by no page");
            }
        }
    }
}

#[test]
fn titles_and_briefs_have_the_lengths_that_the_audit_asks_for() {
    for page in pages() {
        // The theme puts the site's name behind the title, which takes twelve characters more.
        let title = text(&page, "title").chars().count();
        assert!((30..=48).contains(&title), "{page:?} has a title of {title} characters");
        let brief = text(&page, "brief").chars().count();
        assert!((120..=160).contains(&brief), "{page:?} has a brief of {brief} characters");
    }
}

#[test]
fn home_and_sections_have_titles_and_descriptions_of_the_same_lengths() {
    for list in lists() {
        let title = text(&list, "title").chars().count();
        assert!((18..=48).contains(&title), "{list:?} has a title of {title} characters");
        let description = text(&list, "description").chars().count();
        assert!((120..=160).contains(&description), "{list:?} has a description of {description} characters");
    }
}

#[test]
fn no_two_pages_share_an_address_and_the_footer_leads_to_planned_pages() {
    let pages = pages();
    let addresses: Vec<String> =
        pages.iter().map(|page| format!("/{}/{}/", text(page, "section"), text(page, "slug"))).collect();
    assert_eq!(addresses.iter().collect::<HashSet<_>>().len(), addresses.len());
    let site: Table = std::fs::read_to_string(format!("{FOLDER}/site.toml")).unwrap().parse().unwrap();
    for link in ["about", "contact", "privacy"] {
        let target = site["params"][link].as_str().unwrap();
        assert!(addresses.iter().any(|address| address == target), "{link} leads to {target}: {addresses:?}");
    }
}
