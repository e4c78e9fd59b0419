//! Queries. The scope comes first: a row of another tenant is not found.

pub(super) mod claims;
pub(super) mod depart;
pub(super) mod drafts;
pub(super) mod pages;
pub(super) mod revisions;
pub(super) mod sources;

use crate::db::DbError;
use crate::tenancy::SiteScope;

fn corrupt(what: &'static str, value: &str) -> DbError {
    DbError::Corrupt { what, value: value.chars().take(80).collect() }
}

/// The key that a row was found with.
fn scope_of(scopes: &[SiteScope], site: &str) -> Result<SiteScope, DbError> {
    let found = scopes.iter().find(|scope| scope.site().to_string() == site);
    found.copied().ok_or_else(|| corrupt("site id", site))
}

fn offset(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
