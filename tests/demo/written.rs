//! What the engine without a model makes of the plan: pages that have what the audit asks of their text.

use std::path::Path;

use citepress::crawl::extract;
use citepress::llm::{
    Block, PageDraft, PageKind, Provider, Request, Sandbox, Section, Sentence, Source, Task, WritePage,
};
use toml::Table;
use url::Url;

use super::plan::{FOLDER, pages, sources, text};

/// A source as the product reads it: Markdown as it is, HTML as its main content.
fn source(name: &str) -> Source {
    let file = std::fs::read_to_string(Path::new(FOLDER).join(name)).unwrap();
    let (title, text) = if name.ends_with(".html") {
        let page = extract(&file, &Url::parse("http://pages.test/").unwrap().join(name).unwrap()).unwrap();
        (page.title, page.markdown)
    } else {
        (file.lines().next().unwrap().trim_start_matches("# ").to_owned(), file)
    };
    Source { id: name.to_owned(), title, url: None, text }
}

async fn draft(page: &Table) -> PageDraft {
    let kind: PageKind = serde_json::from_value(text(page, "kind").into()).unwrap();
    let task = Task::WritePage(WritePage {
        kind,
        topic: text(page, "title").to_owned(),
        brief: Some(text(page, "brief").to_owned()),
        language: Some("en-GB".to_owned()),
        sources: sources(page).map(source).collect(),
    });
    let completion = Sandbox.complete(Request::task(task)).await.unwrap();
    PageDraft::from_json(&completion.json.unwrap()).unwrap()
}

fn sentences(section: &Section) -> impl Iterator<Item = &Sentence> {
    section.blocks.iter().flat_map(|block| match block {
        Block::Paragraph { sentences } => sentences.as_slice(),
        Block::List { items, .. } => items,
        Block::Excerpt { .. } => &[],
    })
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Whether a section opens with a paragraph that can be read in one breath.
fn answers_first(section: &Section) -> bool {
    match section.blocks.first() {
        Some(Block::Paragraph { sentences }) => {
            sentences.iter().map(|one| words(&one.text)).sum::<usize>() <= 60
        }
        _ => false,
    }
}

/// Hosts that the quoted words link to: their links are put back into the page.
fn hosts(draft: &PageDraft) -> std::collections::BTreeSet<String> {
    let quotes = draft.sections.iter().flat_map(sentences).map(|one| one.quote.as_str());
    let links = quotes.flat_map(|quote| quote.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
    links.filter_map(|link| Url::parse(link).ok()?.host_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn every_planned_page_gets_text_figures_quotations_and_outside_links() {
    let mut thin = Vec::new();
    for page in pages() {
        let draft = draft(&page).await;
        let all: Vec<&Sentence> = draft.sections.iter().flat_map(sentences).collect();
        let count: usize = all.iter().map(|one| words(&one.text)).sum();
        let figures = all.iter().filter(|one| one.text.bytes().any(|byte| byte.is_ascii_digit())).count();
        let is_quotation = |one: &&&Sentence| one.text.split('"').nth(1).is_some_and(|said| words(said) >= 4);
        let quotations = all.iter().filter(is_quotation).count();
        let headed: Vec<&Section> = draft.sections.iter().filter(|one| !one.heading.is_empty()).collect();
        let answering = headed.iter().filter(|section| answers_first(section)).count();
        let linked = hosts(&draft).len();
        let enough = count >= 300 && figures >= 3 && quotations >= 1 && linked >= 2;
        if !enough || answering * 10 < headed.len() * 3 || headed.len() < 3 {
            thin.push(format!(
                "{}: {count} words, {figures} figures, {quotations} quotations, {linked} linked hosts, \
                 {answering} of {} sections answer first",
                text(&page, "slug"),
                headed.len()
            ));
        }
    }
    assert!(thin.is_empty(), "{thin:#?}");
}

#[tokio::test]
async fn the_frame_of_a_crawled_page_stays_out_of_its_text() {
    for name in ["pages/about.html", "pages/timeline.html", "pages/limits.html"] {
        let text = source(name).text.to_lowercase();
        for frame in ["dismiss", "subscribe", "was this page helpful", "share this page", "©", "breadcrumb"]
        {
            assert!(!text.contains(frame), "{name} keeps `{frame}` of its frame:\n{text}");
        }
    }
}
