//! The door of the API: each request gets an id, and whatever goes wrong leaves as a problem, also what no operation was
//! found for and what the framework itself refuses.

use std::sync::{Arc, OnceLock};

use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response};
use poem_openapi::OperationId;
use poem_openapi::error::{ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::document::Methods;
use super::limits::Left;
use super::problem::{FieldFault, MEDIA_TYPE, Problem};
use super::{Rooms, cors, repeats};
use crate::base::IdKind;
use crate::db;
use crate::idempotency::{Claim, Renewal};
use crate::marks::{self, Face};

/// One request, for support and logs.
enum Asked {}

impl IdKind for Asked {
    const PREFIX: &'static str = "req";
}

/// What an operation's extractor tells the door, for the headers of the answer and for those who repeat the request.
#[derive(Clone, Default)]
pub(super) struct Told(Arc<Taken>);

#[derive(Default)]
struct Taken {
    left: OnceLock<Left>,
    claim: OnceLock<(Claim, Renewal)>,
}

impl Told {
    /// What the limit says: an error is to be answered, and told of all the same.
    pub(super) fn limit(&self, (left, taken): (Left, Result<(), Problem>)) -> Result<(), Problem> {
        // An operation has one caller: there is no second.
        let _ = self.0.left.set(left);
        taken
    }

    /// The right to answer first, where there is one.
    pub(super) fn claim(&self, claim: Option<(Claim, Renewal)>) {
        if let Some(claim) = claim {
            let _ = self.0.claim.set(claim);
        }
    }
}

/// Puts the door in front of an endpoint.
pub(super) struct Door {
    pub rooms: Arc<Rooms>,
    pub methods: Arc<Methods>,
}

impl<E: Endpoint + 'static> Middleware<E> for Door {
    type Output = Guarded<E>;

    fn transform(&self, inner: E) -> Guarded<E> {
        Guarded { inner: Arc::new(inner), rooms: Arc::clone(&self.rooms), methods: Arc::clone(&self.methods) }
    }
}

/// An endpoint behind the door.
pub(super) struct Guarded<E> {
    inner: Arc<E>,
    rooms: Arc<Rooms>,
    methods: Arc<Methods>,
}

impl<E: Endpoint + 'static> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = self.rooms.ids.new_id::<Asked>().to_string();
        let asked = marks::Asked::new(Face::Api, &id, request.method().as_str());
        let is_read = request.method().is_safe();
        let (inner, rooms, methods) =
            (Arc::clone(&self.inner), Arc::clone(&self.rooms), Arc::clone(&self.methods));
        let (span, marked) = (asked.span().clone(), asked.clone());
        let answering = answer(inner, rooms, methods, request, id.clone());
        let answered = async move {
            let (response, operation) = answering.await;
            marked.answered(operation, response.status().as_u16());
            response
        };
        let answered = answered.instrument(span);
        if is_read {
            return Ok(answered.await);
        }
        // What changes something is done to its end, also when the sender has gone: he will ask again, and is to find it
        // done or not begun.
        Ok(whole(tokio::spawn(answered), &id, &asked).await)
    }
}

/// The answer, or the problem that there is none: what a task died of is for the log.
async fn whole(answering: JoinHandle<Response>, id: &str, asked: &marks::Asked) -> Response {
    answering.await.unwrap_or_else(|error| {
        let response = asked.span().in_scope(|| finish(Problem::broken(&error).into_response(), id));
        asked.answered(UNKNOWN, response.status().as_u16());
        response
    })
}

/// What is said of requests for which there is no operation.
const UNKNOWN: &str = "unknown";

async fn answer<E: Endpoint>(
    inner: Arc<E>,
    rooms: Arc<Rooms>,
    methods: Arc<Methods>,
    mut request: Request,
    id: String,
) -> (Response, &'static str) {
    let (known, told) = (known(&request), Told::default());
    let path = request.uri().path().to_owned();
    let origin = cors::known_origin(&rooms.cors_origins, &request);
    if let Some(answer) = cors::preflight(&request, origin.as_ref()) {
        return (finish(answer, &id), "preflight");
    }
    request.set_data(told.clone());
    let is_read = request.method().is_safe();
    let answered = inner.call(request);
    let (answered, held) = match is_read {
        true => (answered.await, None),
        false => db::holding(answered).await,
    };
    let answered = answered.map(IntoResponse::into_response);
    let operation = match &answered {
        Ok(answer) => answer.data::<OperationId>(),
        Err(error) => error.data::<OperationId>(),
    };
    let operation = operation.map_or(UNKNOWN, |operation| operation.0);
    let response = match answered {
        Ok(answer) => answer,
        Err(error) => refused(error, methods.at(&path)),
    };
    let mut response = unless_known(response, known.as_deref());
    if !is_read {
        repeats::settle(&rooms, told.0.claim.get().map(|(claim, _)| claim), held, &mut response).await;
    }
    let mut response = finish(response, &id);
    if !rooms.cors_origins.is_empty() {
        cors::tell(&mut response, origin);
    }
    for (name, text) in told.0.left.get().map(|left| left.headers()).into_iter().flatten() {
        let text = HeaderValue::from_str(&text).ok();
        response.headers_mut().extend(text.map(|text| (header::HeaderName::from_static(name), text)));
    }
    (response, operation)
}

/// The validators that the sender of a GET has already (`If-None-Match`).
fn known(request: &Request) -> Option<String> {
    let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
    let known = request.headers().get(header::IF_NONE_MATCH)?.to_str().ok()?;
    is_read.then(|| known.to_owned())
}

/// Nothing is sent again that the sender has.
fn unless_known(mut response: Response, known: Option<&str>) -> Response {
    let (Some(known), Some(tag)) = (known, response.headers().get(header::ETAG)) else { return response };
    // The comparison is the weak one here (RFC 9110, 13.1.2), and the tags are strong: the mark is only cut off.
    let has = |given: &str| given == "*" || given.trim_start_matches("W/").as_bytes() == tag.as_bytes();
    if response.status() == StatusCode::OK && known.split(',').any(|given| has(given.trim())) {
        response.set_status(StatusCode::NOT_MODIFIED);
        response.headers_mut().remove(header::CONTENT_TYPE);
        drop(response.take_body());
    }
    response
}

/// What the framework refused, as a problem; `methods` are those that the path knows.
fn refused(error: poem::Error, methods: Option<&str>) -> Response {
    let problem = if let Some(fault) = error.downcast_ref::<ParseParamError>() {
        let message = fault.reason.clone();
        Problem::invalid(vec![FieldFault { pointer: fault.name.into(), code: "parameter".into(), message }])
    } else if error.is::<ParsePathError>() {
        // What is no id is the id of nothing.
        Problem::not_found("thing")
    } else if let Some(fault) = error.downcast_ref::<ParseRequestPayloadError>() {
        Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", fault.reason.clone())
    } else if error.is::<ContentTypeError>() {
        let detail = "Send the body as Content-Type: application/json.";
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", detail)
    } else if error.is::<NotFoundError>() {
        let detail = "There is no such path; /openapi.json lists all of them.";
        Problem::new(StatusCode::NOT_FOUND, "no_such_path", detail)
    } else if error.is::<MethodNotAllowedError>() {
        let allowed = methods.unwrap_or_default();
        let detail = format!("This path knows {allowed}; /openapi.json tells what they do.");
        let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail).into_response();
        response.headers_mut().extend(HeaderValue::from_str(allowed).ok().map(|text| (header::ALLOW, text)));
        return response;
    } else {
        return error.into_response();
    };
    problem.into_response()
}

/// Writes the problem's body, now that the request's id is known, and the headers that each answer has.
fn finish(mut response: Response, id: &str) -> Response {
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| unknown(&response));
    if let Some(problem) = problem {
        let problem = problem.of_request(id);
        let status = problem.status();
        let retry_after = problem.retry_after;
        let allow = response.headers_mut().remove(header::ALLOW);
        let body = poem_openapi::types::ToJSON::to_json_string(&problem);
        response = Response::builder().status(status).content_type(MEDIA_TYPE).body(body);
        let headers = response.headers_mut();
        headers.extend(allow.map(|allow| (header::ALLOW, allow)));
        headers.extend(retry_after.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds))));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
    let headers = response.headers_mut();
    headers.extend(HeaderValue::from_str(id).ok().map(|id| (X_REQUEST_ID, id)));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

const X_REQUEST_ID: header::HeaderName = header::HeaderName::from_static("x-request-id");

/// An error that came without a problem: a status of the framework's.
fn unknown(response: &Response) -> Option<Problem> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    Some(match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "body_too_large", "The body is too large."),
        _ if status.is_server_error() => Problem::broken(&status),
        _ => Problem::new(status, "refused", "The request can't be answered like this."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_an_operation_died_of_is_not_told_to_its_sender() {
        let dying = tokio::spawn(async { panic!("a password in a panic") });
        let asked = marks::Asked::new(Face::Api, "req_1", "POST");
        let answer = whole(dying, "req_1", &asked).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = answer.into_body().into_string().await.unwrap();
        assert!(body.contains("internal_error") && body.contains("req_1"), "{body}");
        assert!(!body.contains("password"), "{body}");
    }
}
