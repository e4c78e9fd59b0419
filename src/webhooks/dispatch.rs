//! From events to deliveries.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::deliver::DeliverWebhook;
use super::sweep;
use super::{Delivery, DeliveryState, EventType, READER, WebhookError, Webhooks, message, store};
use crate::db::WriteTx;
use crate::events::{Event, EventId, Wake};
use crate::queue::NewJob;
use crate::tenancy::OrgId;

/// Events of one transaction. With twenty endpoints each may be twenty deliveries.
const AT_ONCE: u64 = 50;
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

impl Webhooks {
    /// Hands out what happens, without an end: as soon as this process writes an event, and every few seconds what others
    /// have written. Any number of processes may do so at once.
    pub async fn follow(self: Arc<Self>) {
        let mut wakes = self.events.wakes();
        let mut sweep_at = Instant::now();
        let mut away = false;
        loop {
            let wake = wakes.next().await;
            let mut done = self.hand_out(&wake).await;
            if done.is_ok() && Instant::now() >= sweep_at {
                sweep_at = Instant::now() + sweep::EVERY;
                done = self.sweep().await;
            }
            match done {
                Ok(()) => away = false,
                Err(error) => {
                    if !away {
                        tracing::warn!(target: "webhooks", %error, "events wait to be handed out");
                    }
                    away = true;
                    tokio::time::sleep(AFTER_TROUBLE).await;
                }
            }
        }
    }

    /// Makes deliveries of all events that have not been looked at yet. Organisations take turns.
    ///
    /// # Errors
    /// The first that came; of other organisations as much was handed out as could be.
    pub async fn hand_out(&self, wake: &Wake) -> Result<(), WebhookError> {
        // Where there was nothing to do, or it can't be done, nothing will come of doing it again at once.
        let mut done = HashSet::new();
        let mut first = Ok(());
        loop {
            let mut behind = self.events.behind(READER, wake).await?;
            behind.retain(|org| !done.contains(org));
            if behind.is_empty() {
                return first;
            }
            for org in behind {
                match self.hand_out_some(org).await {
                    Ok(true) => {}
                    Ok(false) => {
                        done.insert(org);
                    }
                    Err(error) => {
                        done.insert(org);
                        first = first.and(Err(error));
                    }
                }
            }
        }
    }

    /// One transaction: deliveries, their jobs, and the place up to which events were read. `false` when there were no
    /// events: another process was first.
    async fn hand_out_some(&self, org: OrgId) -> Result<bool, WebhookError> {
        let mut tx = self.db.write_of(org).await?;
        let events = self.events.read_on(&mut tx, READER, org, AT_ONCE).await?;
        if events.is_empty() {
            tx.rollback().await?;
            return Ok(false);
        }
        let endpoints = store::endpoints::all_on(&tx, org).await?;
        let told = events.iter().filter_map(|event| Some((EventType::of_kind(&event.kind)?, event)));
        let mut new = Vec::new();
        for (kind, event) in told {
            let wants = |kept: &&store::endpoints::Kept| {
                kept.endpoint.types.contains(&kind) && event.seq > kept.after_seq
            };
            for kept in endpoints.iter().filter(wants) {
                new.push(self.delivery(org, kept.endpoint.id, kind, event));
            }
        }
        self.send_soon(&mut tx, &new).await?;
        tx.commit().await?;
        Ok(true)
    }

    fn delivery(&self, org: OrgId, endpoint: super::EndpointId, kind: EventType, event: &Event) -> Delivery {
        let body = message::of_event(org, kind, event);
        self.new_delivery(org, endpoint, event.id, kind.as_str().to_owned(), body)
    }

    /// A delivery that was never tried.
    pub(super) fn new_delivery(
        &self,
        org: OrgId,
        endpoint: super::EndpointId,
        event: EventId,
        kind: String,
        body: String,
    ) -> Delivery {
        let now = self.clock.millis();
        Delivery {
            id: self.ids.new_id(),
            org,
            endpoint,
            event,
            kind,
            body,
            state: DeliveryState::Pending,
            replay_of: None,
            attempts: 0,
            next_at: Some(now),
            last: None,
            created_at: now,
        }
    }

    /// Keeps new deliveries and asks for their first attempts.
    pub(super) async fn send_soon(&self, tx: &mut WriteTx, new: &[Delivery]) -> Result<(), WebhookError> {
        store::deliveries::insert(tx, new).await?;
        for delivery in new {
            self.ask(tx, delivery, Duration::ZERO).await?;
        }
        Ok(())
    }

    /// Asks for a delivery's next attempt.
    pub(super) async fn ask(
        &self,
        tx: &mut WriteTx,
        delivery: &Delivery,
        wait: Duration,
    ) -> Result<(), WebhookError> {
        let job = DeliverWebhook::next(delivery);
        let dedup = job.dedup();
        self.queue.enqueue(tx, NewJob::new(job).org(delivery.org).dedup(dedup).wait(wait)).await?;
        Ok(())
    }
}
