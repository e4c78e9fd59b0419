//! Pages of other origins that may call (Fetch, 3.2): those that the operator has named, exactly, and nobody else.

use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use crate::browser::Origin;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Org",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed",
);
/// A browser asks again after so many seconds whether it may.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origin of the page that calls, if it is one of those.
pub(super) fn known_origin(origins: &[Origin], request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    origins.iter().any(|known| *origin == known.as_str()).then(|| origin.clone())
}

/// The answer to a browser that asks whether a page may call. Others are told what OPTIONS is here: nothing.
pub(super) fn preflight(request: &Request, origin: Option<&HeaderValue>) -> Option<Response> {
    let origin = origin?;
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || !asks {
        return None;
    }
    let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    tell(&mut response, Some(origin.clone()));
    Some(response)
}

/// What the page may read of the answer; and that the answer is another one for other origins.
pub(super) fn tell(response: &mut Response, origin: Option<HeaderValue>) {
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
