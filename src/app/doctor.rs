//! Tries each configured part and says how to mend what does not work.

use serde::Serialize;

use super::Listening;
use crate::backups::last_made;
use crate::base::clock::timestamp;
use crate::base::{Clock, Ids};
use crate::cache::Cache;
use crate::config::Settings;
use crate::db::Db;
use crate::keys::Keys;
use crate::queue::Queue;
use crate::themes::Themes;

/// What was found of one part.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// The part.
    pub part: &'static str,
    /// Whether it works.
    pub ok: bool,
    /// What was found, or what is wrong and how to mend it.
    pub says: String,
}

/// Tries each part.
pub async fn examine(settings: &Settings) -> Vec<Finding> {
    vec![
        finding("data folder", data(settings)),
        finding("database", database(settings).await),
        finding("redis", redis(settings).await),
        finding("storage", storage(settings).await),
        finding("key", key(settings)),
        finding("port", port(settings).await),
        finding("mail", mail(settings).await),
        finding("engines", engines(settings)),
        finding("theme", theme()),
        finding("backups", backups(settings).await),
    ]
}

/// How old the last backup may be: one night may be missed.
const STALE: i64 = 2 * 24 * 60 * 60 * 1000;

fn finding(part: &'static str, tried: Result<String, String>) -> Finding {
    Finding { part, ok: tried.is_ok(), says: tried.unwrap_or_else(|why| why) }
}

fn data(settings: &Settings) -> Result<String, String> {
    let folder = &settings.data;
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

async fn database(settings: &Settings) -> Result<String, String> {
    let config = settings.database.pools(&settings.data);
    let db = Db::open(&config).await.map_err(|error| error.to_string())?;
    let pending = db.pending_migrations().await.map_err(|error| error.to_string())?;
    let follows = db.replica_follows().await;
    // Before the first migration there is no such role yet.
    let tenants = if pending.is_empty() { db.try_tenants().await } else { Ok(()) };
    let backend = format!("{:?}{}", db.backend(), if follows.is_some() { " and a read replica" } else { "" });
    db.close().await;
    if let Err(error) = tenants {
        let cure =
            "GRANT citepress_tenant TO the user of database.url, or `citepress migrate up` as one who may";
        return Err(format!("tenants' work can't be done ({error}): {cure}"));
    }
    if follows == Some(false) {
        let cure =
            "look whether it runs and streams, and at database.replica_url. Until then the primary is asked";
        return Err(format!("the read replica is away or behind: {cure}"));
    }
    match pending.len() {
        0 => Ok(format!("{backend}, schema up to date")),
        n => Ok(format!("{backend}, {n} migrations to apply: `citepress migrate up`, or `serve` does it")),
    }
}

async fn redis(settings: &Settings) -> Result<String, String> {
    // Nothing is kept there: the key makes no difference.
    match settings.redis.cache([0; 32]) {
        Some(config) => Cache::examine(&config).await,
        None => Ok("none is set: limits, live events and caches are each process's own".to_owned()),
    }
}

async fn storage(settings: &Settings) -> Result<String, String> {
    let (place, cure) = match settings.storage.bucket() {
        Some(bucket) => {
            let cure = ": look whether the bucket is there, and at storage.endpoint and storage.access_key";
            (format!("bucket {}", bucket.bucket), cure)
        }
        None => (settings.data.join("blobs").display().to_string(), ""),
    };
    let tried = async { super::storage(settings)?.try_out("doctor").await };
    let tried = tried.await.map_err(|error| error.to_string());
    tried.map(|()| format!("{place} keeps and gives back")).map_err(|error| format!("{error}{cure}"))
}

fn key(settings: &Settings) -> Result<String, String> {
    let clock = Clock::system();
    let opened = Keys::open(&settings.data, &Ids::system(clock.clone()), clock);
    opened.map(|_| "secret.key is readable".to_owned()).map_err(|error| error.to_string())
}

async fn port(settings: &Settings) -> Result<String, String> {
    let listening = Listening::bind(settings).await?;
    Ok(format!("{} is free", listening.port()))
}

async fn mail(settings: &Settings) -> Result<String, String> {
    let mailer = super::mail::mailer(settings, &Clock::system()).map_err(|error| error.to_string())?;
    mailer.try_out().await.map_err(|error| error.to_string())
}

fn engines(settings: &Settings) -> Result<String, String> {
    let clock = Clock::system();
    let ids = Ids::system(clock.clone());
    super::engine(&settings.llm, &clock, &ids).map_err(|error| error.to_string())?;
    let engines = settings.llm.engines.join(", ");
    let sandbox =
        if engines == "sandbox" { " (no language model: pages are arranged from sources)" } else { "" };
    Ok(format!("{engines}{sandbox}"))
}

/// Whether backups are made where they are to be.
async fn backups(settings: &Settings) -> Result<String, String> {
    let Some(folder) = settings.backup.folder() else {
        return Ok(
            "none are made by themselves: set backup.folder, or call `citepress backup FILE`".to_owned()
        );
    };
    let shown = folder.display();
    let probe = folder.join(".doctor");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"probe"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|error| {
            format!("{shown}: {error}. Name another as backup.folder, or mend its permissions")
        })?;
    let clock = Clock::system();
    let db = Db::open(&settings.database.pools(&settings.data)).await.map_err(|error| error.to_string())?;
    let queue = Queue::new(db.clone(), Ids::system(clock.clone()));
    let last = last_made(&queue, Some(folder), clock.now()).await;
    db.close().await;
    let cure = "look at the jobs `backups.make`, and whether a worker with backup.folder runs";
    match last.map_err(|error| error.to_string())? {
        None => {
            Err(format!("none was made yet; one is due at \"{}\" (UTC): {cure}", settings.backup.schedule))
        }
        Some(at) if at < clock.millis() - STALE => {
            Err(format!("the last one was made at {}, more than two days ago: {cure}", timestamp(at)))
        }
        Some(at) => Ok(format!("the last one was made at {}", timestamp(at))),
    }
}

fn theme() -> Result<String, String> {
    let theme = Themes::new()
        .get("atlas")
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    Ok(format!("{} compiles", theme.name()))
}
