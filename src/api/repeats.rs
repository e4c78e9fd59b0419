//! `Idempotency-Key`: a POST that is sent again under its key has one effect and one answer.

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::{Body, IntoResponse, Request, RequestBody, Response};

use super::Rooms;
use super::body::LARGEST;
use super::problem::{FieldFault, Problem};
use crate::db::WriteTx;
use crate::idempotency::{Claim, Found, Given, IdempotencyError, Renewal};
use crate::tenancy::OrgScope;

const KEY: &str = "idempotency-key";
const LONGEST: usize = 255;
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Header lines that belong to an answer; the others are made anew.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Takes the claim of a POST that carries a key, which is renewed from then on; an error is the answer, which may be the first one's.
pub(super) async fn claim(
    rooms: &Rooms,
    org: &OrgScope,
    request: &Request,
    body: &mut RequestBody,
) -> poem::Result<Option<(Claim, Renewal)>> {
    let Some(key) = request.headers().get(KEY).filter(|_| request.method() == Method::POST) else {
        return Ok(None);
    };
    let key = key.to_str().ok().filter(|key| (1..=LONGEST).contains(&key.len())).ok_or_else(bad_key)?;
    let bytes = body.take()?.into_bytes_limit(LARGEST).await?;
    let found = rooms.idempotency.find(org, request.original_uri().path(), key, &bytes).await;
    *body = RequestBody::new(Body::from(bytes));
    match found.map_err(|error| Problem::away(&error))? {
        Found::Free(claim) => {
            let renewal = rooms.idempotency.renewing(&claim);
            Ok(Some((claim, renewal)))
        }
        Found::Given(given) => Err(poem::Error::from_response(replay(given))),
        Found::Running => Err(running().into()),
        Found::Differs => {
            let detail =
                "Another request was sent with this Idempotency-Key. Use a new key for each request.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail).into())
        }
    }
}

/// Makes lasting what was done, together with the answer for those who repeat the request. Of what was refused nothing
/// stays; it may be mended and sent again. After a fault of ours nobody knows whether it was done in part: the claim runs
/// out by itself, and with it the time in which most would ask again.
pub(super) async fn settle(
    rooms: &Rooms,
    claim: Option<&Claim>,
    held: Option<WriteTx>,
    response: &mut Response,
) {
    let is_undone = if response.status().is_success() {
        match keep(rooms, claim, held, response).await {
            Ok(()) => return,
            Err(Failed { problem, is_undone }) => {
                *response = problem.into_response();
                is_undone
            }
        }
    } else {
        drop(held);
        !response.status().is_server_error()
    };
    if let Some(claim) = claim.filter(|_| is_undone)
        && let Err(error) = rooms.idempotency.release(claim).await
    {
        tracing::warn!(target: "api", %error, "a key could not be let go for those who ask again");
    }
}

/// Why an answer could not be kept.
struct Failed {
    problem: Problem,
    /// Whether it is certain that nothing was done.
    is_undone: bool,
}

impl Failed {
    fn undone(error: impl Into<Problem>) -> Failed {
        Failed { problem: error.into(), is_undone: true }
    }
}

/// Keeps an answer that went well, and what was done with it.
async fn keep(
    rooms: &Rooms,
    claim: Option<&Claim>,
    held: Option<WriteTx>,
    response: &mut Response,
) -> Result<(), Failed> {
    let given = match claim {
        Some(claim) => Some((claim, given(response).await)),
        None => None,
    };
    let Some(mut tx) = held else {
        // What was done is lasting already.
        if let Some((claim, Ok(given))) = given
            && let Err(error) = rooms.idempotency.keep(claim, &given).await
        {
            tracing::warn!(target: "api", %error, "an answer could not be kept for those who repeat the request");
        }
        return Ok(());
    };
    // Who was overtaken is told before anything is locked that others wait for.
    if let Some((claim, given)) = given {
        let given = given.map_err(Failed::undone)?;
        rooms.idempotency.keep_in(&tx, claim, &given).await.map_err(Failed::undone)?;
    }
    tx.finish().await.map_err(Failed::undone)?;
    // Whether a commit that failed has failed is known to the database alone.
    tx.commit().await.map_err(|error| Failed { problem: error.into(), is_undone: false })
}

impl From<IdempotencyError> for Problem {
    fn from(error: IdempotencyError) -> Problem {
        match error {
            IdempotencyError::Lost => {
                tracing::warn!(target: "api", "a request took so long that another was begun under its key: it is undone");
                let detail = "This took so long that another request with the same Idempotency-Key was begun; nothing of this one is kept. Ask again in a moment for the answer of the other.";
                Problem::new(StatusCode::CONFLICT, "overtaken", detail).again_in(1)
            }
            IdempotencyError::Db(error) => error.into(),
            other => Problem::broken(&other),
        }
    }
}

/// An answer that went well, as it is to be given again.
async fn given(response: &mut Response) -> Result<Given, Problem> {
    let body = response.take_body().into_string().await.map_err(|error| Problem::broken(&error))?;
    response.set_body(body.clone());
    let headers = response.headers();
    let line = |name: &HeaderName| Some((name.to_string(), headers.get(name)?.to_str().ok()?.to_owned()));
    let headers = KEPT.iter().filter_map(line).collect();
    Ok(Given { status: response.status().as_u16(), headers, body })
}

fn running() -> Problem {
    let detail = "The first request with this Idempotency-Key is still being worked on, or has failed within the last seconds. Ask again in a moment.";
    Problem::new(StatusCode::CONFLICT, "still_running", detail).again_in(1)
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
