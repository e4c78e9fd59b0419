//! What holds: a few rows, as doors ask for them. Pure.

use std::collections::HashMap;

use super::{Flag, SwitchedOff};
use crate::tenancy::OrgId;

/// A switch that somebody has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Which.
    pub flag: Flag,
    /// For which organisation; absent: for everybody.
    pub org: Option<OrgId>,
    /// Whether it is on.
    pub is_on: bool,
    /// Since when, in milliseconds since the epoch.
    pub since: i64,
}

/// All that are set.
#[derive(Debug, Default)]
pub(super) struct Held(HashMap<(Flag, Option<OrgId>), (bool, i64)>);

impl Held {
    pub(super) fn of(switches: &[Switch]) -> Held {
        let one = |switch: &Switch| ((switch.flag, switch.org), (switch.is_on, switch.since));
        Held(switches.iter().map(one).collect())
    }

    pub(super) fn check(&self, flag: Flag, org: Option<OrgId>) -> Result<(), SwitchedOff> {
        let own = org.and_then(|org| self.0.get(&(flag, Some(org))));
        match own.or_else(|| self.0.get(&(flag, None))) {
            Some((false, since)) => Err(SwitchedOff { flag, since: *since, everybody: own.is_none() }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};

    #[test]
    fn what_is_said_of_one_organisation_goes_before_what_is_said_of_all() {
        let ids = Ids::system(Clock::system());
        let [a, b]: [OrgId; 2] = [ids.new_id(), ids.new_id()];
        let switch = |flag, org, is_on| Switch { flag, org, is_on, since: 1 };
        let held = Held::of(&[
            switch(Flag::Publishing, None, false),
            switch(Flag::Publishing, Some(a), true),
            switch(Flag::Engines, Some(a), false),
        ]);
        let may = |flag, org| held.check(flag, org).map_err(|off| off.everybody);
        assert_eq!((may(Flag::Publishing, None), may(Flag::Publishing, Some(b))), (Err(true), Err(true)));
        assert_eq!(may(Flag::Publishing, Some(a)), Ok(()));
        assert_eq!((may(Flag::Engines, Some(a)), may(Flag::Engines, Some(b))), (Err(false), Ok(())));
        assert_eq!(may(Flag::SignUp, None), Ok(()), "nobody has said anything of it");
    }
}
