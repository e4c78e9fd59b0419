//! Queries. What belongs to an organisation takes its id from a scope; what belongs to a person, from a session.

pub(super) mod depart;
pub(super) mod identities;
pub(super) mod invitations;
pub(super) mod keys;
pub(super) mod links;
pub(super) mod members;
pub(super) mod orgs;
pub(super) mod people;
pub(super) mod sessions;

use std::str::FromStr;

use crate::db::DbError;
use crate::tenancy::Role;

/// Reads an id or another typed word of a column.
fn parsed<T: FromStr>(what: &'static str, text: &str) -> Result<T, DbError> {
    text.parse().map_err(|_| DbError::Corrupt { what, value: text.chars().take(80).collect() })
}

fn role(text: &str) -> Result<Role, DbError> {
    Role::parse(text).ok_or_else(|| DbError::Corrupt { what: "role", value: text.chars().take(80).collect() })
}
