//! What jobs have really done: a file that each effect appends one line to, whatever becomes of the database.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Clone)]
pub struct Journal(PathBuf);

/// One line: what happened to which piece of work, in which process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub what: String,
    pub work: String,
    pub pid: u32,
}

impl Journal {
    pub fn at(folder: &Path) -> Journal {
        Journal(folder.join("journal"))
    }

    pub fn write(&self, what: &str, work: &str) {
        let line = format!("{what} {work} {}\n", std::process::id());
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0).unwrap();
        // One write, appended: lines of several processes don't mix.
        file.write_all(line.as_bytes()).unwrap();
    }

    pub fn lines(&self) -> Vec<Line> {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        let parse = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            Some(Line { what: words.next()?, work: words.next()?, pid: words.next()?.parse().ok()? })
        };
        text.lines().filter_map(parse).collect()
    }

    /// The pieces of work to which `what` happened, in order.
    pub fn work(&self, what: &str) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.what == what).map(|line| line.work).collect()
    }

    /// For each piece of work, the processes that did it, in order.
    pub fn doers(&self, what: &str) -> HashMap<String, Vec<u32>> {
        let mut doers: HashMap<String, Vec<u32>> = HashMap::new();
        for line in self.lines().into_iter().filter(|line| line.what == what) {
            doers.entry(line.work).or_default().push(line.pid);
        }
        doers
    }
}
