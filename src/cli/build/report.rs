//! What a build tells people and programs.

use std::path::Path;

use press::Fault;
use serde::Serialize;

use super::output::Tally;
use crate::cli::{CliError, Start};

/// A build that went well.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// Pages that were rendered.
    pub pages: usize,
    pub files: Tally,
    pub milliseconds: u128,
    /// What is not as its author may think.
    pub warnings: Vec<Fault>,
}

#[derive(Serialize)]
struct Json<'a> {
    ok: bool,
    out: String,
    pages: usize,
    files: usize,
    written: usize,
    unchanged: usize,
    removed: usize,
    milliseconds: u128,
    warnings: Vec<FaultJson<'a>>,
    faults: Vec<FaultJson<'a>>,
}

/// A fault for programs.
#[derive(Serialize)]
pub(in crate::cli) struct FaultJson<'a> {
    file: &'a str,
    line: Option<u32>,
    what: &'a str,
    cure: &'a str,
}

impl<'a> From<&'a Fault> for FaultJson<'a> {
    fn from(fault: &'a Fault) -> FaultJson<'a> {
        FaultJson { file: &fault.file, line: fault.line, what: &fault.what, cure: &fault.cure }
    }
}

/// Prints the result: one line, or every fault.
pub(super) fn print(
    start: &Start,
    out: &Path,
    outcome: &Result<Outcome, Vec<Fault>>,
) -> Result<(), CliError> {
    if start.json {
        println!("{}", serde_json::to_string(&json(out, outcome))?);
        return Ok(());
    }
    match outcome {
        Ok(outcome) => {
            warn(&outcome.warnings);
            start.say(line(out, outcome));
        }
        Err(faults) => eprintln!("{}", lines(faults)),
    }
    Ok(())
}

/// Every warning on a line of its own.
pub(super) fn warn(warnings: &[Fault]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

/// The result on one line.
pub(super) fn line(out: &Path, outcome: &Outcome) -> String {
    let Outcome { pages, files, milliseconds, .. } = outcome;
    format!(
        "{pages} pages rendered in {milliseconds} ms: {} files in {} ({} written, {} unchanged, {} removed)",
        files.files,
        out.display(),
        files.written,
        files.unchanged,
        files.removed
    )
}

/// Every fault on a line of its own, and how many there are.
pub(in crate::cli) fn lines(faults: &[Fault]) -> String {
    let mut lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let plural = if faults.len() == 1 { "" } else { "s" };
    lines.push(format!("error: {} fault{plural}; nothing was changed", faults.len()));
    lines.join("\n")
}

fn json<'a>(out: &Path, outcome: &'a Result<Outcome, Vec<Fault>>) -> Json<'a> {
    let done = outcome.as_ref().ok();
    let tally = done.map(|done| done.files).unwrap_or_default();
    Json {
        ok: done.is_some(),
        out: out.display().to_string(),
        pages: done.map_or(0, |done| done.pages),
        files: tally.files,
        written: tally.written,
        unchanged: tally.unchanged,
        removed: tally.removed,
        milliseconds: done.map_or(0, |done| done.milliseconds),
        warnings: done.into_iter().flat_map(|done| &done.warnings).map(FaultJson::from).collect(),
        faults: outcome.as_ref().err().into_iter().flatten().map(FaultJson::from).collect(),
    }
}
