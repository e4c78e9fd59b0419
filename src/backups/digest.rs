//! What tells the contents of two tables apart, whatever the order of their rows: engines sort texts differently.

use serde_json::Value;

/// The sum of the rows' hashes, and their number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Digest {
    pub rows: u64,
    sum: [u64; 4],
}

impl Digest {
    /// Adds a row; its line.
    pub fn add(&mut self, row: &[Value]) -> String {
        let line = Value::from(row).to_string();
        let hash = blake3::hash(line.as_bytes());
        for (sum, bytes) in self.sum.iter_mut().zip(hash.as_bytes().chunks_exact(8)) {
            let word = bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            *sum = sum.wrapping_add(word);
        }
        self.rows += 1;
        line
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.sum.iter().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[[Value; 2]]) -> String {
        let mut digest = Digest::default();
        for row in rows {
            digest.add(row);
        }
        digest.to_string()
    }

    #[test]
    fn the_order_of_rows_does_not_count_and_everything_else_does() {
        let (a, b) = ([Value::from("a"), Value::from(1)], [Value::from("b"), Value::Null]);
        assert_eq!(digest(&[a.clone(), b.clone()]), digest(&[b.clone(), a.clone()]));
        for other in [
            vec![a.clone()],
            vec![a.clone(), a.clone()],
            vec![[Value::from("a"), Value::from("1")], b.clone()],
        ] {
            assert_ne!(digest(&[a.clone(), b.clone()]), digest(&other));
        }
    }
}
