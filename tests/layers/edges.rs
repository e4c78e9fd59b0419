//! Reading the sources: which module each file belongs to and which others it names.

use std::fs;
use std::path::Path;

/// A source file.
pub(super) struct Source {
    /// Below the folder that was read: `pages/store.rs`.
    pub path: String,
    /// The room: the first part of the path.
    pub module: String,
    pub text: String,
}

/// One module naming another.
pub(super) struct Edge {
    pub line: usize,
    pub from: String,
    pub to: String,
}

/// All Rust files below a folder, sorted.
pub(super) fn read(root: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                let module = inside.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
                sources.push(Source { path: inside, module, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(sources.len() > 3, "no sources below {}", root.display());
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

impl Source {
    /// The pure crates are judged by their dependencies: `crate::` means themselves there.
    fn is_own_crate(&self) -> bool {
        ["press", "checks"].contains(&self.module.as_str())
    }

    /// The lines without comments, with their numbers from 1.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().filter_map(|(number, line)| {
            let code = line.split("//").next().unwrap_or_default();
            (!code.trim().is_empty()).then_some((number + 1, code))
        })
    }

    /// The lines before the file's unit tests; of a file that is tests, none.
    pub(super) fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_tests = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        self.code().take_while(move |(_, line)| !is_tests && !line.contains("#[cfg(test)]"))
    }

    /// Every `crate::x`, whether in a `use`, in a group of one, or inline. In the binary the library goes by its name.
    pub(super) fn edges(&self) -> Vec<Edge> {
        if self.is_own_crate() {
            return Vec::new();
        }
        let text: String = self.without_comments();
        let name = if self.module == "main" { "citepress::" } else { "crate::" };
        let mut edges = Vec::new();
        for (at, _) in text.match_indices(name) {
            // `some_crate::` is another crate.
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let line = text[..at].matches('\n').count() + 1;
            for to in heads(&text[at + name.len()..]) {
                edges.push(Edge { line, from: self.module.clone(), to });
            }
        }
        edges
    }

    /// Lines on which `super::` climbs out of the room, past the table.
    pub(super) fn escapes(&self) -> Vec<usize> {
        if self.is_own_crate() {
            return Vec::new();
        }
        let parts: Vec<&str> = self.path.trim_end_matches(".rs").split('/').collect();
        let depth = parts.iter().filter(|part| **part != "mod").count();
        let mut inline = 0;
        let mut lines = Vec::new();
        for (number, line) in self.code() {
            let line = line.trim();
            if (line.starts_with("mod ") || line.starts_with("pub mod ")) && line.ends_with('{') {
                inline += 1;
            }
            let supers =
                line.split_whitespace().map(|word| word.matches("super::").count()).max().unwrap_or(0);
            if supers > 0 && supers >= depth + inline {
                lines.push(number);
            }
        }
        lines
    }

    fn without_comments(&self) -> String {
        self.text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// The first names after `crate::`: one, or those of a group (`{a::b, c::{d, e}}` gives a and c). A name in capitals
/// stands at the crate's root and is no module.
fn heads(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else {
        return word(rest).into_iter().collect();
    };
    let (mut heads, mut depth, mut fresh) = (Vec::new(), 0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && depth == 0 && !c.is_whitespace() => {
                heads.extend(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    heads
}

fn word(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let word = &text[..end];
    word.starts_with(|c: char| c.is_lowercase()).then(|| word.to_owned())
}

#[test]
fn edges_are_found_in_uses_groups_and_inline() {
    let text = "use crate::base::Ids;\nuse crate::{db::Db, events::{self, Event}};\n// use crate::api;\n\
                fn f() { crate::queue::go(); other_crate::x(); }\n";
    let source = Source { path: "pages/a.rs".into(), module: "pages".into(), text: text.into() };
    let edges: Vec<(usize, String)> = source.edges().into_iter().map(|edge| (edge.line, edge.to)).collect();
    let expected = [(1, "base"), (2, "db"), (2, "events"), (4, "queue")];
    assert_eq!(edges, expected.map(|(line, to)| (line, to.to_owned())));
}

#[test]
fn climbing_out_of_the_room_is_found() {
    let source =
        |path: &str, text: &str| Source { path: path.into(), module: "pages".into(), text: text.into() };
    assert_eq!(source("pages/a.rs", "use super::super::sites::Site;\n").escapes(), [1]);
    assert_eq!(source("pages/mod.rs", "use super::sites::Site;\n").escapes(), [1]);
    assert!(
        source("pages/a.rs", "use super::Page;\nmod tests {\n    use super::super::Page;\n}\n")
            .escapes()
            .is_empty()
    );
}
