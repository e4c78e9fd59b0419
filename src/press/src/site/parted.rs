//! A sorted sequence cut into parts at content-defined borders.
//!
//! A key begins a new part if its own hash says so. Putting in or taking out a key therefore touches one part, or two
//! when it is a border, however long the sequence is; and the same set of keys is always cut in the same way.
//!
//! Two things keep the parts presentable: a sequence that is not much longer than a part is not cut at all, and the very
//! first key begins no part of its own, which would leave the first one empty.

use crate::hash;
use imbl::{OrdMap, OrdSet};
use std::ops::Bound;
use std::sync::Arc;

/// A key whose name decides whether it is a border.
pub(crate) trait Named: Ord + Clone {
    fn name(&self) -> &Arc<str>;
}

impl Named for Arc<str> {
    fn name(&self) -> &Arc<str> {
        self
    }
}

#[derive(Clone)]
pub(crate) struct Parted<K: Named, V: Clone> {
    items: OrdMap<K, V>,
    borders: OrdSet<K>,
    /// One key in `size` is a border; a power of two.
    size: u64,
}

/// A sequence of up to this many times the size of a part is left whole.
const WHOLE: u64 = 2;

impl<K: Named, V: Clone> Parted<K, V> {
    pub(crate) fn new(size: u64) -> Parted<K, V> {
        Parted { items: OrdMap::new(), borders: OrdSet::new(), size }
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if hash::of_bytes(key.name().as_bytes()).is_multiple_of(self.size) {
            self.borders.insert(key.clone());
        }
        self.items.insert(key, value);
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.borders.remove(key);
        self.items.remove(key);
    }

    pub(crate) fn items(&self) -> &OrdMap<K, V> {
        &self.items
    }

    /// The border at which the part that holds (or would hold) `key` begins; `None` for the first part.
    pub(crate) fn part_of(&self, key: &K) -> Option<&K> {
        let border = self.borders.range::<_, K>((Bound::Unbounded, Bound::Included(key))).next_back();
        border.filter(|border| self.begins(border))
    }

    /// The parts that a change at `key` can touch: its own and its two neighbours.
    pub(crate) fn around(&self, key: &K) -> Vec<Option<K>> {
        let mut parts = Vec::with_capacity(3);
        let own = self.part_of(key).cloned();
        parts.push(own.as_ref().and_then(|own| self.before(own)));
        parts.extend(self.after(own.as_ref()).map(Some));
        parts.push(own);
        parts
    }

    /// The border before a border; `None` is the first part.
    pub(crate) fn before(&self, border: &K) -> Option<K> {
        let before = self.borders.range::<_, K>((Bound::Unbounded, Bound::Excluded(border))).next_back();
        before.filter(|border| self.begins(border)).cloned()
    }

    /// The border after a part.
    pub(crate) fn after(&self, part: Option<&K>) -> Option<K> {
        let start = part.map_or(Bound::Unbounded, Bound::Excluded);
        self.borders.range::<_, K>((start, Bound::Unbounded)).find(|border| self.begins(border)).cloned()
    }

    /// Is there such a part now?
    pub(crate) fn has_part(&self, part: Option<&K>) -> bool {
        part.is_none_or(|border| self.borders.contains(border) && self.begins(border))
    }

    /// The entries of a part, in order.
    pub(crate) fn part(&self, part: Option<&K>) -> impl Iterator<Item = (&K, &V)> {
        let start = part.map_or(Bound::Unbounded, Bound::Included);
        let end = self.after(part);
        self.items.range::<_, K>((start, end.as_ref().map_or(Bound::Unbounded, Bound::Excluded)))
    }

    /// All parts in order, the first one included.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Option<&K>> {
        std::iter::once(None).chain(self.borders.iter().filter(|border| self.begins(border)).map(Some))
    }

    /// Everything lies in the first part.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_short() || self.after(None).is_none()
    }

    fn is_short(&self) -> bool {
        self.items.len() as u64 <= self.size * WHOLE
    }

    /// Whether a border really begins a part.
    fn begins(&self, border: &K) -> bool {
        !self.is_short() && self.items.get_min().is_none_or(|(first, _)| first != border)
    }

    /// The parts to look at again when a change may have cut this sequence, or made it whole.
    pub(crate) fn parts_if_cut_changed(&self, before: &Parted<K, V>) -> Vec<Option<K>> {
        if self.is_whole() == before.is_whole() {
            return Vec::new();
        }
        self.parts().chain(before.parts()).map(Option::<&K>::cloned).collect()
    }
}

/// The name of the part that begins at a border: twelve hex digits that stay as long as the border does.
pub(crate) fn part_name(border: &str) -> String {
    let hash = blake3::hash(border.as_bytes());
    hash.to_hex()[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parted(keys: &[String]) -> Parted<Arc<str>, ()> {
        let mut parted = Parted::new(8);
        for key in keys {
            parted.insert(Arc::from(key.as_str()), ());
        }
        parted
    }

    #[test]
    fn the_parts_hold_everything_once_and_in_order() {
        let keys: Vec<String> = (0..500).map(|n| format!("key-{n:04}")).collect();
        let parted = parted(&keys);
        assert!(!parted.is_whole());
        let told: Vec<String> = parted
            .parts()
            .flat_map(|part| parted.part(part).map(|(key, ())| key.to_string()).collect::<Vec<_>>())
            .collect();
        assert_eq!(told, keys);
    }

    #[test]
    fn a_short_sequence_is_whole_and_no_part_is_empty() {
        for count in 0..200 {
            let keys: Vec<String> = (0..count).map(|n| format!("key-{n:04}")).collect();
            let parted = parted(&keys);
            assert!(count > 16 || parted.is_whole(), "{count} keys");
            let empty = parted.parts().any(|part| parted.part(part).next().is_none());
            assert!(!empty || count == 0, "{count} keys leave a part empty");
        }
    }

    #[test]
    fn one_new_key_changes_only_parts_around_it() {
        let keys: Vec<String> = (0..500).map(|n| format!("key-{n:04}")).collect();
        let before = parted(&keys);
        for new in 0..200 {
            let mut after = before.clone();
            let key: Arc<str> = format!("key-{:04}x{new}", new * 2).into();
            after.insert(key.clone(), ());
            let near = after.around(&key);
            for part in after.parts().map(Option::<&Arc<str>>::cloned) {
                let same = before.has_part(part.as_ref())
                    && before
                        .part(part.as_ref())
                        .map(|(k, ())| k)
                        .eq(after.part(part.as_ref()).map(|(k, ())| k));
                assert!(same || near.contains(&part), "{key}: {part:?} changed but is not near");
            }
        }
    }
}
