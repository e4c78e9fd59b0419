//! Queries. The scope comes first: a row of another tenant is not found.

pub(super) mod claims;
pub(super) mod depart;
pub(super) mod drafts;
mod line;
pub(super) mod pages;
pub(super) mod revisions;
pub(super) mod sources;

use crate::db::DbError;
use crate::tenancy::SiteId;

fn corrupt(what: &'static str, value: &str) -> DbError {
    DbError::Corrupt { what, value: value.chars().take(80).collect() }
}

fn site_id(site: &str) -> Result<SiteId, DbError> {
    site.parse().map_err(|_| corrupt("site id", site))
}

fn offset(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
