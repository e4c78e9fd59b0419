//! `Idempotency-Key`: a POST that is sent again under its key has one effect and one answer.

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Body, IntoResponse, Request, RequestBody, Response};

use super::Rooms;
use super::body::LARGEST;
use super::problem::{FieldFault, Problem};
use crate::idempotency::{Claim, Found, Given};
use crate::tenancy::OrgScope;

const KEY: &str = "idempotency-key";
const LONGEST: usize = 255;
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Header lines that belong to an answer; the others are made anew.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Takes the claim of a POST that carries a key; an error is the answer, which may be the first one's.
pub(super) async fn claim(
    rooms: &Rooms,
    org: &OrgScope,
    request: &Request,
    body: &mut RequestBody,
) -> poem::Result<Option<Claim>> {
    let Some(key) = request.headers().get(KEY).filter(|_| request.method() == Method::POST) else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|key| (1..=LONGEST).contains(&key.len())).ok_or_else(bad_key)?;
    let bytes = body.take()?.into_bytes_limit(LARGEST).await?;
    let found = rooms.idempotency.find(org, request.original_uri().path(), key, &bytes).await;
    *body = RequestBody::new(Body::from(bytes));
    match found.map_err(|error| Problem::away(&error))? {
        Found::Free(claim) => Ok(Some(claim)),
        Found::Given(given) => Err(poem::Error::from_response(replay(given))),
        Found::Running => {
            let detail = "The first request with this Idempotency-Key is still being worked on, or has failed within the last minute. Ask again in a moment.";
            Err(Problem::new(StatusCode::CONFLICT, "still_running", detail).again_in(1).into())
        }
        Found::Differs => {
            let detail =
                "Another request was sent with this Idempotency-Key. Use a new key for each request.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail).into())
        }
    }
}

/// Does what was asked for, and renews the claim that it takes for as long as that lasts.
pub(super) async fn while_claimed<'a, T>(
    rooms: &Rooms,
    claim: impl Fn() -> Option<&'a Claim>,
    work: impl Future<Output = T>,
) -> T {
    tokio::select! {
        biased;
        done = work => done,
        never = rooms.idempotency.renew(claim) => match never {},
    }
}

/// Keeps an answer that went well under the claim; what was refused may be mended and sent again. After a fault of ours
/// nobody knows whether it was done: the claim runs out by itself, and with it the time in which most would ask again.
pub(super) async fn settle(rooms: &Rooms, claim: &Claim, response: &mut Response) {
    let settled = match given(response).await {
        Some(given) => rooms.idempotency.keep(claim, &given).await,
        None if response.status().is_server_error() => Ok(()),
        None => rooms.idempotency.release(claim).await,
    };
    if let Err(error) = settled {
        tracing::warn!(target: "api", %error, "an answer could not be kept for those who repeat the request");
    }
}

/// An answer that went well, as it is to be given again.
async fn given(response: &mut Response) -> Option<Given> {
    if !response.status().is_success() {
        return None;
    }
    let body = match response.take_body().into_string().await {
        Ok(body) => body,
        Err(error) => {
            *response = Problem::broken(&error).into_response();
            return None;
        }
    };
    response.set_body(body.clone());
    let headers = response.headers();
    let line = |name: &HeaderName| Some((name.to_string(), headers.get(name)?.to_str().ok()?.to_owned()));
    let headers = KEPT.iter().filter_map(line).collect();
    Some(Given { status: response.status().as_u16(), headers, body })
}

fn replay(given: Given) -> Response {
    let status = StatusCode::from_u16(given.status).unwrap_or_default();
    let mut response = Response::builder().status(status).body(given.body);
    for (name, value) in given.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn bad_key() -> Problem {
    let message = format!("Has to have 1 to {LONGEST} visible characters.");
    Problem::invalid(vec![FieldFault { pointer: "Idempotency-Key".into(), code: "form".into(), message }])
}
