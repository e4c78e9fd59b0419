//! `sites/demo/sources`: documents whose sentences are quoted one by one.

use std::path::PathBuf;

fn documents() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sites/demo/sources");
    let mut documents: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect();
    documents.sort();
    assert!(documents.len() >= 14, "only {} documents", documents.len());
    documents
}

fn parts(document: &str) -> (&str, &str) {
    document.split_once("\n## References\n").expect("a list of references at the end")
}

#[test]
fn every_document_has_a_title_enough_text_and_references_on_other_hosts() {
    for (path, document) in documents() {
        assert!(document.starts_with("# "), "{path} does not begin with its title");
        let (body, references) = parts(&document);
        let words = body.split_whitespace().count();
        assert!((500..=1200).contains(&words), "{path} has {words} words");
        let links: Vec<&str> = references.lines().filter(|line| line.contains("](https://")).collect();
        assert!(links.len() >= 2, "{path} has {} references", links.len());
        assert_eq!(links.len(), references.lines().filter(|line| line.starts_with("- ")).count(), "{path}");
    }
}

#[test]
fn every_section_opens_with_a_short_answer() {
    for (path, document) in documents() {
        let sections: Vec<&str> = parts(&document).0.split("\n## ").skip(1).collect();
        assert!(sections.len() >= 5, "{path} has {} sections", sections.len());
        for section in sections {
            let (heading, text) = section.split_once("\n\n").expect("a paragraph under each heading");
            let answer = text.split("\n\n").next().unwrap_or_default();
            let is_prose = answer.starts_with(|first: char| first.is_alphanumeric() || first == '`');
            let words = answer.split_whitespace().count();
            assert!(is_prose && words <= 70, "{path}: \"{heading}\" opens with {words} words: {answer}");
        }
    }
}

#[test]
fn no_sentence_leans_on_the_one_before_it_at_the_start_of_a_paragraph() {
    const LEANING: [&str; 8] =
        ["This ", "That ", "These ", "Those ", "It ", "They ", "As said", "As mentioned"];
    for (path, document) in documents() {
        for paragraph in parts(&document).0.split("\n\n") {
            let leans = LEANING.iter().any(|start| paragraph.starts_with(start));
            assert!(!leans, "{path} cannot be quoted alone: {paragraph}");
        }
    }
}

#[test]
fn every_document_has_figures_and_an_attributed_quotation() {
    for (path, document) in documents() {
        let (body, _) = parts(&document);
        let figures = body.split_whitespace().filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
        assert!(figures.count() >= 6, "{path} has too few figures");
        let quoted = body.split('"').skip(1).step_by(2).any(|quote| quote.split_whitespace().count() >= 4);
        assert!(quoted, "{path} quotes nobody");
    }
}
