//! Reading folders of Markdown that were written for something else: Zola's `content/`, or plain files without front
//! matter. Pure: files in, press documents and a report out. The caller reads the disk and decides what to do with both.
//!
//! A file with front matter between `+++` is read as Zola's; one without any as plain Markdown.

mod dates;
mod front_matter;
mod links;
mod names;
mod plain;
mod report;
mod shortcodes;
mod zola;

use std::collections::{BTreeMap, BTreeSet};

use press::Document;

pub use report::{Line, Report, Weight};

/// A file of the folder, by its path in it (forward slashes).
#[derive(Debug, Clone)]
pub struct File {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What an import makes of a folder.
#[derive(Debug, Default)]
pub struct Import {
    /// The pages and sections, sorted by path, in the front matter that `press` reads.
    pub documents: Vec<Document>,
    /// Paths of the other files, which go along as they are (pictures beside their pages).
    pub assets: Vec<String>,
    /// What happened to each file, sorted by file and line.
    pub report: Report,
}

/// Reads the Markdown among `files`; `others` are the paths of all files besides it.
pub fn read(files: Vec<File>, others: impl IntoIterator<Item = String>) -> Import {
    let mut report = Report::default();
    let mut texts = BTreeMap::new();
    for File { path, bytes } in files {
        match String::from_utf8(bytes) {
            Ok(text) => {
                texts.insert(path, text.strip_prefix('\u{feff}').map(ToOwned::to_owned).unwrap_or(text));
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                report.dropped(
                    &path,
                    format!("is not UTF-8 text (first bad byte at offset {at}): save it as UTF-8"),
                );
            }
        }
    }
    let renamed = names::sections(&texts);
    let known: BTreeSet<&str> = texts.keys().map(String::as_str).collect();
    let mut documents: Vec<Document> = Vec::with_capacity(texts.len());
    for (path, text) in &texts {
        let file = front_matter::split(text);
        let (front, body) = match &file.front {
            Some(front) => match zola::convert(path, front, &mut report) {
                Some(converted) => (converted, file.body.to_owned()),
                None => continue,
            },
            None => plain::convert(path, file.body, &mut report),
        };
        // The body is the end of the text, so what was cut off are the lines before it.
        let lines_before = text.matches('\n').count() - body.matches('\n').count();
        shortcodes::warn(path, &body, lines_before, &mut report);
        let body = links::follow(path, &body, lines_before, &renamed, &known, &mut report);
        let to = renamed.get(path).unwrap_or(path);
        report.read(path, to);
        documents.push(Document { path: to.clone(), text: front_matter::write(&front, &body) });
    }
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    let mut assets: Vec<String> = others.into_iter().collect();
    assets.sort();
    for path in &assets {
        report.carried(path);
    }
    report.sort();
    Import { documents, assets, report }
}

#[cfg(test)]
mod tests;
