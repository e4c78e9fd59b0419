//! The database's clock: by it processes decide what is to hold for all of them.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::DbError;

/// The clock as a word of an engine's SQL, in milliseconds since the epoch.
pub fn now_word(backend: DbBackend) -> &'static str {
    match backend {
        // Of the statement, not of the transaction: that may be older than the lease it asks about.
        DbBackend::Postgres => "CAST(extract(epoch FROM statement_timestamp()) * 1000 AS bigint)",
        _ => "CAST(round(unixepoch('subsec') * 1000) AS INTEGER)",
    }
}

/// What the clock says, in milliseconds since the epoch.
///
/// # Errors
/// When the database can't be read.
pub async fn now(conn: &impl ConnectionTrait) -> Result<i64, DbError> {
    let backend = conn.get_database_backend();
    let query = Statement::from_string(backend, format!("SELECT {}", now_word(backend)));
    let row = conn.query_one_raw(query).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the time".into()))?;
    Ok(row.try_get_by_index(0)?)
}
