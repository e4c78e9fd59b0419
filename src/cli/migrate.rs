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
    /// Take every migration back, and with them ALL DATA
    Down {
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
            Migrate::Down { delete_all_data: false } => {
                return Err("`migrate down` deletes all data: add --delete-all-data if that is meant".into());
            }
            Migrate::Down { delete_all_data: true } => {
                db.migrate_down().await?;
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
