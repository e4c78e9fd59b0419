//! What happened to each file, line by line.

use std::fmt;

use serde::Serialize;

/// How much a line of the report matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// A file that is taken over.
    Read,
    /// Something that was written differently.
    Changed,
    /// Something that a person should look at.
    Warning,
    /// A file that is left out.
    Dropped,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub file: String,
    /// Counted from 1, where it is known.
    pub line: Option<usize>,
    pub weight: Weight,
    pub what: String,
}

/// All lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Report {
    pub lines: Vec<Line>,
}

impl Report {
    /// How many lines have this weight.
    pub fn count(&self, weight: Weight) -> usize {
        self.lines.iter().filter(|line| line.weight == weight).count()
    }

    pub(super) fn read(&mut self, file: &str, to: &str) {
        let what = if file == to { "a page".to_owned() } else { format!("a page, as {to}") };
        self.add(file, None, Weight::Read, what);
    }

    pub(super) fn carried(&mut self, file: &str) {
        self.add(file, None, Weight::Read, "goes along as it is".to_owned());
    }

    pub(super) fn changed(&mut self, file: &str, what: impl Into<String>) {
        self.add(file, None, Weight::Changed, what.into());
    }

    pub(super) fn warning(&mut self, file: &str, line: Option<usize>, what: impl Into<String>) {
        self.add(file, line, Weight::Warning, what.into());
    }

    pub(super) fn dropped(&mut self, file: &str, what: impl Into<String>) {
        self.add(file, None, Weight::Dropped, what.into());
    }

    pub(super) fn sort(&mut self) {
        self.lines.sort_by(|a, b| (&a.file, a.line, a.weight).cmp(&(&b.file, b.line, b.weight)));
    }

    fn add(&mut self, file: &str, line: Option<usize>, weight: Weight, what: String) {
        self.lines.push(Line { file: file.to_owned(), line, weight, what });
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let word = match self.weight {
            Weight::Read => "",
            Weight::Changed => "changed: ",
            Weight::Warning => "warning: ",
            Weight::Dropped => "left out: ",
        };
        write!(f, ": {word}{}", self.what)
    }
}
