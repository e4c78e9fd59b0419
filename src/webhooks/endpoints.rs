//! Where events are sent: made, changed, switched on and off, given a new secret.
//!
//! Whoever changes an endpoint first takes the reader's place in the organisation, as whoever hands out deliveries does:
//! so an endpoint that is switched off gets no delivery any more, whoever is at it in the same moment.

use serde_json::{Value, json};
use url::Url;

use super::store::endpoints::Kept;
use super::{Change, Endpoint, EndpointId, EndpointKind, NewEndpoint, READER, Refusal, State};
use super::{WebhookError, Webhooks, rules, signing, store};
use crate::base::{Secret, Window};
use crate::db::WriteTx;
use crate::events::Happened;
use crate::keys::BadSeal;
use crate::tenancy::{Actor, OrgId, OrgScope};

const SECRET: &str = "webhook_endpoints.secret";
const OLD_SECRET: &str = "webhook_endpoints.old_secret";

impl Webhooks {
    /// Makes an endpoint, which gets what happens from now on. Its secret is given out here and never again.
    ///
    /// # Errors
    /// What [`Refusal`] names.
    pub async fn create(
        &self,
        scope: &OrgScope,
        new: NewEndpoint,
    ) -> Result<(Endpoint, Secret), WebhookError> {
        let (org, now) = (scope.org(), self.clock.millis());
        let endpoint = Endpoint {
            id: self.ids.new_id(),
            url: rules::url(&self.poster, &new.url)?,
            description: new.description,
            types: rules::types(&new.types)?,
            state: State::On,
            since: now,
            failing_since: None,
            old_secret_until: None,
            created_at: now,
        };
        let secret = signing::new_secret(&self.ids);
        let sealed = self.seal(SECRET, org, endpoint.id, &secret)?;
        let mut tx = self.db.write_of(scope).await?;
        let after_seq = self.events.begin_reading(&mut tx, READER, org).await?;
        if store::endpoints::count(&tx, org).await? >= rules::MOST as u64 {
            return Err(Refusal::TooMany.into());
        }
        let kept = Kept { endpoint, after_seq, secret: sealed, old_secret: None };
        store::endpoints::insert(&tx, org, &kept).await?;
        self.note(&mut tx, scope, "webhook.created", &kept.endpoint, json!({}));
        tx.conclude().await?;
        Ok((kept.endpoint, secret))
    }

    /// A window of the organisation's endpoints, and whether there are more.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn window(
        &self,
        scope: &OrgScope,
        window: &Window<EndpointKind>,
    ) -> Result<(Vec<Endpoint>, bool), WebhookError> {
        let (found, has_more) = window.cut(store::endpoints::window(&self.db, scope.org(), window).await?);
        Ok((
            found.into_iter().map(|endpoint| rules::endpoint_for(scope.role(), endpoint)).collect(),
            has_more,
        ))
    }

    /// One endpoint.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    pub async fn endpoint(&self, scope: &OrgScope, id: EndpointId) -> Result<Endpoint, WebhookError> {
        let found = store::endpoints::get(&self.db.of(scope), scope.org(), id).await?;
        Ok(rules::endpoint_for(scope.role(), found.ok_or(NOT_FOUND)?.endpoint))
    }

    /// Changes an endpoint; refused if it is not as it was `seen`. Switched on again it gets what happens from then on.
    ///
    /// # Errors
    /// What [`Refusal`] names.
    pub async fn update(
        &self,
        scope: &OrgScope,
        id: EndpointId,
        seen: Option<&Endpoint>,
        change: Change,
    ) -> Result<Endpoint, WebhookError> {
        let url = change.url.map(|url| rules::url(&self.poster, &url)).transpose()?;
        let types = change.types.map(|types| rules::types(&types)).transpose()?;
        let (mut tx, mut kept, last) = self.open(scope.org(), id).await?;
        if seen.is_some_and(|seen| *seen != kept.endpoint) {
            return Err(Refusal::Changed.into());
        }
        let (before, now) = (kept.endpoint.clone(), self.clock.millis());
        let it = &mut kept.endpoint;
        if let Some(url) = url.filter(|url| *url != before.url) {
            // What failed was another address.
            (it.url, it.failing_since) = (url, None);
        }
        it.description = change.description.unwrap_or_else(|| before.description.clone());
        it.types = types.unwrap_or_else(|| before.types.clone());
        if *it != before {
            self.note(&mut tx, scope, "webhook.updated", it, json!({}));
        }
        match (before.state, change.on) {
            (State::On, Some(false)) => {
                self.switch_off(&mut tx, scope.org(), scope.actor(), &mut kept, State::OffByPerson).await?;
            }
            (State::On, _) | (_, None | Some(false)) => {}
            (_, Some(true)) => {
                let it = &mut kept.endpoint;
                (it.state, it.since, it.failing_since) = (State::On, now, None);
                kept.after_seq = last;
                self.note(&mut tx, scope, "webhook.switched_on", &kept.endpoint, json!({}));
            }
        }
        store::endpoints::save(&tx, &kept).await?;
        self.close(tx, scope.org()).await?;
        Ok(kept.endpoint)
    }

    /// Deletes an endpoint with its deliveries.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    pub async fn delete(&self, scope: &OrgScope, id: EndpointId) -> Result<(), WebhookError> {
        let (mut tx, kept, _) = self.open(scope.org(), id).await?;
        store::endpoints::delete(&tx, scope.org(), id).await?;
        self.note(&mut tx, scope, "webhook.deleted", &kept.endpoint, json!({}));
        self.close(tx, scope.org()).await
    }

    /// Gives an endpoint a new secret, which is given out here and never again. The one before signs beside it for a day,
    /// so that the receiver has time to change.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    pub async fn rotate_secret(
        &self,
        scope: &OrgScope,
        id: EndpointId,
    ) -> Result<(Endpoint, Secret), WebhookError> {
        let org = scope.org();
        let (mut tx, mut kept, _) = self.open(org, id).await?;
        let secret = signing::new_secret(&self.ids);
        let old = self.unseal(SECRET, org, id, &kept.secret)?;
        kept.old_secret = Some(self.seal(OLD_SECRET, org, id, &old)?);
        kept.secret = self.seal(SECRET, org, id, &secret)?;
        kept.endpoint.old_secret_until = Some(self.clock.millis().saturating_add(millis(rules::OVERLAP)));
        store::endpoints::save(&tx, &kept).await?;
        self.note(&mut tx, scope, "webhook.secret_rotated", &kept.endpoint, json!({}));
        self.close(tx, org).await?;
        Ok((kept.endpoint, secret))
    }

    /// The secrets that sign now, the newest first.
    pub(super) fn secrets(&self, org: OrgId, kept: &Kept, now: i64) -> Result<Vec<Secret>, BadSeal> {
        let id = kept.endpoint.id;
        let mut secrets = vec![self.unseal(SECRET, org, id, &kept.secret)?];
        let counts = kept.endpoint.old_secret_until.is_some_and(|until| now < until);
        if let Some(old) = kept.old_secret.as_ref().filter(|_| counts) {
            secrets.push(self.unseal(OLD_SECRET, org, id, old)?);
        }
        Ok(secrets)
    }

    /// Switches an endpoint off and calls off what it was still to be sent. The caller saves the endpoint.
    pub(super) async fn switch_off(
        &self,
        tx: &mut WriteTx,
        org: OrgId,
        actor: Actor,
        kept: &mut Kept,
        why: State,
    ) -> Result<(), WebhookError> {
        let it = &mut kept.endpoint;
        (it.state, it.since) = (why, self.clock.millis());
        store::deliveries::cancel_pending(tx, it.id).await?;
        let data = json!({ "host": host(&it.url), "why": why.as_str() });
        let happened = Happened { kind: "webhook.switched_off", subject: it.id.to_string(), data };
        self.events.record(tx, org, actor, happened);
        Ok(())
    }

    /// A transaction in which an endpoint can be changed, and the number of the last event.
    async fn open(&self, org: OrgId, id: EndpointId) -> Result<(WriteTx, Kept, i64), WebhookError> {
        store::endpoints::get(&self.db.of(org), org, id).await?.ok_or(NOT_FOUND)?;
        let mut tx = self.db.write_of(org).await?;
        let last = self.events.begin_reading(&mut tx, READER, org).await?;
        let kept = store::endpoints::lock(&tx, org, id).await?.ok_or(NOT_FOUND)?;
        Ok((tx, kept, last))
    }

    /// Ends such a transaction. Where nothing is told to anybody, events are not read.
    pub(super) async fn close(&self, mut tx: WriteTx, org: OrgId) -> Result<(), WebhookError> {
        if !store::endpoints::any_on(&tx, org).await? {
            self.events.stop_reading(&mut tx, READER, org).await?;
        }
        Ok(tx.conclude().await?)
    }

    fn note(
        &self,
        tx: &mut WriteTx,
        scope: &OrgScope,
        kind: &'static str,
        endpoint: &Endpoint,
        mut data: Value,
    ) {
        data["host"] = host(&endpoint.url).into();
        let happened = Happened { kind, subject: endpoint.id.to_string(), data };
        self.events.record(tx, scope.org(), scope.actor(), happened);
    }

    fn seal(&self, column: &str, org: OrgId, id: EndpointId, secret: &Secret) -> Result<String, BadSeal> {
        self.keys.seal(column, &format!("{org} {id}"), secret.reveal().as_bytes())
    }

    fn unseal(&self, column: &str, org: OrgId, id: EndpointId, sealed: &str) -> Result<Secret, BadSeal> {
        let bytes = self.keys.open_sealed(column, &format!("{org} {id}"), sealed)?;
        Ok(Secret::new(String::from_utf8(bytes).map_err(|_| BadSeal)?))
    }
}

pub(super) const NOT_FOUND: WebhookError = WebhookError::NotFound("webhook");

/// What is told of an address where all members see it: its path may hold a secret.
pub(super) fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| Some(url.host_str()?.to_owned())).unwrap_or_default()
}

pub(super) fn millis(time: std::time::Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
