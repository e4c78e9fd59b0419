//! Numbers that stand for bytes: equal if the bytes are, and with near certainty only then.

/// The first eight bytes of BLAKE3.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
