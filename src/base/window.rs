//! A window of a list: so many items beside an edge. Ids sort by time, so an edge stays where it is while items come.

use super::{Id, IdKind};

/// Which items of a list, newest first, are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Window<K: IdKind> {
    /// How many at most.
    pub limit: u64,
    /// Those that follow this one, older than it.
    pub after: Option<Id<K>>,
    /// Those right before this one, newer than it.
    pub before: Option<Id<K>>,
}

impl<K: IdKind> Window<K> {
    /// The newest.
    pub fn newest(limit: u64) -> Window<K> {
        Window { limit, after: None, before: None }
    }

    /// Makes the window of rows that were asked for with one more than the limit, in the order of the question; says
    /// whether there are more.
    pub fn cut<T>(&self, mut rows: Vec<T>) -> (Vec<T>, bool) {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        if self.before.is_some() {
            rows.reverse();
        }
        (rows, has_more)
    }
}
