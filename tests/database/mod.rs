//! The database of a test: SQLite in its folder, or one of its own on the PostgreSQL server that `TEST_DATABASE_URL` names
//! (`postgres://USER@HOST:PORT`, without a database). `tests/run` starts such a server for its stage "postgres".

mod left;
mod migrations;
mod search;
mod wall;

pub use search::{Place, places, tables};

use std::path::Path;
use std::process::Command;

use citepress::base::{Clock, Ids};
use citepress::db::{Db, DbConfig};
use citepress::queue::JobId;
use sea_orm::ConnectionTrait;

/// A file of a data folder that names its database, where that does not lie in the folder.
const NAMED: &str = "database-url";

/// A database that is there as long as this is.
pub struct Fresh {
    /// Empty: SQLite in the test's folder.
    pub url: String,
}

impl Fresh {
    pub async fn new() -> Fresh {
        let Some(server) = server() else { return Fresh { url: String::new() } };
        let unique: JobId = Ids::system(Clock::system()).new_id();
        let name = format!("test_{unique}");
        admin(&server, &format!("CREATE DATABASE {name}")).await;
        Fresh { url: format!("{server}/{name}") }
    }

    /// For a data folder, which then tells of it; by a test that does nothing at the same time.
    pub fn at_once(data: &Path) -> Fresh {
        std::fs::create_dir_all(data).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Fresh::of(data))
    }

    /// For a data folder, which then tells of it.
    pub async fn of(data: &Path) -> Fresh {
        let fresh = Fresh::new().await;
        if !fresh.url.is_empty() {
            std::fs::write(data.join(NAMED), &fresh.url).unwrap();
        }
        fresh
    }
}

impl Drop for Fresh {
    /// Hundreds of them would fill the disk.
    fn drop(&mut self) {
        let Some((server, name)) = self.url.rsplit_once('/') else { return };
        let (server, drop) = (server.to_owned(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(admin(&server, &drop));
        });
        let _ = dropped.join();
    }
}

/// The database of a data folder, for a process of its own; empty for the one in the folder.
pub fn of(data: &Path) -> String {
    std::fs::read_to_string(data.join(NAMED)).unwrap_or_default()
}

/// What tells the program where a data folder's database is.
pub fn named(data: &Path) -> Option<(&'static str, String)> {
    Some(("DATABASE_URL", of(data))).filter(|(_, url)| !url.is_empty())
}

/// The program, told so.
pub fn citepress(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citepress"));
    command.envs(named(data));
    command
}

#[expect(clippy::disallowed_methods, reason = "which server the tests may use is told by their environment")]
fn server() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok()
}

/// Whether tests run on a server, or each on a file of its own.
pub fn is_served() -> bool {
    server().is_some()
}

async fn admin(server: &str, statement: &str) {
    let config = DbConfig { url: format!("{server}/postgres"), ..DbConfig::default() };
    let db = Db::open(&config).await.unwrap();
    db.system().execute_unprepared(statement).await.unwrap();
    db.close().await;
}
