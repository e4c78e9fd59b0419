//! `citepress migrate`

use std::process::ExitCode;

use clap::Subcommand;

use super::{CliError, Start};
use crate::db::Db;

/// Bring the database's schema up to date, or see what is to be done
#[derive(Debug, Subcommand)]
pub(super) enum Migrate {
    /// Apply what is not applied yet
    Up,
    /// Take migrations back, and with them what they brought: the last ones, or all with ALL DATA
    Down {
        /// How many, the last first: to go back to the version before
        #[arg(long, value_name = "N", conflicts_with = "delete_all_data")]
        steps: Option<u32>,
        /// Yes, all data
        #[arg(long)]
        delete_all_data: bool,
    },
    /// Say what is not applied yet
    Status,
}

pub(super) fn run(start: &Start, command: &Migrate) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let settings = &start.settings;
        std::fs::create_dir_all(&settings.data)?;
        let config = settings.database.pools(&settings.data);
        let db = Db::open(&config).await?;
        match command {
            Migrate::Up => {
                let pending = db.pending_migrations().await?;
                db.migrate().await?;
                start.say(format_args!("Applied {}. The schema is up to date.", pending.len()));
            }
            Migrate::Down { steps: Some(steps), .. } => {
                db.migrate_down(Some(*steps)).await?;
                let pending = db.pending_migrations().await?;
                start.say(format_args!(
                    "Taken back: {}. Start the version that knows none of them.",
                    pending.join(", ")
                ));
            }
            Migrate::Down { steps: None, delete_all_data: false } => {
                let cure = "add --steps N for the last ones, or --delete-all-data if that is meant";
                return Err(format!(
                    "`migrate down` takes every migration back and deletes all data: {cure}"
                )
                .into());
            }
            Migrate::Down { steps: None, delete_all_data: true } => {
                db.migrate_down(None).await?;
                start.say("All migrations are taken back; the database is empty.");
            }
            Migrate::Status => {
                let pending = db.pending_migrations().await?;
                if start.json {
                    println!("{}", serde_json::json!({ "pending": pending }));
                } else if pending.is_empty() {
                    println!("The schema is up to date.");
                } else {
                    println!("To apply (`citepress migrate up`): {}", pending.join(", "));
                }
            }
        }
        db.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
