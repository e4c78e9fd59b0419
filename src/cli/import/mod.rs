//! `citepress import`: folders of Markdown that were written for something else, and what `citepress export` has written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use press::{Document, Fault};
use rayon::prelude::*;

mod archive;
mod keep;
mod own;

use super::build::{LARGEST_DOCUMENT, fault_lines, within};
use super::{CliError, Start, folder};
use crate::pages::import::{File, Report, Weight, read};

/// Arguments of `citepress import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The site's name, the first part of its address
    #[arg(value_name = "SITE")]
    site: String,
    /// A Zola site or its content folder, any folder of Markdown, what `citepress export` has written, or a ZIP of one
    #[arg(value_name = "DIR|ZIP")]
    from: PathBuf,
    /// The organisation that the site belongs to; made where there is none [default: SITE]
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// Publish everything at once, and wait until it is live
    #[arg(long)]
    publish: bool,
    /// List what would happen, line by line, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// What is taken in.
#[derive(Default)]
struct Imported {
    /// Pages that are published where that is wished.
    documents: Vec<Document>,
    /// Pages that are not.
    drafts: Vec<Document>,
    /// Paths of other files below the folder.
    assets: Vec<String>,
    /// Whether those lie where a site has them, or beside its pages.
    mark: Option<own::Mark>,
    /// What was made of each file.
    report: Report,
}

pub(super) fn run(start: &Start, import: &Import) -> Result<ExitCode, CliError> {
    let unpacked = import.from.is_file().then(|| archive::unpack(&import.from)).transpose()?;
    let folder = unpacked.as_ref().map_or(import.from.as_path(), |unpacked| unpacked.root.as_path());
    // An organisation's archive holds each of its sites as such a folder.
    let of_site = folder.join("sites").join(&import.site);
    let folder =
        if of_site.join(crate::departures::SITE_MARK).is_file() { of_site.as_path() } else { folder };
    let imported = match load(folder) {
        Ok(imported) => imported,
        Err(faults) => {
            eprintln!("{}", fault_lines(&faults));
            return Ok(ExitCode::FAILURE);
        }
    };
    print(start, import, &imported)?;
    if import.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    start.block_on(keep::run(start, import, folder, imported))
}

/// A whole Zola site is its content; a folder of Markdown is content itself.
fn content_of(folder: &Path) -> PathBuf {
    let content = folder.join("content");
    if content.is_dir() { content } else { folder.to_owned() }
}

fn load(folder: &Path) -> Result<Imported, Vec<Fault>> {
    match own::mark(folder)? {
        Some(mark) => own::load(folder, mark),
        None => convert(folder),
    }
}

/// Reads the folder and applies the conventions. All faults of reading at once.
fn convert(folder: &Path) -> Result<Imported, Vec<Fault>> {
    let content = content_of(folder);
    let content = content.as_path();
    if !content.is_dir() {
        let what = "is no folder";
        return Err(vec![Fault::new(
            folder.display().to_string(),
            what,
            "Name the folder with the Markdown files.",
        )]);
    }
    let mut faults = Vec::new();
    let paths = folder::list(content, &[""], &mut faults);
    let (documents, others): (Vec<_>, Vec<_>) =
        paths.into_iter().partition(|(path, _)| path.ends_with(".md"));
    let files: Vec<Result<File, Fault>> = documents
        .into_par_iter()
        .map(|(path, stamp)| {
            within(&path, stamp.length, LARGEST_DOCUMENT)?;
            let bytes = std::fs::read(content.join(&path)).map_err(|error| Fault::io(&path, &error))?;
            Ok(File { path, bytes })
        })
        .collect();
    let mut read_files = Vec::with_capacity(files.len());
    for file in files {
        match file {
            Ok(file) => read_files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let read = read(read_files, others.into_iter().map(|(path, _)| path));
    let (documents, assets, report) = (read.documents, read.assets, read.report);
    Ok(Imported { documents, assets, report, ..Imported::default() })
}

fn print(start: &Start, import: &Import, imported: &Imported) -> Result<(), CliError> {
    let (report, site) = (&imported.report, &import.site);
    if start.json {
        let json = serde_json::json!({
            "site": site,
            "documents": imported.documents.len(),
            "drafts": imported.drafts.len(),
            "assets": imported.assets.len(),
            "lines": report,
        });
        println!("{json}");
        return Ok(());
    }
    for line in &report.lines {
        println!("{line}");
    }
    println!(
        "{} pages and {} other files {} into {site}: {} changes, {} warnings, {} left out",
        imported.documents.len() + imported.drafts.len(),
        imported.assets.len(),
        if import.dry_run { "would go" } else { "go" },
        report.count(Weight::Changed),
        report.count(Weight::Warning),
        report.count(Weight::Dropped)
    );
    Ok(())
}
