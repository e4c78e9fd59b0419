//! Responses and their headers.

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use poem::{Body, Response};

use super::found::{self, Found, Variant};
use super::policy::Policy;
use super::range::{self, Asked};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    font-src 'self'; media-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

const COMMON: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    // Published pages are public: any page may read them, without credentials.
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
];

/// Makes answers.
pub(super) struct Answers {
    common: HeaderMap,
}

impl Answers {
    pub(super) fn new(https: bool) -> Answers {
        let mut common = HeaderMap::with_capacity(16);
        for (name, value) in COMMON {
            common.insert(name, HeaderValue::from_static(value));
        }
        if https {
            let year = HeaderValue::from_static("max-age=31536000");
            common.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        Answers { common }
    }

    /// The header lines of every answer, as they are sent.
    pub(super) fn common_lines(&self) -> Vec<u8> {
        found::lines(&self.common)
    }

    /// A file, whole or in part: `body` is what was asked for.
    pub(super) fn file(
        &self,
        found: &Found,
        variant: &Variant,
        body: Body,
        asked: &Asked,
        negotiated: bool,
    ) -> Response {
        let mut response = self.of_file(StatusCode::OK, found, variant, negotiated);
        let len = variant.blob.len;
        let sent = match asked {
            Asked::Whole => len,
            Asked::Part(part) => {
                response.set_status(StatusCode::PARTIAL_CONTENT);
                let range = format!("bytes {}-{}/{len}", part.start, part.end - 1);
                set(&mut response, header::CONTENT_RANGE, &range);
                part.end - part.start
            }
            Asked::Nothing => {
                response.set_status(StatusCode::RANGE_NOT_SATISFIABLE);
                set(&mut response, header::CONTENT_RANGE, &format!("bytes */{len}"));
                0
            }
        };
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(sent));
        response.set_body(body);
        response
    }

    /// What the client has is still the one.
    pub(super) fn not_modified(&self, found: &Found, variant: &Variant, negotiated: bool) -> Response {
        self.of_file(StatusCode::NOT_MODIFIED, found, variant, negotiated)
    }

    /// The site's own page for what is not there.
    pub(super) fn not_found(&self, found: &Found, variant: &Variant, body: Bytes) -> Response {
        let mut response = self.of_file(StatusCode::NOT_FOUND, found, variant, false);
        response.headers_mut().remove(header::ETAG);
        response.headers_mut().insert(header::CACHE_CONTROL, Policy::Never.header());
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        response.set_body(body);
        response
    }

    fn of_file(&self, status: StatusCode, found: &Found, variant: &Variant, negotiated: bool) -> Response {
        let mut response = Response::default();
        response.set_status(status);
        *response.headers_mut() = self.common.clone();
        describe(response.headers_mut(), found, variant, negotiated);
        response
    }

    /// It is somewhere else.
    pub(super) fn moved(&self, status: StatusCode, target: &str) -> Response {
        let mut response = self.plain(status, Policy::Redirect, "Moved.\n");
        set(&mut response, header::LOCATION, target);
        response
    }

    /// A host that nobody has here.
    pub(super) fn unknown_host(&self) -> Response {
        self.plain(StatusCode::MISDIRECTED_REQUEST, Policy::Never, "No site of this server has that name.\n")
    }

    /// A site before its first edition.
    pub(super) fn not_published(&self) -> Response {
        self.plain(StatusCode::NOT_FOUND, Policy::Never, "This site has not been published yet.\n")
    }

    /// A site whose edition has no page for this.
    pub(super) fn plain_not_found(&self) -> Response {
        self.plain(StatusCode::NOT_FOUND, Policy::Never, "There is no such page.\n")
    }

    /// A method that files don't have.
    pub(super) fn not_allowed(&self) -> Response {
        let mut response = self.plain(StatusCode::METHOD_NOT_ALLOWED, Policy::Never, "Use GET or HEAD.\n");
        set(&mut response, header::ALLOW, "GET, HEAD");
        response
    }

    /// A preview's token that is not valid.
    pub(super) fn refused_preview(&self) -> Response {
        let text = "This preview is over, or its address is not complete. Ask for a new one.
";
        self.plain(StatusCode::FORBIDDEN, Policy::Never, text)
    }

    /// A preview's token for an edition that is not kept any more.
    pub(super) fn removed_preview(&self) -> Response {
        let text = "The edition of this preview was removed. Ask for a preview of another; the live site is as it was.\n";
        self.plain(StatusCode::GONE, Policy::Never, text)
    }

    /// The file is there and can't be read now.
    pub(super) fn unavailable(&self) -> Response {
        let text = "This page can't be read at the moment. Please try again soon.\n";
        let mut response = self.plain(StatusCode::SERVICE_UNAVAILABLE, Policy::Never, text);
        set(&mut response, header::RETRY_AFTER, "5");
        response
    }

    fn plain(&self, status: StatusCode, policy: Policy, text: &'static str) -> Response {
        let mut response = Response::default();
        response.set_status(status);
        *response.headers_mut() = self.common.clone();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, policy.header());
        response.set_body(text);
        response
    }
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The headers that a file adds to those of every answer. `negotiated`: whether its address also gives another type.
pub(super) fn describe(headers: &mut HeaderMap, found: &Found, variant: &Variant, negotiated: bool) {
    headers.insert(header::CONTENT_TYPE, found.media_type.clone());
    if let Ok(etag) = HeaderValue::from_str(&variant.etag()) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let policy = if found.immutable { Policy::Immutable } else { Policy::Revalidate };
    headers.insert(header::CACHE_CONTROL, policy.header());
    if let Some(encoding) = variant.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let vary = match (found.is_encoded(), negotiated) {
        (true, true) => "Accept-Encoding, Accept",
        (true, false) => "Accept-Encoding",
        (false, true) => "Accept",
        (false, false) => return,
    };
    headers.insert(header::VARY, HeaderValue::from_static(vary));
}

/// Which part of a representation a request asks for.
pub(super) fn asked(request: &HeaderMap, variant: &Variant) -> Asked {
    let range = request.get(header::RANGE).filter(|_| is_same(request, variant));
    range::asked(range.and_then(|range| range.to_str().ok()), variant.blob.len)
}

/// For HEAD: the headers of the answer to GET.
pub(super) fn without_body(mut response: Response) -> Response {
    response.set_body(Body::empty());
    response
}

/// Whether a value of `If-None-Match` names the representation that would be sent.
pub(super) fn is_fresh(list: &[u8], variant: &Variant) -> bool {
    let etag = variant.etag();
    list.split(|b| *b == b',').map(<[u8]>::trim_ascii).any(|candidate| {
        // Comparison is weak here (RFC 9110, 13.1.2): a proxy may have weakened it.
        candidate == b"*" || candidate.strip_prefix(b"W/").unwrap_or(candidate) == etag.as_bytes()
    })
}

/// Whether a range may be taken: without `If-Range`, or when it names just this representation.
fn is_same(request: &HeaderMap, variant: &Variant) -> bool {
    request.get(header::IF_RANGE).is_none_or(|etag| *etag == *variant.etag())
}
