//! Every error of the API is a problem (RFC 9457). Handlers give the parts that they know; the request's id is put in at
//! the door ([`super::door`]), where it is known.

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, Object};

/// The media type of RFC 9457.
pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong and what mends it. Members are those of RFC 9457, with a code for programs.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct Problem {
    /// The kind of problem as a URN: `urn:citepress:problem:` and the code
    #[oai(rename = "type")]
    kind: String,
    /// The kind of problem in a few words, the same for all of its kind
    title: String,
    /// The HTTP status
    status: u16,
    /// What went wrong here, and what mends it
    detail: String,
    /// This occurrence: `urn:citepress:request:` and the request's id
    instance: String,
    /// The kind of problem for programs; a code is never renamed
    code: String,
    /// The request's id, as in `X-Request-Id`; support asks for it
    request_id: String,
    /// What is wrong with the request, all of it at once
    errors: Vec<FieldFault>,
    /// After how many seconds to try again
    #[oai(skip)]
    pub(super) retry_after: Option<u64>,
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FieldFault {
    /// Where in the body, as a JSON pointer (RFC 6901), or the name of the parameter
    pub pointer: String,
    /// What kind of fault, for programs
    pub code: String,
    /// What is wrong and how it should be
    pub message: String,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:citepress:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            instance: String::new(),
            code: code.to_owned(),
            request_id: String::new(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// Nothing of this name that the asker could see. Says the same of what is another's and of what is not at all.
    pub(super) fn not_found(what: &str) -> Problem {
        let detail = format!("There is no such {what}, or it is not yours.");
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// Faults of the request that its sender can mend.
    pub(super) fn invalid(errors: Vec<FieldFault>) -> Problem {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.pointer, one.message),
            many => format!("{} things in the request have to be mended; see errors.", many.len()),
        };
        Problem { errors, ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", detail) }
    }

    /// Something broke here. What, is for the log alone.
    pub(super) fn broken(error: &dyn std::fmt::Display) -> Problem {
        tracing::error!(target: "api", %error, "a request failed");
        let detail = "Something broke on our side. Try again; if it stays, tell support the request id.";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail)
    }

    /// It will pass: the database or another part is away for the moment.
    pub(super) fn away(error: &dyn std::fmt::Display) -> Problem {
        tracing::warn!(target: "api", %error, "a part is away");
        let detail = "A part of the service is away for the moment. Try again in a few seconds.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).again_in(5)
    }

    /// The same, with the seconds after which it is worth trying again.
    pub(super) fn again_in(self, seconds: u64) -> Problem {
        Problem { retry_after: Some(seconds), ..self }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The same, of a request with this id.
    pub(super) fn of_request(self, id: &str) -> Problem {
        Problem { instance: format!("urn:citepress:request:{id}"), request_id: id.to_owned(), ..self }
    }
}

/// Carried to the door as it is: only there the request's id is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status()).finish();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Problem> for poem::Error {
    fn from(problem: Problem) -> poem::Error {
        let mut error = poem::Error::from_status(problem.status());
        // An error hands its own extensions to the response that it becomes.
        error.set_data(problem);
        error
    }
}

/// The statuses that any operation may answer with, as the document tells them.
const DOCUMENTED: [(u16, &str); 10] = [
    (400, "The request can't be read"),
    (401, "Nobody is signed in, or the key is not valid (any more)"),
    (403, "The role or the key's scope is too low"),
    (404, "There is no such thing, or it is not yours"),
    (409, "It stands in the way of something else"),
    (412, "It was changed since it was read (If-Match)"),
    (413, "The body is too large"),
    (422, "The request has faults; errors lists all of them"),
    (429, "Too many requests; Retry-After says when to try again"),
    (503, "A part of the service is away for the moment"),
];

impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let response = |(status, description)| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content: vec![MetaMediaType { content_type: MEDIA_TYPE, schema: Problem::schema_ref() }],
            headers: Vec::new(),
        };
        MetaResponses { responses: DOCUMENTED.into_iter().map(response).collect() }
    }

    fn register(registry: &mut Registry) {
        <Problem as Type>::register(registry);
    }
}
