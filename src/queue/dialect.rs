//! What differs between the engines in the queue's statements.

use sea_orm::{DbBackend, Statement, Value};

use crate::db;

/// A statement with `{now}` (the database's clock, in milliseconds since the epoch), `{skip}` (rows that another
/// worker is taking are passed over) and `{share}` (rows that nobody is to take before the transaction's end) filled in. Parameters are `$1`, `$2` … on both engines.
pub(super) fn statement(
    backend: DbBackend,
    template: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    let (skip, share) = match backend {
        DbBackend::Postgres => ("FOR UPDATE SKIP LOCKED", "FOR SHARE"),
        // One writer at a time: nothing to pass over, and nobody who could take what was read.
        _ => ("", ""),
    };
    let sql = template.replace("{now}", db::now_word(backend)).replace("{skip}", skip);
    let sql = sql.replace("{share}", share);
    Statement::from_sql_and_values(backend, sql, values)
}

/// `$3, $4, $5` for three values from the third parameter on.
pub(super) fn parameters(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Milliseconds as the database counts them.
pub(super) fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}
