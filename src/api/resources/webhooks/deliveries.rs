//! `/webhooks/{webhook}/deliveries`: what was sent, and sending it again.

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};

use super::super::Tag;
use super::id;
use super::shapes::Delivery;
use crate::api::answer::{Created, Fetched};
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::{List, usual, window};
use crate::api::problem::Problem;
use crate::webhooks::{self, DeliveryId};

pub(in crate::api) struct DeliveriesApi;

#[OpenApi(prefix_path = "/webhooks", tag = "Tag::Webhooks")]
impl DeliveriesApi {
    /// List a webhook's deliveries
    ///
    /// Newest first, those of the last thirty days, without what was sent and answered.
    #[oai(path = "/:webhook/deliveries", method = "get", operation_id = "deliveries_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// The webhook, `wh_…`
        webhook: Path<String>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Delivery>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let webhook = id(&webhook.0)?;
        let (found, has_more) = who.rooms.webhooks.deliveries(&who.org, webhook, &window).await?;
        let deliveries = found.into_iter().map(Delivery::line).collect();
        Ok(Fetched::new(List::new(&path(webhook), has_more, deliveries)))
    }

    /// Get a delivery
    #[oai(path = "/:webhook/deliveries/:delivery", method = "get", operation_id = "deliveries_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// The webhook, `wh_…`
        webhook: Path<String>,
        /// Its id, `del_…`
        delivery: Path<String>,
    ) -> Result<Fetched<Delivery>, Problem> {
        let (webhook, delivery) = (id(&webhook.0)?, delivery_id(&delivery.0)?);
        let found = who.rooms.webhooks.delivery_of(&who.org, webhook, delivery).await?;
        Ok(Fetched::new(Delivery::whole(found)).tagged())
    }

    /// Send a delivery again
    ///
    /// As a new delivery of the same message, under the same `webhook-id`: a receiver that has taken it already can tell.
    #[oai(
        path = "/:webhook/deliveries/:delivery/replay",
        method = "post",
        operation_id = "deliveries_replay"
    )]
    async fn replay(
        &self,
        who: As<Admin>,
        /// The webhook, `wh_…`
        webhook: Path<String>,
        /// Its id, `del_…`
        delivery: Path<String>,
    ) -> Result<Created<Delivery>, Problem> {
        let (webhook, delivery) = (id(&webhook.0)?, delivery_id(&delivery.0)?);
        Ok(made(who.rooms.webhooks.replay(&who.org, webhook, delivery).await?))
    }

    /// Send a message that tells of nothing
    ///
    /// Of the type `webhook.test`, to see whether it arrives and its signature is understood.
    #[oai(path = "/:webhook/test", method = "post", operation_id = "webhooks_test")]
    async fn test(
        &self,
        who: As<Admin>,
        /// The webhook, `wh_…`
        webhook: Path<String>,
    ) -> Result<Created<Delivery>, Problem> {
        Ok(made(who.rooms.webhooks.test(&who.org, id(&webhook.0)?).await?))
    }
}

fn made(delivery: webhooks::Delivery) -> Created<Delivery> {
    let path = format!("{}/{}", path(delivery.endpoint), delivery.id);
    Created::new(Delivery::whole(delivery)).at(path)
}

fn path(webhook: webhooks::EndpointId) -> String {
    format!("/api/v1/webhooks/{webhook}/deliveries")
}

fn delivery_id(text: &str) -> Result<DeliveryId, Problem> {
    text.parse().map_err(|_| Problem::not_found("delivery"))
}
