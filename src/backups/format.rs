//! What an archive tells of itself, in its file `backup.json`.

use serde::{Deserialize, Serialize};

use crate::db::Table;

/// Counts changes that an older program could not read.
pub(super) const FORMAT: u32 = 1;

/// The archive's files. Rows are in `database/TABLE.jsonl`: one JSON array a row.
pub(super) const CONTENTS: &str = "backup.json";
pub(super) const KEY: &str = "secret.key";
pub(super) const ROWS: &str = "database";
/// Many blobs in a file, each behind a line with its hash and length: a directory of a million files would not fit into memory.
pub(super) const BUNDLES: &str = "blobs";
pub(super) const ARTEFACTS: &str = "artefacts";

/// The largest blob that is written or read: it has to fit into memory. Files are far smaller.
pub(super) const LARGEST: u64 = 1024 * 1024 * 1024;

/// Tables that tell of the running installation alone.
pub(super) const LEFT_OUT: [&str; 1] = ["blob_holds"];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Contents {
    pub format: u32,
    /// The program that has made it.
    pub version: String,
    /// The moment that it shows, in words.
    pub made_at: String,
    /// The kind of database that it came from.
    pub database: String,
    pub migrations: Vec<String>,
    /// What tells the key by which its secrets are sealed from others.
    pub key_check: String,
    pub with_key: bool,
    pub tables: Vec<Rows>,
    pub blobs: u64,
    pub blob_bytes: u64,
    /// What should be here and is not.
    #[serde(flatten)]
    pub lost: Losses,
    pub parts: Vec<Part>,
}

/// A table and what there is of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rows {
    #[serde(flatten)]
    pub table: Table,
    pub rows: u64,
    /// The same for the same rows in any order.
    pub digest: String,
}

/// A file of the archive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Part {
    pub path: String,
    pub bytes: u64,
    /// BLAKE3, in hexadecimal digits.
    pub hash: String,
}

/// A blob that could not be copied.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lost {
    /// What needs it.
    pub of: String,
    /// What is wrong with it.
    pub why: String,
}

/// Blobs that could not be copied. Where a disk is gone they may be all there were: some are listed, and the rest is counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Losses {
    /// Some of them, the first ones.
    #[serde(rename = "lost")]
    pub listed: Vec<Lost>,
    /// How many they are in all.
    #[serde(rename = "lost_in_all")]
    pub count: u64,
}

/// Losses that are listed.
const LISTED: usize = 100;

impl Losses {
    pub(super) fn add(&mut self, of: String, why: &impl ToString) {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Lost { of, why: why.to_string() });
        }
    }

    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many are counted and not listed.
    pub fn unlisted(&self) -> u64 {
        self.count.saturating_sub(self.listed.len() as u64)
    }
}

impl Contents {
    /// The parts below a folder, in order.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = &Part> {
        let folder = format!("{folder}/");
        self.parts.iter().filter(move |part| part.path.starts_with(&folder))
    }

    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

pub(super) fn rows_of(table: &str) -> String {
    format!("{ROWS}/{table}.jsonl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_losses_are_listed_and_all_are_counted() {
        let mut losses = Losses::default();
        for n in 0..1000 {
            losses.add(format!("edition {n}"), &"it is missing");
        }
        assert_eq!((losses.listed.len(), losses.count, losses.unlisted()), (100, 1000, 900));
        assert_eq!(losses.listed[0].of, "edition 0");
    }
}
