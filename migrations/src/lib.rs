//! The schema, as SeaORM migrations that run alike on SQLite and PostgreSQL. One file per room.
//!
//! Times are milliseconds since the epoch (`bigint`), ids and hashes are text, JSON is text: what both engines keep alike.

use async_trait::async_trait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait,
};

mod table;

mod m0001_events;
mod m0002_accounts;
mod m0003_jobs;
mod m0004_sites;
mod m0005_pages;
mod m0006_publishing;
mod m0007_sign_in;
mod m0008_windows;
mod m0009_idempotency;
mod m0010_webhooks;
mod m0011_departures;
mod m0012_drafts;
mod m0013_oidc;
mod m0014_places;
mod m0015_pressed;
mod m0016_warnings;
mod m0017_owners;
mod m0018_scheduled;
mod m0019_wall;
mod m0020_holds;
mod m0021_flags;

/// All migrations, in order.
struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_events::Events),
            Box::new(m0002_accounts::Accounts),
            Box::new(m0003_jobs::Jobs),
            Box::new(m0004_sites::Sites),
            Box::new(m0005_pages::Pages),
            Box::new(m0006_publishing::Publishing),
            Box::new(m0007_sign_in::SignIn),
            Box::new(m0008_windows::Windows),
            Box::new(m0009_idempotency::Idempotency),
            Box::new(m0010_webhooks::Webhooks),
            Box::new(m0011_departures::Departures),
            Box::new(m0012_drafts::Drafts),
            Box::new(m0013_oidc::Oidc),
            Box::new(m0014_places::Places),
            Box::new(m0015_pressed::Pressed),
            Box::new(m0016_warnings::Warnings),
            Box::new(m0017_owners::Owners),
            Box::new(m0018_scheduled::Scheduled),
            Box::new(m0019_wall::Wall),
            Box::new(m0020_holds::Holds),
            Box::new(m0021_flags::Flags),
        ]
    }
}

/// Two processes that start at once must not migrate at once (PostgreSQL; SQLite's writer lock does it by itself).
const ADVISORY_LOCK: i64 = 0x6369_7465_7072_6573;

/// Applies what is not applied yet, each migration in a transaction of its own.
///
/// # Errors
/// When the database holds migrations that this binary does not know (it is older than the database), or one fails:
/// that one is then undone, those before it stay.
pub async fn up(pool: &DatabaseConnection) -> Result<(), DbErr> {
    up_by(pool, None).await
}

/// As [`up`], so many of them at most: for the schema of an earlier version.
///
/// # Errors
/// As [`up`].
pub async fn up_by(pool: &DatabaseConnection, steps: Option<u32>) -> Result<(), DbErr> {
    if pool.get_database_backend() != DbBackend::Postgres {
        refuse_newer(pool).await?;
        return Migrator::up(pool, steps).await;
    }
    let lock = alone(pool).await?;
    refuse_newer(pool).await?;
    Migrator::up(pool, steps).await?;
    lock.commit().await
}

/// The lock lives as long as this transaction, on a connection of its own: a killed process lets go of it.
async fn alone(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let lock = pool.begin().await?;
    let take = format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})");
    lock.execute_raw(Statement::from_string(DbBackend::Postgres, take)).await?;
    Ok(lock)
}

/// Takes all migrations back, and with them all data.
///
/// # Errors
/// When one can't be taken back.
pub async fn down(pool: &DatabaseConnection) -> Result<(), DbErr> {
    down_by(pool, None).await
}

/// Takes the last migrations back, so many of them or all, and with them what they brought.
///
/// # Errors
/// When one can't be taken back: it is then as before, and those after it are taken back.
pub async fn down_by(pool: &DatabaseConnection, steps: Option<u32>) -> Result<(), DbErr> {
    if pool.get_database_backend() != DbBackend::Postgres {
        return Migrator::down(pool, steps).await;
    }
    let lock = alone(pool).await?;
    Migrator::down(pool, steps).await?;
    lock.commit().await
}

/// The names of all migrations that this binary knows, in order.
pub fn names() -> Vec<String> {
    Migrator::get_migration_files().iter().map(|migration| migration.name().to_owned()).collect()
}

/// Names of migrations that are still to be applied.
///
/// # Errors
/// When the database can't be read, or is newer than this binary.
pub async fn pending(pool: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(pool).await.map_err(|error| match error {
        // The library's word for a migration that was applied and is not known here.
        DbErr::Custom(what) => DbErr::Custom(format!("{NEWER} ({what})")),
        other => other,
    })?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

const NEWER: &str = "this database was migrated by a newer citepress: start that version, or restore a backup made \
    before it";

async fn refuse_newer(pool: &DatabaseConnection) -> Result<(), DbErr> {
    let known = Migrator::get_migration_files();
    for applied in Migrator::get_migration_models(pool).await? {
        if !known.iter().any(|migration| migration.name() == applied.version) {
            return Err(DbErr::Custom(format!("{NEWER} ({} is not known here)", applied.version)));
        }
    }
    Ok(())
}
