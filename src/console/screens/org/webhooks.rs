//! Where events are sent, and what came of each delivery.

use minijinja::Value;
use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Response, handler};
use serde::{Deserialize, Serialize};

use crate::base::Window;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, In, Member};
use crate::webhooks::{Change, Delivery, DeliveryState, Endpoint, EndpointId, EventType, NewEndpoint, State};

/// Deliveries of one page of the list.
const LINES: u64 = 30;
/// There are never more endpoints than fit a page.
const ENDPOINTS: u64 = 100;

/// An endpoint in words.
#[derive(Serialize)]
struct Shown {
    id: EndpointId,
    url: String,
    description: String,
    types: Vec<&'static str>,
    is_on: bool,
    /// Why it is off.
    why_off: &'static str,
    since: i64,
    failing_since: Option<i64>,
    old_secret_until: Option<i64>,
}

impl From<Endpoint> for Shown {
    fn from(endpoint: Endpoint) -> Shown {
        Shown {
            id: endpoint.id,
            url: endpoint.url,
            description: endpoint.description,
            types: endpoint.types.iter().map(|kind| kind.as_str()).collect(),
            is_on: endpoint.state == State::On,
            why_off: match endpoint.state {
                State::On => "",
                State::OffByPerson => "switched off by a person",
                State::OffFailing => "switched off: nothing got through for days",
                State::OffGone => "switched off: it answered 410, it is gone",
            },
            since: endpoint.since,
            failing_since: endpoint.failing_since,
            old_secret_until: endpoint.old_secret_until,
        }
    }
}

/// What was filled in.
#[derive(Default, Serialize)]
struct Form {
    url: String,
    description: String,
    types: Vec<String>,
}

impl Form {
    fn of(posted: &Posted) -> Form {
        Form {
            url: posted.text("url").to_owned(),
            description: posted.text("description").chars().take(200).collect(),
            types: posted.all("type").map(str::to_owned).collect(),
        }
    }

    fn types(&self) -> Vec<EventType> {
        self.types.iter().filter_map(|word| EventType::parse(word)).collect()
    }
}

/// The words of everything that can be told.
fn all_types() -> Vec<&'static str> {
    EventType::ALL.iter().map(|kind| kind.as_str()).collect()
}

#[handler]
pub(in crate::console) async fn show(here: In<Member>) -> Result<Response, Fault> {
    let (found, _) = here.me.desk.rooms.webhooks.window(&here.scope, &Window::newest(ENDPOINTS)).await?;
    let endpoints: Vec<Shown> = found.into_iter().map(Shown::from).collect();
    let page = values! { endpoints };
    here.me.desk.view.page("org/webhooks.html", &here.shell("webhooks").await?, page)
}

#[handler]
pub(in crate::console) async fn blank(here: In<Admin>) -> Result<Response, Fault> {
    form(&here, &Form::default(), "").await
}

async fn form(here: &In<Admin>, form: &Form, wrong: &str) -> Result<Response, Fault> {
    let page = values! { form, wrong, all => all_types() };
    here.me.desk.view.page("org/new_webhook.html", &here.shell("webhooks").await?, page)
}

#[handler]
pub(in crate::console) async fn create(here: In<Admin>, posted: Posted) -> Result<Response, Fault> {
    let filled = Form::of(&posted);
    let new = NewEndpoint {
        url: filled.url.clone(),
        description: filled.description.clone(),
        types: filled.types(),
    };
    match here.me.desk.rooms.webhooks.create(&here.scope, new).await {
        Ok((endpoint, secret)) => one_screen(&here, endpoint, None, Some(secret.reveal()), "").await,
        Err(error) => {
            let wrong = error.sentence()?;
            let mut response = form(&here, &filled, &wrong).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

#[derive(Deserialize)]
pub(in crate::console) struct Asked {
    after: Option<String>,
}

/// A delivery in words.
#[derive(Serialize)]
struct Line {
    id: String,
    kind: String,
    state: &'static str,
    attempts: u32,
    next_at: Option<i64>,
    created_at: i64,
    status: Option<u16>,
    duration_ms: Option<i64>,
    why: Option<String>,
    answer: Option<String>,
    body: String,
    is_replay: bool,
    can_replay: bool,
}

impl From<Delivery> for Line {
    fn from(delivery: Delivery) -> Line {
        let last = delivery.last;
        Line {
            id: delivery.id.to_string(),
            kind: delivery.kind,
            state: worded(delivery.state),
            attempts: delivery.attempts,
            next_at: delivery.next_at,
            created_at: delivery.created_at,
            status: last.as_ref().and_then(|attempt| attempt.status),
            duration_ms: last.as_ref().map(|attempt| attempt.duration_ms),
            why: last.as_ref().and_then(|attempt| attempt.why.clone()),
            answer: last.and_then(|attempt| attempt.answer),
            body: delivery.body,
            is_replay: delivery.replay_of.is_some(),
            can_replay: delivery.state != DeliveryState::Pending,
        }
    }
}

pub(super) fn worded(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "pending",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Failed => "failed",
        DeliveryState::Cancelled => "cancelled",
    }
}

type Named = Path<(String, String)>;

#[handler]
pub(in crate::console) async fn one(
    here: In<Member>,
    Path((_, endpoint)): Named,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let endpoint = found(&here, &endpoint).await?;
    one_screen(&here, endpoint, asked.after.as_deref(), None, "").await
}

pub(super) async fn found<L: crate::console::who::Least>(here: &In<L>, id: &str) -> Result<Endpoint, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    Ok(here.me.desk.rooms.webhooks.endpoint(&here.scope, id).await?)
}

async fn one_screen<L: crate::console::who::Least>(
    here: &In<L>,
    endpoint: Endpoint,
    after: Option<&str>,
    secret: Option<&str>,
    wrong: &str,
) -> Result<Response, Fault> {
    let edge = after.map(str::parse).transpose().map_err(|_| Fault::NotFound)?;
    let window = Window { limit: LINES, after: edge, before: None };
    let (found, has_more) = here.me.desk.rooms.webhooks.deliveries(&here.scope, endpoint.id, &window).await?;
    let lines: Vec<Line> = found.into_iter().map(Line::from).collect();
    let path = format!("{}/webhooks/{}", here.path(), endpoint.id);
    let older = lines.last().filter(|_| has_more).map(|last| format!("{path}?after={}", last.id));
    let newest = after.map(|_| path.clone());
    let endpoint = Shown::from(endpoint);
    let page: Value = values! { endpoint, lines, path, older, newest, secret, wrong, all => all_types() };
    here.me.desk.view.page("org/webhook.html", &here.shell("webhooks").await?, page)
}

/// Changes an endpoint: its address, what it is told of, or whether it is told anything.
#[handler]
pub(in crate::console) async fn change(
    here: In<Admin>,
    Path((_, endpoint)): Named,
    posted: Posted,
) -> Result<Response, Fault> {
    let endpoint = found(&here, &endpoint).await?;
    let filled = Form::of(&posted);
    let change = match posted.text("switch") {
        "" => Change {
            url: Some(filled.url.clone()),
            description: Some(filled.description.clone()),
            types: Some(filled.types()),
            on: None,
        },
        word => Change { on: Some(word == "on"), ..Change::default() },
    };
    match here.me.desk.rooms.webhooks.update(&here.scope, endpoint.id, None, change).await {
        Ok(_) => Ok(back(&here, &endpoint, "webhook-saved")),
        Err(error) => {
            let wrong = error.sentence()?;
            let mut response = one_screen(&here, endpoint, None, None, &wrong).await?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

fn back(here: &In<Admin>, endpoint: &Endpoint, notice: &str) -> Response {
    redirect(&format!("{}/webhooks/{}?notice={notice}", here.path(), endpoint.id))
}

/// A new secret, shown on the page that answers.
#[handler]
pub(in crate::console) async fn rotate(
    here: In<Admin>,
    Path((_, endpoint)): Named,
) -> Result<Response, Fault> {
    let endpoint = found(&here, &endpoint).await?;
    let (endpoint, secret) = here.me.desk.rooms.webhooks.rotate_secret(&here.scope, endpoint.id).await?;
    one_screen(&here, endpoint, None, Some(secret.reveal()), "").await
}

/// Sends an event that says that it is a test.
#[handler]
pub(in crate::console) async fn test(here: In<Admin>, Path((_, endpoint)): Named) -> Result<Response, Fault> {
    let endpoint = found(&here, &endpoint).await?;
    here.me.desk.rooms.webhooks.test(&here.scope, endpoint.id).await?;
    Ok(back(&here, &endpoint, "webhook-tested"))
}

#[handler]
pub(in crate::console) async fn delete(
    here: In<Admin>,
    Path((_, endpoint)): Named,
) -> Result<Response, Fault> {
    let endpoint = found(&here, &endpoint).await?;
    here.me.desk.rooms.webhooks.delete(&here.scope, endpoint.id).await?;
    Ok(redirect(&format!("{}/webhooks?notice=webhook-deleted", here.path())))
}

/// Sends a delivery again.
#[handler]
pub(in crate::console) async fn replay(
    here: In<Admin>,
    Path((_, endpoint, delivery)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    let endpoint = found(&here, &endpoint).await?;
    let id = delivery.parse().map_err(|_| Fault::NotFound)?;
    here.me.desk.rooms.webhooks.replay(&here.scope, endpoint.id, id).await?;
    Ok(back(&here, &endpoint, "webhook-replayed"))
}
