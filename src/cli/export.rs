//! `citepress export`: a site as an archive that can be taken elsewhere.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;

use super::{CliError, Start};
use crate::app::App;
use crate::base::Slug;
use crate::departures::Form;

/// Arguments of `citepress export`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The site's name, the first part of its address
    #[arg(value_name = "SITE")]
    site: String,
    /// The archive to be written
    #[arg(long, value_name = "ZIP")]
    out: PathBuf,
    /// The organisation that the site belongs to [default: SITE]
    #[arg(long, value_name = "SLUG")]
    org: Option<String>,
    /// The files of the live edition instead of what they are built from
    #[arg(long = "static")]
    built: bool,
}

pub(super) fn run(start: &Start, export: &Export) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let app = App::open(start.settings.clone(), start.settings.server.port).await?;
        let bytes = write(start, &app, export).await?;
        app.db.close().await;
        let out = export.out.display();
        if start.json {
            println!(
                "{}",
                serde_json::json!({ "site": export.site, "out": out.to_string(), "bytes": bytes })
            );
        } else {
            start.say(format_args!("Wrote {out}: {bytes} bytes."));
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Writes beside the place and puts it there at the end, so that no half archive is ever taken for a whole one.
async fn write(start: &Start, app: &App, export: &Export) -> Result<u64, CliError> {
    let slug: Slug = export.site.parse()?;
    let org_slug: Slug = export.org.as_ref().unwrap_or(&export.site).parse()?;
    let missing = || format!("there is no site {slug} of an organisation {org_slug}: name it with --org");
    let org = app.accounts.as_operator(&org_slug).await?.ok_or_else(missing)?;
    let scope = app.sites.scope_by_slug(&org, &slug).await?.ok_or_else(missing)?;
    let form = if export.built { Form::Static } else { Form::Sources };
    let draft = Draft::beside(&export.out)?;
    let bar = bar(start);
    let told = |done, stage: &str| {
        bar.set_message(format!("{stage} {done}"));
        true
    };
    let out = BufWriter::new(draft.file.try_clone()?);
    let out = app.departures.export_site(&scope, form, out, told).await;
    bar.finish_and_clear();
    out?.into_inner().map_err(std::io::IntoInnerError::into_error)?.flush()?;
    draft.put(&export.out)
}

fn bar(start: &Start) -> ProgressBar {
    let shown = !start.quiet && !start.json && std::io::stderr().is_terminal();
    if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() }
}

/// An archive that is being written. Dropped, it is removed.
struct Draft {
    path: tempfile::TempPath,
    file: File,
}

impl Draft {
    fn beside(out: &Path) -> Result<Draft, CliError> {
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let made = tempfile::Builder::new().prefix(".citepress-").suffix(".zip").tempfile_in(folder);
        let made = made.map_err(|error| format!("{}: {error}", folder.display()))?;
        let (file, path) = made.into_parts();
        Ok(Draft { path, file })
    }

    fn put(self, out: &Path) -> Result<u64, CliError> {
        self.file.sync_all()?;
        let length = self.file.metadata()?.len();
        self.path.persist(out).map_err(|error| format!("{}: {}", out.display(), error.error))?;
        Ok(length)
    }
}
