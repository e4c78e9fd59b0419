//! The Rust book that comes with the toolchain: a real mdBook site.

use std::path::PathBuf;
use std::process::Command;

use citepress::crawl::{Extracted, extract};
use url::Url;

/// The folder of the book.
pub(crate) fn folder() -> PathBuf {
    let said = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc is there");
    let sysroot = String::from_utf8(said.stdout).expect("a path");
    PathBuf::from(sysroot.trim()).join("share/doc/rust/html/book")
}

fn chapter(name: &str) -> Extracted {
    let html = std::fs::read_to_string(folder().join(name)).expect("the rust-docs component is installed");
    extract(&html, &Url::parse("http://book.test/").unwrap().join(name).unwrap()).unwrap()
}

fn headings(page: &Extracted) -> Vec<&str> {
    let mut code = false;
    let lines = page.markdown.lines().filter(|line| {
        code ^= line.trim_start().starts_with("```");
        !code && line.starts_with('#')
    });
    lines.collect()
}

#[test]
fn a_chapter_begins_with_its_title_and_keeps_its_outline() {
    let page = chapter("ch04-01-what-is-ownership.html");
    assert_eq!(page.title, "What Is Ownership?");
    assert_eq!(page.lang.as_deref(), Some("en"));
    assert_eq!(
        headings(&page)[..7],
        [
            "# What Is Ownership?",
            "## The Stack and the Heap",
            "## Ownership Rules",
            "## Variable Scope",
            "## The `String` Type",
            "## Memory and Allocation",
            "### Variables and Data Interacting with Move",
        ]
    );
    assert!(page.markdown.contains("\n- There can only be one owner at a time.\n"));
    assert!(page.markdown.contains("(http://book.test/ch08-02-strings.html)"), "links are absolute");
}

#[test]
fn code_keeps_its_language_and_loses_the_lines_that_readers_do_not_see() {
    let page = chapter("ch04-01-what-is-ownership.html");
    assert!(page.markdown.contains("```rust\nlet s = \"hello\";\n```\n"), "hidden lines are gone");
    assert!(page.markdown.contains("```console\n$ cargo run\n"));
    assert!(!page.markdown.contains("#![allow(unused)]"));
}

#[test]
fn nothing_of_the_books_frame_is_content() {
    let frame = ["Show hidden lines", "Keyboard shortcuts", "Search this book", "Print this book", "Auto"];
    let mut chapters = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let numbered =
            name.strip_prefix("ch").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if !numbered || !name.ends_with(".html") {
            continue;
        }
        let page = chapter(&name);
        // Chapters of earlier editions that only lead to the present ones.
        if page.refresh.is_some() {
            continue;
        }
        chapters += 1;
        assert_eq!(headings(&page)[0], format!("# {}", headings(&page)[0][2..].trim()), "{name}");
        assert_eq!(headings(&page).iter().filter(|line| line.starts_with("# ")).count(), 1, "{name}");
        assert!(!page.title.contains("The Rust Programming Language"), "{name}: {}", page.title);
        assert!(page.markdown.split_whitespace().count() > 40, "{name}: {}", page.markdown);
        for noise in frame {
            assert!(!page.text.lines().any(|line| line == noise), "{name}: {noise}");
        }
        assert_eq!(page.markdown.matches("\n```").count() % 2, 0, "{name}: code blocks are closed");
    }
    assert!(chapters >= 90, "{chapters}");
}
