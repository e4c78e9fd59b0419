//! Lanes: what workers take turns over, and how free slots are shared out between them. Pure.

use std::collections::HashMap;
use std::fmt;

use crate::tenancy::OrgId;

/// The jobs of one kind, organisation, priority and payload version. They are alike to the engine: the oldest is next.
/// Its text is a column of each job, so that one index finds the heads of all lanes without passing over the rest.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    pub kind: String,
    pub org: Option<OrgId>,
    pub priority: i32,
    pub version: u32,
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let org = self.org.map_or_else(|| "-".to_owned(), |org| org.to_string());
        write!(f, "{} {org} {} {}", self.kind, self.priority, self.version)
    }
}

impl Lane {
    /// Reads the column back; none for a text that this version didn't write.
    pub fn parse(text: &str) -> Option<Lane> {
        let mut words = text.split(' ');
        let (kind, org, priority, version) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let org = if org == "-" { None } else { Some(org.parse().ok()?) };
        Some(Lane {
            kind: kind.to_owned(),
            org,
            priority: priority.parse().ok()?,
            version: version.parse().ok()?,
        })
    }
}

/// A lane with work in it.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub lane: Lane,
    /// Jobs whose time has come; counted only as far as there are slots.
    pub ready: u32,
    /// There may be more than were counted.
    pub more: bool,
    /// When the first one is or was due, in milliseconds since the epoch.
    pub first: i64,
}

/// How many jobs of a kind may run at once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    pub all: Option<u32>,
    pub per_org: Option<u32>,
}

/// What is being worked on, over all workers, and whose turn was last at this one.
#[derive(Debug, Default)]
pub(super) struct Turns {
    pub running_of_org: HashMap<Option<OrgId>, u32>,
    pub running_of_kind: HashMap<String, u32>,
    /// Of those kinds that have a limit for each organisation.
    pub running_of_both: HashMap<(String, Option<OrgId>), u32>,
    /// Counts up with each job handed out; absent: not served yet, or long ago.
    pub served: HashMap<Option<OrgId>, u64>,
    pub count: u64,
}

impl Turns {
    /// Shares `slots` out. The organisation with the least at work goes first, then the one served longest ago; so an
    /// organisation with ten thousand jobs holds another's first one up by one job at most. Within an organisation
    /// priority decides, then age. `limits` gives the most of a kind that may run at once. What is handed out is not
    /// `ready` any more.
    pub fn share(
        &mut self,
        slots: u32,
        waiting: &mut [Waiting],
        limits: impl Fn(&str) -> Limits,
    ) -> Vec<(Lane, u32)> {
        let mut given: Vec<u32> = vec![0; waiting.len()];
        for _ in 0..slots {
            let next = (0..waiting.len())
                .filter(|n| waiting[*n].ready > 0 && self.has_room(&waiting[*n].lane, &limits))
                .min_by_key(|n| self.rank(&waiting[*n]));
            let Some(next) = next else { break };
            waiting[next].ready -= 1;
            given[next] += 1;
            self.hand_out(&waiting[next].lane);
        }
        let picks = waiting.iter().zip(given).filter(|(_, given)| *given > 0);
        picks.map(|(waiting, given)| (waiting.lane.clone(), given)).collect()
    }

    fn has_room(&self, lane: &Lane, limits: impl Fn(&str) -> Limits) -> bool {
        let Limits { all, per_org } = limits(&lane.kind);
        let of_kind = || self.running_of_kind.get(&lane.kind).copied().unwrap_or(0);
        let of_both = || self.running_of_both.get(&(lane.kind.clone(), lane.org)).copied().unwrap_or(0);
        all.is_none_or(|limit| of_kind() < limit) && per_org.is_none_or(|limit| of_both() < limit)
    }

    fn rank(&self, waiting: &Waiting) -> (u32, u64, i32, i64) {
        let org = &waiting.lane.org;
        let running = self.running_of_org.get(org).copied().unwrap_or(0);
        let served = self.served.get(org).copied().unwrap_or(0);
        (running, served, waiting.lane.priority.saturating_neg(), waiting.first)
    }

    fn hand_out(&mut self, lane: &Lane) {
        self.count += 1;
        self.served.insert(lane.org, self.count);
        *self.running_of_org.entry(lane.org).or_default() += 1;
        *self.running_of_kind.entry(lane.kind.clone()).or_default() += 1;
        *self.running_of_both.entry((lane.kind.clone(), lane.org)).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};

    fn waiting(org: OrgId, priority: i32, ready: u32, first: i64) -> Waiting {
        let lane = Lane { kind: "a.b".into(), org: Some(org), priority, version: 1 };
        Waiting { lane, ready, more: false, first }
    }

    fn orgs() -> (OrgId, OrgId) {
        let ids = Ids::seeded(Clock::system(), "orgs");
        (ids.new_id(), ids.new_id())
    }

    #[test]
    fn a_lane_survives_its_text() {
        for org in [None, Some(orgs().0)] {
            let lane = Lane { kind: "pages.generate".into(), org, priority: -3, version: 2 };
            assert_eq!(Lane::parse(&lane.to_string()), Some(lane));
        }
        assert_eq!(Lane::parse("other"), None);
    }

    #[test]
    fn the_newcomer_gets_the_next_slot_though_the_greedy_one_is_older() {
        let (greedy, newcomer) = orgs();
        let mut turns = Turns::default();
        let mut all = [waiting(greedy, 9, 2, 0), waiting(newcomer, 0, 1, 99)];
        assert_eq!(turns.share(1, &mut all[..1], |_| Limits::default())[0].0.org, Some(greedy));
        turns.running_of_org.clear();
        assert_eq!(turns.share(1, &mut all, |_| Limits::default())[0].0.org, Some(newcomer));
    }

    #[test]
    fn slots_are_halved_between_two_and_nothing_stays_free() {
        let (one, other) = orgs();
        let shares = |ready: u32| {
            let mut all = [waiting(one, 0, 8, 0), waiting(other, 0, ready, 99)];
            let picks = Turns::default().share(8, &mut all, |_| Limits::default());
            (picks[0].1, picks[1].1, all[0].ready)
        };
        assert_eq!(shares(8), (4, 4, 4));
        assert_eq!(shares(1), (7, 1, 1));
    }

    #[test]
    fn priority_goes_before_age_within_one_organisation() {
        let (one, _) = orgs();
        let mut all = [waiting(one, 0, 8, 0), waiting(one, 5, 1, 99)];
        let picks = Turns::default().share(1, &mut all, |_| Limits::default());
        assert_eq!((picks.len(), picks[0].0.priority), (1, 5));
    }

    #[test]
    fn a_kind_at_its_limit_waits() {
        let (one, _) = orgs();
        let mut turns = Turns::default();
        turns.running_of_kind.insert("a.b".into(), 1);
        let limits = Limits { all: Some(3), per_org: None };
        let picks = turns.share(8, &mut [waiting(one, 0, 8, 0)], |_| limits);
        assert_eq!(picks[0].1, 2);
    }

    #[test]
    fn of_a_kind_with_a_limit_for_each_organisation_slots_stay_free_for_others() {
        let (one, other) = orgs();
        let mut turns = Turns::default();
        turns.running_of_both.insert(("a.b".into(), Some(one)), 1);
        let limits = |_: &str| Limits { all: None, per_org: Some(3) };
        let picks = turns.share(8, &mut [waiting(one, 0, 8, 0)], limits);
        assert_eq!(picks[0].1, 2);
        assert_eq!(turns.share(6, &mut [waiting(other, 0, 1, 99)], limits)[0].1, 1);
    }
}
