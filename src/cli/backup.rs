//! `citepress backup` and `citepress restore`

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::{CliError, Start};
use crate::app::{self, App};
use crate::backups::{BackupError, Losses, Lost};
use crate::base::{Clock, Ids};
use crate::db::Db;
use crate::keys::Keys;

/// Write everything into one archive, while servers and workers go on
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The archive to be written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Put secret.key in as well: whoever has the archive then has all secrets
    #[arg(long)]
    with_key: bool,
}

/// Make an installation from a backup, in an empty place
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The archive
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// An archive that lacks something is there, and no success.
const INCOMPLETE: u8 = 2;

pub(super) fn backup(start: &Start, args: &Backup) -> Result<ExitCode, CliError> {
    start.block_on(async {
        current(start).await?;
        let app = App::open(start.settings.clone(), start.settings.server.port).await?;
        let bar = bar(start);
        let written = app.backups.write(&args.file, args.with_key, &|done, stage| told(&bar, done, stage)).await;
        bar.finish_and_clear();
        app.db.close().await;
        let written = written?;
        let file = args.file.display();
        if start.json {
            let what = json!({
                "file": file.to_string(), "bytes": written.bytes, "rows": written.rows, "blobs": written.blobs,
                "with_key": args.with_key, "lost": written.lost.listed, "lost_in_all": written.lost.count,
            });
            println!("{what}");
        } else {
            let (bytes, rows, blobs) = (written.bytes, written.rows, written.blobs);
            start.say(format_args!("Wrote {file}: {rows} rows, {blobs} blobs, {bytes} bytes."));
            if !args.with_key {
                let key = start.settings.data.join("secret.key");
                let key = key.display();
                start.say(format_args!("Without the key. Keep {key} elsewhere: no secret opens without it."));
            }
        }
        Ok(complete(&written.lost, "Publish these sites again, or upload these files, and make another backup."))
    })
}

pub(super) fn restore(start: &Start, args: &Restore) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let bar = bar(start);
        let told = |done, stage: &str| told(&bar, done, stage);
        let restored = Box::pin(app::restore(start.settings.clone(), &args.file, &told)).await;
        bar.finish_and_clear();
        let (restored, trees) = restored?;
        if start.json {
            let what = json!({
                "made_at": restored.made_at, "rows": restored.rows, "blobs": restored.blobs.len(), "sites": trees,
                "changed": restored.changed, "lost": restored.lost.listed, "lost_in_all": restored.lost.count,
            });
            println!("{what}");
        } else {
            let (rows, blobs, made_at) = (restored.rows, restored.blobs.len(), &restored.made_at);
            start.say(format_args!("Restored {rows} rows and {blobs} blobs, as they were at {made_at}."));
            if restored.changed > 0 {
                let changed = restored.changed;
                start.say(format_args!("{changed} rows held a NUL, which PostgreSQL does not keep: it is U+FFFD now."));
            }
            start.say(format_args!(
                "Next: `citepress admin verify-audit-log`, then `citepress serve`. The trees of {trees} live sites are \
                 written by the first worker. Jobs that waited are done now: leave the installation that this was made \
                 of stopped, or webhooks and mails go out twice."
            ));
        }
        Ok(complete(&restored.lost, "These were missing when the backup was made: publish those sites again."))
    })
}

/// Opening everything would migrate the database, and a backup before an upgrade is to be one from before it. It would also
/// make a key where there is none.
async fn current(start: &Start) -> Result<(), CliError> {
    let db = Db::open(&start.settings.database.pools(&start.settings.data)).await?;
    let pending = db.pending_migrations().await;
    db.close().await;
    match pending? {
        pending if pending.is_empty() => {}
        pending if pending.len() == Db::known_migrations().len() => {
            return Err("there is no installation here yet: name its data folder with --data".into());
        }
        pending => return Err(BackupError::Older(pending.join(", ")).into()),
    }
    let (data, clock) = (&start.settings.data, Clock::system());
    match Keys::find(data, &Ids::system(clock.clone()), clock)? {
        Some(_) => Ok(()),
        None => Err(BackupError::KeyGone(data.display().to_string()).into()),
    }
}

fn complete(lost: &Losses, cure: &str) -> ExitCode {
    if lost.is_empty() {
        return ExitCode::SUCCESS;
    }
    for Lost { of, why } in &lost.listed {
        eprintln!("missing: {of}: {why}");
    }
    if lost.unlisted() > 0 {
        eprintln!("missing: {} more", lost.unlisted());
    }
    eprintln!("error: {} blobs are not in it; everything else is. {cure}", lost.count);
    ExitCode::from(INCOMPLETE)
}

fn bar(start: &Start) -> ProgressBar {
    let shown = !start.quiet && !start.json && std::io::stderr().is_terminal();
    if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() }
}

fn told(bar: &ProgressBar, done: u64, stage: &str) -> bool {
    bar.set_message(format!("{stage} {done}"));
    bar.tick();
    true
}
