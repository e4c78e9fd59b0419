//! How many at once: places that are taken and given back.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Open<K> = Arc<Mutex<HashMap<K, usize>>>;

/// So many places for each key, and so many in all.
pub struct Places<K> {
    each: usize,
    all: usize,
    open: Open<K>,
}

/// A place that somebody has, until it is dropped.
pub struct Place<K: Eq + Hash> {
    key: K,
    open: Open<K>,
}

impl<K: Clone + Eq + Hash> Places<K> {
    /// Empty places.
    pub fn new(each: usize, all: usize) -> Places<K> {
        Places { each, all, open: Arc::default() }
    }

    /// A place, if there is one left.
    pub fn take(&self, key: K) -> Option<Place<K>> {
        let mut open = lock(&self.open);
        let taken: usize = open.values().sum();
        let own = open.get(&key).copied().unwrap_or(0);
        if own >= self.each || taken >= self.all {
            return None;
        }
        open.insert(key.clone(), own + 1);
        Some(Place { key, open: Arc::clone(&self.open) })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(own) = open.get_mut(&self.key) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.key);
            }
        }
    }
}

fn lock<K>(open: &Open<K>) -> MutexGuard<'_, HashMap<K, usize>> {
    // Counts are whole between any two lines: a panic elsewhere leaves them right.
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_given_back() {
        let places = Places::new(1, 2);
        let first = places.take("a");
        assert!(first.is_some() && places.take("a").is_none(), "one each");
        let second = places.take("b");
        assert!(second.is_some() && places.take("c").is_none(), "two in all");
        drop(first);
        assert!(places.take("a").is_some());
        drop(second);
        assert!(lock(&places.open).is_empty(), "who was refused leaves nothing behind");
    }
}
