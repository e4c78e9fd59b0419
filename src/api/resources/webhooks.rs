//! `/webhooks`: addresses that events are sent to.

pub(in crate::api) mod deliveries;
mod shapes;

use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};

use self::shapes::{StateWord, Webhook, WebhookChange, WebhookMade, WebhookNew};
use super::Tag;
use crate::api::answer::{Created, Fetched, Gone, precondition};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::{List, usual, window};
use crate::api::problem::Problem;
use crate::webhooks::{Change, EndpointId, NewEndpoint};

pub(in crate::api) struct WebhooksApi;

#[OpenApi(prefix_path = "/webhooks", tag = "Tag::Webhooks")]
impl WebhooksApi {
    /// List webhooks
    ///
    /// Newest first, without their secrets.
    #[oai(path = "/", method = "get", operation_id = "webhooks_list")]
    async fn list(
        &self,
        who: As<Reader>,
        /// How many at most
        #[oai(default = "usual", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u64>,
        /// Those after this one in the list
        starting_after: Query<Option<String>>,
        /// Those before this one in the list
        ending_before: Query<Option<String>>,
    ) -> Result<Fetched<List<Webhook>>, Problem> {
        let window = window(limit.0, starting_after.0, ending_before.0)?;
        let (found, has_more) = who.rooms.webhooks.window(&who.org, &window).await?;
        let webhooks = found.into_iter().map(Webhook::from).collect();
        Ok(Fetched::new(List::new("/api/v1/webhooks", has_more, webhooks)))
    }

    /// Make a webhook
    ///
    /// It gets what happens from now on, signed as Standard Webhooks says. The secret is shown here and never again.
    #[oai(path = "/", method = "post", operation_id = "webhooks_create")]
    async fn create(&self, who: As<Admin>, new: Body<WebhookNew>) -> Result<Created<WebhookMade>, Problem> {
        let WebhookNew { url, description, events } = new.0;
        let types = events.into_iter().map(Into::into).collect();
        let new = NewEndpoint { url, description, types };
        let (endpoint, secret) = who.rooms.webhooks.create(&who.org, new).await?;
        let path = format!("/api/v1/webhooks/{}", endpoint.id);
        Ok(Created::new(WebhookMade::new(endpoint, &secret)).at(path))
    }

    /// Get a webhook
    #[oai(path = "/:webhook", method = "get", operation_id = "webhooks_get")]
    async fn get(
        &self,
        who: As<Reader>,
        /// Its id, `wh_…`
        webhook: Path<String>,
    ) -> Result<Fetched<Webhook>, Problem> {
        let found = who.rooms.webhooks.endpoint(&who.org, id(&webhook.0)?).await?;
        Ok(Fetched::new(found.into()).tagged())
    }

    /// Change a webhook
    ///
    /// Switched off, it gets nothing; switched on again, it gets what happens from then on.
    #[oai(path = "/:webhook", method = "patch", operation_id = "webhooks_update")]
    async fn update(
        &self,
        who: As<Admin>,
        /// Its id, `wh_…`
        webhook: Path<String>,
        /// The ETag of the webhook as it was read: the change is refused if it is another one by now
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        change: Body<WebhookChange>,
    ) -> Result<Fetched<Webhook>, Problem> {
        let id = id(&webhook.0)?;
        let present = who.rooms.webhooks.endpoint(&who.org, id).await?;
        precondition(if_match.0.as_deref(), &Webhook::from(present.clone()))?;
        let seen = if_match.0.is_some().then_some(&present);
        let WebhookChange { url, description, events, state } = change.0;
        let types = events.map(|events| events.into_iter().map(Into::into).collect());
        let change = Change { url, description, types, on: state.map(|state| state == StateWord::On) };
        let changed = who.rooms.webhooks.update(&who.org, id, seen, change).await?;
        Ok(Fetched::new(changed.into()).tagged())
    }

    /// Delete a webhook
    ///
    /// Its deliveries go with it.
    #[oai(path = "/:webhook", method = "delete", operation_id = "webhooks_delete")]
    async fn delete(
        &self,
        who: As<Admin>,
        /// Its id, `wh_…`
        webhook: Path<String>,
    ) -> Result<Gone, Problem> {
        who.rooms.webhooks.delete(&who.org, id(&webhook.0)?).await?;
        Ok(Gone)
    }

    /// Give a webhook a new secret
    ///
    /// It is shown here and never again. For a day deliveries carry two signatures, by the new secret and the one before.
    #[oai(path = "/:webhook/rotate-secret", method = "post", operation_id = "webhooks_rotate_secret")]
    async fn rotate_secret(
        &self,
        who: As<Admin>,
        /// Its id, `wh_…`
        webhook: Path<String>,
    ) -> Result<Fetched<WebhookMade>, Problem> {
        let (endpoint, secret) = who.rooms.webhooks.rotate_secret(&who.org, id(&webhook.0)?).await?;
        Ok(Fetched::new(WebhookMade::new(endpoint, &secret)))
    }
}

fn id(text: &str) -> Result<EndpointId, Problem> {
    text.parse().map_err(|_| Problem::not_found("webhook"))
}
