//! Names that nobody has, remembered for a moment: who asks for one again and again asks the database twice a second.

use std::time::{Duration, Instant};

use quick_cache::sync::Cache;

use crate::base::HostName;

/// Names remembered, apart from the real ones: a flood of made-up names pushes out only its like.
const NAMES: usize = 10_000;
/// How long. As long as it may take to hear of other processes' flips: no name is unknown for longer than it was before.
const FOR: Duration = Duration::from_millis(500);

pub(super) struct Unknown(Cache<HostName, Asked>);

#[derive(Clone, Copy)]
struct Asked {
    /// The number of flips at which nobody had the name.
    at: i64,
    until: Instant,
}

impl Unknown {
    pub(super) fn new() -> Unknown {
        Unknown(Cache::new(NAMES))
    }

    /// Whether nobody has the name, as far as flip number `now`. Any flip may be the one by which somebody got it.
    pub(super) fn is(&self, host: &HostName, now: i64, moment: Instant) -> bool {
        self.0.get(host).is_some_and(|asked| asked.at == now && moment < asked.until)
    }

    /// Nobody had it at that number, which was read before it was looked up.
    pub(super) fn remember(&self, host: &HostName, at: i64, moment: Instant) {
        self.0.insert(host.clone(), Asked { at, until: moment + FOR });
    }

    /// Somebody has it.
    pub(super) fn forget(&self, host: &HostName) {
        self.0.remove(host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_unknown_until_something_flips_or_a_moment_is_over() {
        let (unknown, host, began) = (Unknown::new(), "a.example".parse().unwrap(), Instant::now());
        assert!(!unknown.is(&host, 1, began));
        unknown.remember(&host, 1, began);
        assert!(unknown.is(&host, 1, began + FOR / 2));
        assert!(!unknown.is(&"b.example".parse().unwrap(), 1, began));
        assert!(!unknown.is(&host, 2, began), "any flip may have given it to somebody");
        assert!(!unknown.is(&host, 0, began), "it was looked up later than that");
        assert!(!unknown.is(&host, 1, began + FOR));
        unknown.forget(&host);
        assert!(!unknown.is(&host, 1, began));
    }

    #[test]
    fn a_flood_of_names_takes_a_bounded_place() {
        let (unknown, began) = (Unknown::new(), Instant::now());
        let names: Vec<HostName> = (0..3 * NAMES).map(|n| format!("n{n}.example").parse().unwrap()).collect();
        names.iter().for_each(|name| unknown.remember(name, 1, began));
        assert!(names.iter().filter(|name| unknown.is(name, 1, began)).count() <= NAMES);
    }
}
