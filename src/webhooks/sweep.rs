//! What is cleared away now and then.

use std::time::Duration;

use super::deliver::DeliverWebhook;
use super::endpoints::millis;
use super::{Attempt, Delivery, DeliveryState, WebhookError, Webhooks, store};

/// How often a process looks.
pub(super) const EVERY: Duration = Duration::from_secs(60 * 60);
/// How long deliveries are kept.
const KEEP: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long after its time an attempt may still be on its way.
const LATE: Duration = Duration::from_secs(60 * 60);
/// Rows of one transaction.
const AT_ONCE: u64 = 500;
const ABANDONED: &str = "its job was called off, or lost its worker too often. Replay it";

impl Webhooks {
    /// Deletes old deliveries, and fails those whose job has ended without a word: one that was called off, or lost its
    /// worker too often, tells nobody.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sweep(&self) -> Result<(), WebhookError> {
        let now = self.clock.millis();
        loop {
            let tx = self.db.write_system().await?;
            let deleted = store::deliveries::purge(&tx, now.saturating_sub(millis(KEEP)), AT_ONCE).await?;
            tx.commit().await?;
            if deleted < AT_ONCE {
                break;
            }
        }
        for late in store::deliveries::overdue(&self.db, now.saturating_sub(millis(LATE)), AT_ONCE).await? {
            let dedup = DeliverWebhook::next(&late).dedup();
            if self.queue.live::<DeliverWebhook>(late.org, &dedup).await?.is_none() {
                self.abandon(late, now).await?;
            }
        }
        Ok(())
    }

    async fn abandon(&self, late: Delivery, now: i64) -> Result<(), WebhookError> {
        let tx = self.db.write_of(late.org).await?;
        store::endpoints::lock(&tx, late.org, late.endpoint).await?;
        let found = store::deliveries::get(tx.conn(), late.org, late.id).await?;
        // Its job may have ended between the two questions.
        let same = |found: &Delivery| found.state == late.state && found.attempts == late.attempts;
        if let Some(mut found) = found.filter(same) {
            let last = found.last.take();
            let (at, duration_ms, status) =
                last.map_or((now, 0, None), |last| (last.at, last.duration_ms, last.status));
            found.last =
                Some(Attempt { at, duration_ms, status, why: Some(ABANDONED.to_owned()), answer: None });
            (found.state, found.next_at) = (DeliveryState::Failed, None);
            store::deliveries::save(&tx, &found).await?;
        }
        Ok(tx.commit().await?)
    }
}
