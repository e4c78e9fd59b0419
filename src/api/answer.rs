//! What goes well: a JSON body with its status, and the headers that say more.

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::{ToJSON, Type};
use serde::Serialize;

use super::problem::Problem;

/// A JSON body under a status.
pub(super) struct Answer<T, const STATUS: u16> {
    body: T,
    write: fn(&T) -> String,
    etag: Option<String>,
    location: Option<String>,
}

/// Here it is.
pub(super) type Fetched<T> = Answer<T, 200>;
/// It was made, at `Location`.
pub(super) type Created<T> = Answer<T, 201>;
/// Work has begun; the job at `Location` tells how far it is.
pub(super) type Accepted<T> = Answer<T, 202>;

impl<T: ToJSON, const STATUS: u16> Answer<T, STATUS> {
    pub(super) fn new(body: T) -> Answer<T, STATUS> {
        Answer { body, write: T::to_json_string, etag: None, location: None }
    }

    /// With a strong validator of exactly these bytes.
    pub(super) fn tagged(self) -> Answer<T, STATUS> {
        Answer { etag: Some(etag(&self.body)), ..self }
    }

    /// With the path at which the thing is found.
    pub(super) fn at(self, path: String) -> Answer<T, STATUS> {
        Answer { location: Some(path), ..self }
    }
}

impl<T: ToJSON + Serialize, const STATUS: u16> Answer<T, STATUS> {
    /// Written straight to text, without a tree of values in between: for long lists. What comes out has to be the same, and
    /// a test beside the type says that it is.
    pub(super) fn straight(self) -> Answer<T, STATUS> {
        Answer { write: |body| serde_json::to_string(body).unwrap_or_else(|_| body.to_json_string()), ..self }
    }
}

/// The strong validator of a thing as it goes over the wire.
pub(super) fn etag(body: &impl ToJSON) -> String {
    let hash = blake3::hash(body.to_json_string().as_bytes());
    format!("\"{}\"", &hash.to_hex()[..24])
}

/// Whether a change may go ahead: the thing is still the one that the sender has seen.
pub(super) fn precondition(if_match: Option<&str>, body: &impl ToJSON) -> Result<(), Problem> {
    let Some(asked) = if_match else { return Ok(()) };
    let present = etag(body);
    if asked.split(',').map(str::trim).any(|tag| tag == "*" || tag == present) {
        return Ok(());
    }
    let detail = format!(
        "It was changed since you read it; its ETag is {present} now. Read it again and repeat the change."
    );
    Err(Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail))
}

/// It is gone, and there is nothing more to say.
pub(super) struct Gone;

impl IntoResponse for Gone {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into()
    }
}

impl ApiResponse for Gone {
    fn meta() -> MetaResponses {
        let (description, status) = ("It is gone", Some(204));
        let (content, headers) = (Vec::new(), Vec::new());
        let gone = MetaResponse { description, status, status_range: None, content, headers };
        MetaResponses { responses: vec![gone] }
    }

    fn register(_: &mut Registry) {}
}

impl<T: ToJSON, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or_default();
        let mut response = Response::builder()
            .status(status)
            .content_type("application/json")
            .body((self.write)(&self.body));
        let texts = [(header::ETAG, self.etag), (header::LOCATION, self.location)];
        for (name, text) in texts {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

impl<T: ToJSON, const STATUS: u16> ApiResponse for Answer<T, STATUS> {
    fn meta() -> MetaResponses {
        let (description, header) = match STATUS {
            201 => ("It was made", ("Location", "Where it is found")),
            202 => ("The work has begun", ("Location", "The job that does it")),
            _ => ("Here it is", ("ETag", "A strong validator, for If-None-Match and If-Match")),
        };
        let header = MetaHeader {
            name: header.0.to_owned(),
            description: Some(header.1.to_owned()),
            required: false,
            deprecated: false,
            schema: String::schema_ref(),
        };
        let content = vec![MetaMediaType { content_type: "application/json", schema: T::schema_ref() }];
        let status = Some(STATUS);
        let response =
            MetaResponse { description, status, status_range: None, content, headers: vec![header] };
        MetaResponses { responses: vec![response] }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
