//! Queries. The scope comes first: a row of another tenant is not found.

pub(super) mod claims;
pub(super) mod pages;
pub(super) mod revisions;
pub(super) mod sources;

use crate::db::DbError;

fn corrupt(what: &'static str, value: &str) -> DbError {
    DbError::Corrupt { what, value: value.chars().take(80).collect() }
}

fn offset(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
