//! `citepress audit`: the checks in a terminal, on a folder or on a website.

mod built;
mod folder;
mod observe;
mod sitemap;

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use checks::report::{Report, TextStyle, text};
use checks::{Scope, Subject, judge};
use clap::{Args, ValueEnum};
use press::Fault;
use url::Url;

use super::build::fault_lines;
use super::{CliError, Start};
use crate::base::Clock;

/// Arguments of `citepress audit`.
#[derive(Debug, Args)]
pub(super) struct Audit {
    /// A website's address, a folder of HTML files, or a site's folder (with site.toml), which is built first
    #[arg(value_name = "URL|DIR")]
    target: String,
    /// How the report is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// End with code 1 if the score is lower
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// The most pages that are judged (default: 50 of a website, 1000 of a folder)
    #[arg(long, value_name = "N")]
    pages: Option<usize>,
    /// Judge the age of pages as of this day (default: today)
    #[arg(long, value_name = "DATE")]
    at: Option<jiff::civil::Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What is judged, and how many pages there are besides.
struct Observed {
    subject: Subject,
    /// Pages that were found, judged or not.
    found: usize,
}

pub(super) fn run(start: &Start, audit: &Audit) -> Result<ExitCode, CliError> {
    let clock = Clock::system();
    let mut observed = match website(&audit.target) {
        Some(url) => start.block_on(observe::website(start, url, audit.pages.unwrap_or(50), clock))?,
        None => match folder::read(Path::new(&audit.target), audit.pages.unwrap_or(1000), clock.now()) {
            Ok(observed) => observed,
            Err(faults) => return failed(start, &faults),
        },
    };
    if let Some(day) = audit.at {
        observed.subject.now = day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp();
    }
    if observed.subject.documents.is_empty() {
        return Err(format!(
            "{} holds no page to judge: name a folder with HTML files, or an address",
            audit.target
        )
        .into());
    }
    let report = judge(&observed.subject, Scope::Site);
    if start.json || audit.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", text(&report, style()));
        if observed.found > report.pages {
            start.say(format!(
                "{} of {} pages were judged; --pages N judges more",
                report.pages, observed.found
            ));
        }
    }
    Ok(verdict(&report, audit.fail_under))
}

/// The target as an address, if it is written as one. `example.com` is a folder's name as well as a host's, so that the
/// scheme has to be there.
fn website(target: &str) -> Option<Url> {
    let url = Url::parse(target).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn failed(start: &Start, faults: &[Fault]) -> Result<ExitCode, CliError> {
    if start.json {
        let faults: Vec<super::build::FaultJson<'_>> = faults.iter().map(Into::into).collect();
        println!("{}", serde_json::json!({ "ok": false, "faults": faults }));
    } else {
        eprintln!("{}", fault_lines(faults));
    }
    Ok(ExitCode::FAILURE)
}

fn style() -> TextStyle {
    let color = std::io::stdout().is_terminal();
    TextStyle { width: 100, color, ..TextStyle::default() }
}

/// Without a score nothing was shown to be good enough.
fn verdict(report: &Report, fail_under: Option<u8>) -> ExitCode {
    let Some(least) = fail_under else { return ExitCode::SUCCESS };
    let score = report.score.map(|score| score.value);
    if score.is_some_and(|score| score >= f64::from(least)) {
        return ExitCode::SUCCESS;
    }
    match score {
        Some(score) => eprintln!("error: the score {score:.1} is under {least}"),
        None => eprintln!("error: there is no score, and --fail-under asks for {least}"),
    }
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_a_web_scheme_is_a_website() {
        assert!(website("https://a.example").is_some());
        for folder in ["public", "./a", "a.example", "/srv/site", "c:/site", "file:///etc"] {
            assert!(website(folder).is_none(), "{folder}");
        }
    }
}
