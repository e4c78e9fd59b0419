//! `citepress build`: the file face of the press. A site's folder in, finished files out.

mod drafts;
mod once;
mod output;
mod read;
mod report;
mod serve;
mod session;
mod theme;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{CliError, Start, progress};
use session::Session;

pub(super) use once::once;
pub(super) use read::{LARGEST_DOCUMENT, within};
pub(super) use report::{FaultJson, lines as fault_lines};
pub(super) use theme::Place as ThemePlace;

/// Arguments of `citepress build`.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The site: a folder with site.toml, content/ and, where wished, assets/, static/ and themes/
    #[arg(value_name = "DIR")]
    site: PathBuf,
    /// Where the files go (default: public in the site's folder)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A theme from elsewhere (default: themes/NAME in the site or beside it, else the built-in one)
    #[arg(long, value_name = "DIR")]
    theme: Option<PathBuf>,
    /// Write .br and .gz beside every text file
    #[arg(long)]
    compress: bool,
    /// Serve the files on this machine, build again when something changes and reload open pages
    #[arg(long)]
    serve: bool,
    /// Build drafts too
    #[arg(long)]
    drafts: bool,
    /// The address the site will have (default: base_url of site.toml)
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
}

impl Build {
    fn out(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(|| self.site.join("public"))
    }
}

pub(super) fn run(start: &Start, build: &Build) -> Result<ExitCode, CliError> {
    if build.serve {
        return start.block_on(serve::run(start, build));
    }
    let outcome = Session::open(build).and_then(|mut session| session.build(&progress::bar(start)));
    report::print(start, &build.out(), &outcome)?;
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
