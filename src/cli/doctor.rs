//! `citepress doctor`: tries each configured part and says how to mend what does not work.

use std::process::ExitCode;

use serde::Serialize;

use super::{CliError, Start};
use crate::app::Listening;
use crate::base::{Clock, Ids};
use crate::db::{Db, DbConfig};
use crate::keys::Keys;
use crate::storage::Storage;
use crate::themes::Themes;

#[derive(Debug, Serialize)]
struct Finding {
    part: &'static str,
    ok: bool,
    /// What was found, or what is wrong and how to mend it.
    says: String,
}

pub(super) fn run(start: &Start) -> Result<ExitCode, CliError> {
    start.block_on(async {
        let findings = vec![
            finding("data folder", data(start)),
            finding("database", database(start).await),
            finding("storage", storage(start).await),
            finding("key", key(start)),
            finding("port", port(start).await),
            finding("engines", engines(start)),
            finding("theme", theme()),
        ];
        if start.json {
            println!("{}", serde_json::to_string_pretty(&findings)?);
        } else {
            for Finding { part, ok, says } in &findings {
                println!("{} {part:<12} {says}", if *ok { "ok  " } else { "FAIL" });
            }
        }
        let well = findings.iter().all(|finding| finding.ok);
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

fn finding(part: &'static str, tried: Result<String, String>) -> Finding {
    Finding { part, ok: tried.is_ok(), says: tried.unwrap_or_else(|why| why) }
}

fn data(start: &Start) -> Result<String, String> {
    let folder = &start.settings.data;
    let probe = folder.join(".doctor");
    let tried = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"probe"))
        .and_then(|()| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Ok(format!("{} can be written", folder.display())),
        Err(error) => {
            Err(format!("{}: {error}. Give another with --data, or mend its permissions", folder.display()))
        }
    }
}

async fn database(start: &Start) -> Result<String, String> {
    let settings = &start.settings;
    let url = settings.database.url.reveal().to_owned();
    let config = DbConfig { url, data: settings.data.clone(), readers: settings.database.readers };
    let db = Db::open(&config).await.map_err(|error| error.to_string())?;
    let pending = db.pending_migrations().await.map_err(|error| error.to_string())?;
    let backend = format!("{:?}", db.backend());
    db.close().await;
    match pending.len() {
        0 => Ok(format!("{backend}, schema up to date")),
        n => Ok(format!("{backend}, {n} migrations to apply: `citepress migrate up`, or `serve` does it")),
    }
}

async fn storage(start: &Start) -> Result<String, String> {
    let folder = start.settings.data.join("blobs");
    let tried = async {
        let storage = Storage::disk(&folder)?;
        let hash = storage.put(bytes::Bytes::from_static(b"doctor")).await?;
        storage.get(hash).await
    };
    tried
        .await
        .map(|_| format!("{} keeps and gives back", folder.display()))
        .map_err(|error| error.to_string())
}

fn key(start: &Start) -> Result<String, String> {
    let clock = Clock::system();
    let opened = Keys::open(&start.settings.data, &Ids::system(clock.clone()), clock);
    opened.map(|_| "secret.key is readable".to_owned()).map_err(|error| error.to_string())
}

async fn port(start: &Start) -> Result<String, String> {
    let listening = Listening::bind(&start.settings).await?;
    Ok(format!("{} is free", listening.port()))
}

fn engines(start: &Start) -> Result<String, String> {
    let clock = Clock::system();
    let ids = Ids::system(clock.clone());
    crate::app::engine(&start.settings.llm, &clock, &ids).map_err(|error| error.to_string())?;
    let engines = start.settings.llm.engines.join(", ");
    let sandbox =
        if engines == "sandbox" { " (no language model: pages are arranged from sources)" } else { "" };
    Ok(format!("{engines}{sandbox}"))
}

fn theme() -> Result<String, String> {
    let theme = Themes::new()
        .get("atlas")
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    Ok(format!("{} compiles", theme.name()))
}
