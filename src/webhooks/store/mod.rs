//! Queries. The organisation comes first: a row of another is not found.

pub(super) mod deliveries;
pub(super) mod endpoints;

use std::str::FromStr;

use crate::db::DbError;

fn corrupt(what: &'static str, value: &str) -> DbError {
    DbError::Corrupt { what, value: value.chars().take(80).collect() }
}

/// Reads an id of a column.
fn parsed<T: FromStr>(what: &'static str, text: &str) -> Result<T, DbError> {
    text.parse().map_err(|_| corrupt(what, text))
}
