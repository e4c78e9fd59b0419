//! Typed ids: a prefix that says what it names, and a UUIDv7 in Crockford base32 (`page_01jd…`).
//! They sort by time of creation, hold 74 random bits, and one kind can't be handed over for another.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use super::Clock;

/// What an id names: the marker that keeps kinds apart.
pub trait IdKind: 'static {
    /// Stands before the underscore, in text and in the API.
    const PREFIX: &'static str;
}

/// Declares a kind of id: `id_kind!(PageId, Page, "page");`
#[macro_export]
macro_rules! id_kind {
    ($(#[$doc:meta])* $alias:ident, $kind:ident, $prefix:literal) => {
        #[doc(hidden)]
        pub enum $kind {}
        impl $crate::base::IdKind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        $(#[$doc])*
        pub type $alias = $crate::base::Id<$kind>;
    };
}

/// An id of one kind.
pub struct Id<K>(u128, PhantomData<fn() -> K>);

/// A text that is no id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no {prefix} id: it should read {prefix}_ and 26 characters")]
pub struct BadId {
    text: String,
    prefix: &'static str,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 26;
/// What each byte is worth as a digit; 255 for one that is none. Lists read and write hundreds of ids.
const VALUES: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        values[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0u8; DIGITS];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        f.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId { text: text.chars().take(60).collect(), prefix: K::PREFIX };
        let digits = text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or_else(bad)?;
        // 26 digits hold 130 bits: a first digit above 7 would be an alias of another id.
        if digits.len() != DIGITS || digits.as_bytes()[0] > b'7' {
            return Err(bad());
        }
        digits
            .bytes()
            .try_fold(0u128, |value, byte| {
                let digit = VALUES[usize::from(byte)];
                (digit < 32).then_some((value << 5) | u128::from(digit))
            })
            .map(|value| Id(value, PhantomData))
            .ok_or_else(bad)
    }
}

impl<K> Copy for Id<K> {}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: IdKind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: IdKind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Makes ids, tokens and jitter: randomness as a parameter.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
    entropy: Entropy,
}

#[derive(Clone, Debug)]
enum Entropy {
    System,
    Seeded(Arc<Mutex<blake3::OutputReader>>),
}

impl Ids {
    /// Random bits from the operating system.
    pub fn system(clock: Clock) -> Ids {
        Ids { clock, entropy: Entropy::System }
    }

    /// The same bits for the same seed: for tests and for the demo's reproducible output.
    pub fn seeded(clock: Clock, seed: &str) -> Ids {
        let stream = blake3::Hasher::new().update(seed.as_bytes()).finalize_xof();
        Ids { clock, entropy: Entropy::Seeded(Arc::new(Mutex::new(stream))) }
    }

    /// A new id, later in order than those made in an earlier millisecond.
    pub fn new_id<K: IdKind>(&self) -> Id<K> {
        let millis = u128::from(self.clock.millis().unsigned_abs()) & 0xffff_ffff_ffff;
        let random = u128::from_be_bytes(self.bytes::<16>());
        // RFC 9562: 48 bits of time, version 7, variant 10.
        let low = (random & 0x0fff_3fff_ffff_ffff_ffff) | (0x7 << 76) | (0x8 << 60);
        Id((millis << 80) | low, PhantomData)
    }

    /// Random bytes, fit for tokens and keys.
    ///
    /// # Panics
    /// When the operating system gives no random bytes: nothing safe can be done then.
    #[expect(
        clippy::disallowed_methods,
        clippy::expect_used,
        reason = "the one place where randomness enters"
    )]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.entropy {
            Entropy::System => getrandom::fill(&mut bytes).expect("the operating system's random source"),
            Entropy::Seeded(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes),
        }
        bytes
    }

    /// A number in 0..1, for jitter.
    pub fn fraction(&self) -> f64 {
        f64::from(u32::from_be_bytes(self.bytes::<4>())) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::timestamp;

    id_kind!(PageId, Page, "page");
    id_kind!(SiteId, Site, "site");

    #[test]
    fn an_id_survives_its_text_and_is_a_uuid_version_7() {
        let ids = Ids::seeded(Clock::fixed(timestamp(1_790_000_000_000)), "a");
        let id: PageId = ids.new_id();
        assert_eq!(id.to_string().parse::<PageId>(), Ok(id));
        assert_eq!(id.to_string().len(), "page_".len() + 26);
        assert_eq!((id.0 >> 76) & 0xf, 7);
        assert_eq!((id.0 >> 62) & 0b11, 0b10);
        assert_eq!(id.0 >> 80, 1_790_000_000_000);
    }

    #[test]
    fn an_id_of_another_kind_is_refused_by_name() {
        let ids = Ids::system(Clock::system());
        let site: SiteId = ids.new_id();
        let refused = site.to_string().parse::<PageId>().unwrap_err();
        assert!(refused.to_string().contains("no page id"), "{refused}");
    }

    #[test]
    fn only_one_text_names_an_id() {
        assert!("page_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<PageId>().is_err());
        assert!("page_0000000000000000000000000".parse::<PageId>().is_err());
        assert!("page_0000000000000000000000000I".parse::<PageId>().is_err());
        assert!("page_é00000000000000000000000é".parse::<PageId>().is_err());
    }

    #[test]
    fn later_ids_sort_later() {
        let clock = Clock::fixed(timestamp(5));
        let ids = Ids::seeded(clock.clone(), "b");
        let first: PageId = ids.new_id();
        clock.advance(std::time::Duration::from_millis(1));
        let second: PageId = ids.new_id();
        assert!(first < second && first.to_string() < second.to_string());
    }
}
