//! What a person did wrong, told so that they can mend it.

use std::fmt;

/// One mistake in a site or theme. All of them are returned at once, never only the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file as the author knows it: `content/a.md`, `site.toml`, `themes/atlas/templates/page.html`.
    pub file: String,
    /// Counted from 1.
    pub line: Option<u32>,
    /// What is wrong, without a full stop.
    pub what: String,
    /// How to mend it, a sentence; empty if `what` says it all.
    pub cure: String,
}

impl Fault {
    /// A fault of a whole file.
    pub fn new(file: impl Into<String>, what: impl Into<String>, cure: impl Into<String>) -> Fault {
        Fault { file: file.into(), line: None, what: what.into(), cure: cure.into() }
    }

    /// The same fault at a line (counted from 1).
    #[must_use]
    pub fn at(mut self, line: u32) -> Fault {
        self.line = Some(line);
        self
    }

    /// For callers that read bytes: a document that is not UTF-8.
    pub fn invalid_utf8(file: impl Into<String>, error: &std::str::Utf8Error) -> Fault {
        Fault::new(
            file,
            format!("is not UTF-8 text (first bad byte at offset {})", error.valid_up_to()),
            "Save it as UTF-8, or move it to static/ if it is not a document.",
        )
    }

    /// A file that could not be read or written.
    pub fn io(file: impl Into<String>, error: &std::io::Error) -> Fault {
        Fault::new(file, format!("cannot be read or written: {error}"), "Look at the disk and its rights.")
    }
}

/// Sorted, each once. A fault of a template comes with every page that shows it; the first page stands for all.
pub(crate) fn told_once(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.sort();
    faults.dedup_by(|a, b| (&a.file, a.line, cause(a)) == (&b.file, b.line, cause(b)));
    faults
}

/// What is wrong, without the page on which it showed.
fn cause(fault: &Fault) -> &str {
    fault.what.split_once(WHILE).map_or(&fault.what, |(cause, _)| cause)
}

/// Begins the name of the page on which a template's fault showed.
pub(crate) const WHILE: &str = " (while rendering ";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)?;
        if !self.cure.is_empty() {
            write!(f, ". {}", self.cure)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_file_line_and_cure() {
        let fault = Fault::new("content/a.md", "link to @/b.md goes nowhere", "Did you mean @/bb.md?").at(12);
        assert_eq!(fault.to_string(), "content/a.md:12: link to @/b.md goes nowhere. Did you mean @/bb.md?");
    }
}
