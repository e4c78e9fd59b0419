//! `citepress import`: folders of Markdown that were written for something else.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use press::Fault;
use rayon::prelude::*;

mod keep;

use super::build::{LARGEST_DOCUMENT, fault_lines, within};
use super::{CliError, Start, folder};
use crate::pages::import::{File, Import as Imported, Weight, read};

/// Arguments of `citepress import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The site's name, the first part of its address
    #[arg(value_name = "SITE")]
    site: String,
    /// A Zola site or its content folder, or any folder of Markdown
    #[arg(value_name = "DIR")]
    folder: PathBuf,
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

pub(super) fn run(start: &Start, import: &Import) -> Result<ExitCode, CliError> {
    let imported = match load(&import.folder) {
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
    start.block_on(keep::run(start, import, imported))
}

/// A whole Zola site is its content; a folder of Markdown is content itself.
fn content_of(folder: &Path) -> PathBuf {
    let content = folder.join("content");
    if content.is_dir() { content } else { folder.to_owned() }
}

/// Reads the folder and applies the conventions. All faults of reading at once.
fn load(folder: &Path) -> Result<Imported, Vec<Fault>> {
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
    if faults.is_empty() {
        Ok(read(read_files, others.into_iter().map(|(path, _)| path)))
    } else {
        Err(faults)
    }
}

fn print(start: &Start, import: &Import, imported: &Imported) -> Result<(), CliError> {
    let (report, site) = (&imported.report, &import.site);
    if start.json {
        let json = serde_json::json!({
            "site": site,
            "documents": imported.documents.len(),
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
        imported.documents.len(),
        imported.assets.len(),
        if import.dry_run { "would go" } else { "go" },
        report.count(Weight::Changed),
        report.count(Weight::Warning),
        report.count(Weight::Dropped)
    );
    Ok(())
}
