//! Which editions are kept: the live one, the newest, and what is young.

use std::time::Duration;

use serde_json::json;

use super::model::{Edition, EditionState};
use super::{PublishError, Publishing, store};
use crate::events::Happened;
use crate::tenancy::SiteScope;

/// Which editions of a site are kept besides the live one and those that are still to be built.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// So many with the highest numbers, however old. One at least is kept, because the next number follows from it.
    pub newest: u32,
    /// Those that were made, or were last live, within this time.
    pub younger_than: Duration,
}

/// The event that is all that tells of an edition then.
pub(super) const REMOVED: &str = "edition.removed";

/// Editions of one transaction.
const BATCH: u64 = 100;

impl Publishing {
    /// Removes a site's editions that are not to be kept; how many they were. What they alone referred to is swept later.
    ///
    /// # Errors
    /// When the database refuses; what was removed until then stays removed.
    pub async fn prune(&self, scope: &SiteScope) -> Result<u64, PublishError> {
        let (mut pruned, mut after) = (0, 0);
        // Of most sites nothing is ever removed: nobody's writing is held up for them.
        if store::newest_number(&self.db.of(scope), scope).await? <= Some(i64::from(self.retention.newest)) {
            return Ok(0);
        }
        loop {
            let mut tx = self.db.write_of(scope).await?;
            // Under the site's lock: none goes live while it is being removed, and none is built upon.
            let live = self.sites.live_edition(&tx, scope).await?;
            let Some(newest) = store::newest_number(tx.conn(), scope).await? else { return Ok(pruned) };
            let below = self.retention.kept_from(newest);
            let some = store::between(&tx, scope, after, below, BATCH).await?;
            let Some(last) = some.last() else { return Ok(pruned) };
            after = last.number;
            for edition in &some {
                let is_live = live.as_deref() == Some(&edition.id.to_string());
                if is_live || !self.retention.is_over(edition, self.clock.millis()) {
                    continue;
                }
                store::delete(&tx, scope, edition.id).await?;
                let data = json!({ "number": edition.number });
                let happened = Happened { kind: REMOVED, subject: edition.id.to_string(), data };
                self.events.record(&mut tx, scope.org().org(), scope.org().actor(), happened);
                pruned += 1;
            }
            tx.commit().await?;
        }
    }
}

impl Retention {
    /// The lowest number that is kept for being among the newest.
    fn kept_from(self, newest: i64) -> i64 {
        newest - i64::from(self.newest.max(1)) + 1
    }

    /// Whether an edition that is neither live nor among the newest is to go.
    fn is_over(self, edition: &Edition, now: i64) -> bool {
        let young = i64::try_from(self.younger_than.as_millis()).unwrap_or(i64::MAX);
        let last = edition.created_at.max(edition.live_at);
        edition.state != EditionState::Queued && last < now.saturating_sub(young)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Clock, Ids};

    const DAY: i64 = 24 * 60 * 60 * 1000;

    fn edition(state: EditionState, created_at: i64, live_at: i64) -> Edition {
        Edition {
            id: Ids::seeded(Clock::system(), "retention").new_id(),
            number: 1,
            state,
            manifest: None,
            pressed: None,
            go_live: true,
            files: 0,
            bytes: 0,
            written: 0,
            duration_ms: 0,
            actor: String::new(),
            reason: String::new(),
            error: None,
            warnings: Vec::new(),
            created_at,
            live_at,
        }
    }

    #[test]
    fn an_edition_is_over_when_it_is_old_and_was_not_live_lately() {
        let keep = Retention { newest: 3, younger_than: Duration::from_secs(7 * 24 * 60 * 60) };
        let over = |state, created, live| keep.is_over(&edition(state, created * DAY, live * DAY), 100 * DAY);
        assert!(over(EditionState::Ready, 92, 0) && over(EditionState::Failed, 10, 0));
        assert!(!over(EditionState::Ready, 94, 0), "it is young");
        assert!(!over(EditionState::Ready, 10, 99), "it was live yesterday");
        assert!(!over(EditionState::Queued, 10, 0), "it is still to be built");
        assert_eq!((keep.kept_from(10), keep.kept_from(2)), (8, 0));
        assert_eq!(Retention { newest: 0, ..keep }.kept_from(10), 10);
    }
}
