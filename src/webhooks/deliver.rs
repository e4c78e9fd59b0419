//! One attempt at one delivery.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use url::Url;

use super::endpoints::{host, millis};
use super::rules::{self, Verdict};
use super::store::endpoints::Kept;
use super::{Attempt, Delivery, DeliveryId, DeliveryState, READER, State, WebhookError, Webhooks};
use super::{signing, store};
use crate::crawl::Post;
use crate::db::without_nul;
use crate::keys::BadSeal;
use crate::marks;
use crate::queue::{Backoff, Job, Policy};
use crate::tenancy::{Actor, OrgId, OrgScope};

/// Attempts have workers of their own: receivers that let us wait hold up no other work.
pub const QUEUE: &str = "webhooks";
/// How many attempts of one organisation are made at once: the others' find a free slot.
const PER_ORG: u32 = 4;
/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How much of its answer is kept, in bytes.
const KEPT: usize = 1024;

/// Make an attempt at a delivery. Done again it finds the attempt noted and does nothing; only where it was not noted it
/// is made twice, under the same id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeliverWebhook {
    /// Whose it is.
    pub org: OrgId,
    delivery: DeliveryId,
    /// The number of the attempt, from 1.
    attempt: u32,
}

impl Job for DeliverWebhook {
    const NAME: &'static str = "webhooks.deliver";

    fn policy() -> Policy {
        // Failed attempts are jobs of their own: this one is tried again only when the database fails.
        let backoff = Backoff { base: Duration::from_secs(5), max: Duration::from_secs(5 * 60) };
        let timeout = Duration::from_secs(60);
        Policy { attempts: 10, backoff, timeout, per_org: Some(PER_ORG), queue: QUEUE, ..Policy::default() }
    }
}

impl DeliverWebhook {
    pub(super) fn next(delivery: &Delivery) -> DeliverWebhook {
        DeliverWebhook { org: delivery.org, delivery: delivery.id, attempt: delivery.attempts + 1 }
    }

    /// One attempt is one job.
    pub(super) fn dedup(&self) -> String {
        format!("{} {}", self.delivery, self.attempt)
    }
}

impl Webhooks {
    /// Makes the attempt, if it is still to be made, and keeps how it went.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt(&self, scope: &OrgScope, job: &DeliverWebhook) -> Result<(), WebhookError> {
        let org = scope.org();
        let found = store::deliveries::get(&self.db.of(scope), org, job.delivery).await?;
        let Some(delivery) = found.filter(|found| is_due(found, job)) else { return Ok(()) };
        let kept = store::endpoints::get(&self.db.of(scope), org, delivery.endpoint).await?;
        let Some(kept) = kept.filter(|kept| kept.endpoint.state == State::On) else { return Ok(()) };
        let (at, begun) = (self.clock.millis(), Instant::now());
        let (verdict, status, answer) = match self.post(org, &kept, &delivery, at) {
            Ok(post) => {
                let answered = self.poster.post(post).await;
                let (status, answer) = match &answered {
                    Ok(posted) => (Some(posted.status), Some(readable(&posted.answer))),
                    Err(_) => (None, None),
                };
                (rules::verdict(&answered), status, answer)
            }
            Err(error) => (Verdict::Failed(error.to_string()), None, None),
        };
        let why = match &verdict {
            Verdict::Delivered => None,
            Verdict::Failed(why) => Some(why.clone()),
            Verdict::Gone => Some("it answered 410: it is gone, and the webhook was switched off".to_owned()),
        };
        let took = begun.elapsed();
        marks::webhook_attempted(verdict.word(), took);
        let duration_ms = millis(took);
        self.settle(&kept, job, Attempt { at, duration_ms, status, why, answer }, &verdict).await
    }

    /// Keeps how an attempt went, in one transaction with what follows from it.
    async fn settle(
        &self,
        seen: &Kept,
        job: &DeliverWebhook,
        attempt: Attempt,
        verdict: &Verdict,
    ) -> Result<(), WebhookError> {
        let (org, now) = (job.org, self.clock.millis());
        // The letter to the owners is the product's own job.
        let mut tx = self.db.write_system().await?;
        // Locks are taken in one order: the reader's place comes before the endpoint.
        let may_end = why_off(seen, verdict, now).is_some();
        if may_end {
            self.events.begin_reading(&mut tx, READER, org).await?;
        }
        let Some(mut kept) = store::endpoints::lock(&tx, org, seen.endpoint.id).await? else { return Ok(()) };
        let found = store::deliveries::get(tx.conn(), org, job.delivery).await?;
        let Some(mut delivery) = found.filter(|found| is_due(found, job)) else { return Ok(()) };
        // It may have got something through since.
        let off = why_off(&kept, verdict, now).filter(|_| may_end);
        kept.endpoint.failing_since = match verdict {
            Verdict::Delivered => None,
            _ => kept.endpoint.failing_since.or(Some(now)),
        };
        let wait = rules::wait_after(job.attempt, self.ids.fraction());
        (delivery.attempts, delivery.last) = (job.attempt, Some(attempt));
        (delivery.state, delivery.next_at) = match (verdict, wait) {
            (Verdict::Delivered, _) => (DeliveryState::Delivered, None),
            (Verdict::Failed(_), Some(wait)) => (DeliveryState::Pending, Some(now + millis(wait))),
            (Verdict::Failed(_) | Verdict::Gone, _) => (DeliveryState::Failed, None),
        };
        store::deliveries::save(&tx, &delivery).await?;
        if let (DeliveryState::Pending, Some(wait), None) = (delivery.state, wait, off) {
            self.ask(&mut tx, &delivery, wait).await?;
        }
        if let Some(why) = off {
            self.switch_off(&mut tx, org, Actor::System, &mut kept, why).await?;
            let (subject, text) = letter(&kept, why);
            self.accounts.tell_owners(&mut tx, org, &subject, &text).await?;
        }
        store::endpoints::save(&tx, &kept).await?;
        if may_end { self.close(tx, org).await } else { Ok(tx.commit().await?) }
    }

    /// The request, signed for this attempt.
    fn post(&self, org: OrgId, kept: &Kept, delivery: &Delivery, at: i64) -> Result<Post, BadSeal> {
        let (id, seconds) = (delivery.event.to_string(), at.div_euclid(1000));
        let sign = |secret| signing::sign(&secret, &id, seconds, &delivery.body);
        let signatures: Result<Vec<String>, BadSeal> =
            self.secrets(org, kept, at)?.into_iter().map(sign).collect();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in [
            ("webhook-id", id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signatures?.join(" ")),
        ] {
            // Ids, numbers and base64 are fit for a header.
            let value = HeaderValue::try_from(value).map_err(|_| BadSeal)?;
            headers.insert(HeaderName::from_static(name), value);
        }
        let url = Url::parse(&kept.endpoint.url).map_err(|_| BadSeal)?;
        let body = Bytes::from(delivery.body.clone());
        Ok(Post { url, headers, body, within: PATIENCE, keep: KEPT })
    }
}

/// Whether this attempt is the one to be made next.
fn is_due(delivery: &Delivery, job: &DeliverWebhook) -> bool {
    delivery.state == DeliveryState::Pending && delivery.attempts + 1 == job.attempt
}

/// Whether an endpoint is to be switched off after an attempt, and why.
fn why_off(kept: &Kept, verdict: &Verdict, now: i64) -> Option<State> {
    let failing = |since: i64| now.saturating_sub(since) >= millis(rules::FAILING);
    match verdict {
        _ if kept.endpoint.state != State::On => None,
        Verdict::Delivered => None,
        Verdict::Gone => Some(State::OffGone),
        Verdict::Failed(_) => {
            kept.endpoint.failing_since.filter(|since| failing(*since)).map(|_| State::OffFailing)
        }
    }
}

/// What the owners are told when an endpoint was switched off.
fn letter(kept: &Kept, why: State) -> (String, String) {
    let (host, id) = (host(&kept.endpoint.url), kept.endpoint.id);
    let because = match why {
        State::OffGone => "It answered 410, which says that it is gone for good.",
        _ => "Nothing has got through to it for five days.",
    };
    let text = format!(
        "Citepress has switched off your webhook at {host} ({id}).\n\n{because}\n\nIt gets no more events. Look at its last \
         deliveries for what went wrong, mend that, and switch it on again: it then gets what happens from that moment on.\n"
    );
    (format!("Your webhook at {host} was switched off"), text)
}

/// The beginning of an answer as a text that any database keeps.
fn readable(answer: &[u8]) -> String {
    without_nul(String::from_utf8_lossy(answer).into_owned())
}
