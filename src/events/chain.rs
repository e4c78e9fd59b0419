//! The hash chain: each event's hash covers the one before it.

use super::{Event, store};
use crate::db::{Db, DbError};

const PAGE: u64 = 1_000;

/// The first event at which a chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit log is broken at event {seq}: {why}")]
pub struct Broken {
    /// Its number.
    pub seq: i64,
    /// What is wrong with it.
    pub why: &'static str,
}

/// The hash of an event that follows `previous`. Fields are length-prefixed, so that none can pose as two.
pub(super) fn link(previous: &str, chain: &str, event: &Event) -> String {
    let mut hasher = blake3::Hasher::new();
    let (id, seq, at) = (event.id.to_string(), event.seq.to_string(), event.at.to_string());
    let data = event.data.to_string();
    for field in [previous, chain, &id, &seq, &at, &event.actor, &event.kind, &event.subject, &data] {
        hasher.update(&(field.len() as u64).to_le_bytes()).update(field.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

pub(super) async fn verify(db: &Db, chain: &str) -> Result<Result<i64, Broken>, DbError> {
    let (mut seq, mut hash) = (0, String::new());
    loop {
        // Read first: what is written meanwhile is then in the page, and not missing at its end.
        let head = store::head(db.system(), chain).await?;
        let page = store::list(db.system(), chain, seq, PAGE).await?;
        for event in &page {
            if event.seq != seq + 1 {
                return Ok(Err(Broken { seq: seq + 1, why: "it is missing" }));
            }
            if event.hash != link(&hash, chain, event) {
                return Ok(Err(Broken { seq: event.seq, why: "it was changed after it was written" }));
            }
            (seq, hash) = (event.seq, event.hash.clone());
        }
        if page.is_empty() {
            let whole = head == (seq, hash);
            return Ok(if whole {
                Ok(seq)
            } else {
                Err(Broken { seq: seq + 1, why: "lines at the end are missing" })
            });
        }
    }
}
