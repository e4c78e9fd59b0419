//! Looking at deliveries, and asking for one more.

use super::endpoints::NOT_FOUND;
use super::{Delivery, DeliveryId, DeliveryKind, DeliveryState, EndpointId, Refusal, State};
use super::{WebhookError, Webhooks, message, rules, store};
use crate::base::Window;
use crate::db::WriteTx;
use crate::tenancy::OrgScope;

/// The type of a message that tells of nothing.
const TEST: &str = "webhook.test";

impl Webhooks {
    /// A window of an endpoint's deliveries, and whether there are more.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    pub async fn deliveries(
        &self,
        scope: &OrgScope,
        endpoint: EndpointId,
        window: &Window<DeliveryKind>,
    ) -> Result<(Vec<Delivery>, bool), WebhookError> {
        self.endpoint(scope, endpoint).await?;
        let found = store::deliveries::window(&self.db, scope.org(), endpoint, window).await?;
        let (found, has_more) = window.cut(found);
        Ok((
            found.into_iter().map(|delivery| rules::delivery_for(scope.role(), delivery)).collect(),
            has_more,
        ))
    }

    /// One delivery of an endpoint.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`].
    pub async fn delivery_of(
        &self,
        scope: &OrgScope,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Delivery, WebhookError> {
        let found = store::deliveries::get(&self.db.of(scope), scope.org(), id).await?;
        let found = found.filter(|found| found.endpoint == endpoint);
        Ok(rules::delivery_for(scope.role(), found.ok_or(WebhookError::NotFound("delivery"))?))
    }

    /// Sends an endpoint once more what a delivery has told it, under the same id: who has taken it already knows.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`], [`Refusal::Pending`], [`Refusal::Off`].
    pub async fn replay(
        &self,
        scope: &OrgScope,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Delivery, WebhookError> {
        let old = self.delivery_of(scope, endpoint, id).await?;
        if old.state == DeliveryState::Pending {
            return Err(Refusal::Pending.into());
        }
        let new = self.new_delivery(scope.org(), endpoint, old.event, old.kind, old.body);
        self.send_now(scope, Delivery { replay_of: Some(id), ..new }).await
    }

    /// Sends an endpoint a message that tells of nothing.
    ///
    /// # Errors
    /// [`WebhookError::NotFound`], [`Refusal::Off`].
    pub async fn test(&self, scope: &OrgScope, endpoint: EndpointId) -> Result<Delivery, WebhookError> {
        let (org, now) = (scope.org(), self.clock.millis());
        let body = message::of_test(TEST, now, org, &endpoint.to_string());
        let new = self.new_delivery(org, endpoint, self.ids.new_id(), TEST.to_owned(), body);
        self.send_now(scope, new).await
    }

    async fn send_now(&self, scope: &OrgScope, new: Delivery) -> Result<Delivery, WebhookError> {
        let mut tx: WriteTx = self.db.write_of(scope).await?;
        let kept = store::endpoints::lock(&tx, scope.org(), new.endpoint).await?.ok_or(NOT_FOUND)?;
        if kept.endpoint.state != State::On {
            return Err(Refusal::Off.into());
        }
        self.send_soon(&mut tx, std::slice::from_ref(&new)).await?;
        tx.conclude().await?;
        Ok(new)
    }
}
