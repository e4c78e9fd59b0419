//! What names, addresses and roles may be.

use super::AccountError;
use crate::tenancy::{OrgScope, Role};

/// An address as it is kept. Only a mail can tell whether it is somebody's; this refuses what can't be one.
pub(super) fn email(text: &str) -> Result<String, AccountError> {
    let folded = text.trim().to_lowercase();
    let bad = || AccountError::Email(text.chars().take(80).collect());
    let (name, host) = folded.rsplit_once('@').ok_or_else(bad)?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"()[]\\@".contains(c);
    let host_ok = host.parse::<crate::base::HostName>().is_ok();
    if name.is_empty() || folded.len() > 254 || !name.chars().all(plain) || !host_ok {
        return Err(bad());
    }
    Ok(folded)
}

/// A name as it is kept.
pub(super) fn name(text: &str) -> Result<String, AccountError> {
    let name = text.trim();
    let fits = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(AccountError::Name) }
}

/// Members are managed by admins and owners; what concerns an owner, by owners alone.
pub(super) fn may_manage(scope: &OrgScope, concerned: [Role; 2]) -> Result<(), AccountError> {
    if scope.role() == Role::Owner {
        return Ok(());
    }
    if concerned.contains(&Role::Owner) {
        return Err(AccountError::Forbidden("owners"));
    }
    may_admin(scope)
}

/// Owners and admins.
pub(super) fn may_admin(scope: &OrgScope) -> Result<(), AccountError> {
    if scope.role() >= Role::Admin { Ok(()) } else { Err(AccountError::Forbidden("owners and admins")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_folded_and_what_can_be_none_is_refused() {
        assert_eq!(email(" Ada@Example.COM ").unwrap(), "ada@example.com");
        for bad in
            ["", "ada", "@example.com", "a b@example.com", "a@b@c", "ada@", "a\n@example.com", "<a>@b.c"]
        {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_one_line_of_some_length() {
        assert_eq!(name(" Ada ").unwrap(), "Ada");
        assert!(name(" ").is_err() && name("a\nb").is_err() && name(&"x".repeat(101)).is_err());
    }
}
