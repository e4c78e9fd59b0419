//! The door of the console: each request gets an id; what changes something has to come from our own pages; whatever goes
//! wrong leaves as a page; each answer says what a browser may do with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use poem::PathPattern;
use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response};
use tracing::Instrument;

use super::Desk;
use super::fault::Fault;
use super::form::Posted;
use super::shell::Shell;
use super::view::values;
use crate::accounts::{Person, Session};
use crate::base::{IdKind, Secret};
use crate::browser::{Cookies, csrf};
use crate::marks::{self, Face};

/// One request, for support and logs.
enum Asking {}

impl IdKind for Asking {
    const PREFIX: &'static str = "req";
}

/// What the door knows of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// The request's id.
    pub id: String,
    /// Path and query, as the browser asked.
    pub address: String,
    /// The session's token, if one came: nobody has looked yet whether it is good.
    pub session: Option<Secret>,
    /// The token that this browser's forms carry.
    pub form_token: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Turns true when the session's end was put off: the cookie goes on then too.
    pub is_renewed: Arc<AtomicBool>,
}

impl Asked {
    /// The session and its person, if it is good.
    pub async fn session(&self, desk: &Desk) -> Result<Option<(Session, Person)>, Fault> {
        let Some(token) = &self.session else { return Ok(None) };
        let found = desk.rooms.accounts.session_used(token.reveal()).await?;
        Ok(found.map(|(session, person, is_renewed)| {
            self.is_renewed.fetch_or(is_renewed, Ordering::Relaxed);
            (session, person)
        }))
    }
}

pub(super) struct Door {
    desk: Arc<Desk>,
    cookies: Cookies,
}

impl Door {
    pub fn new(desk: Arc<Desk>) -> Door {
        let cookies = Cookies::of(&desk.rooms.public_url);
        Door { desk, cookies }
    }
}

impl<E: Endpoint + 'static> Middleware<E> for Door {
    type Output = Guarded<E>;

    fn transform(&self, inner: E) -> Guarded<E> {
        Guarded { inner: Arc::new(inner), desk: Arc::clone(&self.desk), cookies: self.cookies }
    }
}

/// An endpoint behind the door.
pub(super) struct Guarded<E> {
    inner: Arc<E>,
    desk: Arc<Desk>,
    cookies: Cookies,
}

impl<E: Endpoint + 'static> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = self.desk.rooms.ids.new_id::<Asking>().to_string();
        let marked = marks::Asked::new(Face::Console, &id, request.method().as_str());
        let is_read = request.method().is_safe();
        let answering =
            answer(Arc::clone(&self.inner), Arc::clone(&self.desk), self.cookies, request, id.clone());
        let (span, mark) = (marked.span().clone(), marked.clone());
        let answered = async move {
            let (response, screen) = answering.await;
            mark.answered(&screen, response.status().as_u16());
            response
        };
        let answered = answered.instrument(span);
        if is_read {
            return Ok(answered.await);
        }
        // What changes something is done to its end, also when the browser has gone meanwhile.
        Ok(tokio::spawn(answered).await.unwrap_or_else(|error| {
            let asked = Asked { id, ..Asked::default() };
            let fault = marked.span().in_scope(|| Fault::broken(&error));
            let mut response = page_of(&self.desk, &asked, &fault.into());
            common(&mut response, &asked.id, &self.desk.rooms.public_url);
            marked.answered(UNKNOWN, response.status().as_u16());
            response
        }))
    }
}

/// What is said of requests for which there is no screen.
const UNKNOWN: &str = "unknown";

/// The answer, and the screen by the pattern of its address.
async fn answer<E: Endpoint>(
    inner: Arc<E>,
    desk: Arc<Desk>,
    cookies: Cookies,
    mut request: Request,
    id: String,
) -> (Response, Arc<str>) {
    let session = cookies.session(request.headers());
    let known = cookies.form(request.headers());
    // Before anybody is signed in, forms are bound to a cookie that is made for them.
    let fresh = (session.is_none() && known.is_none())
        .then(|| Secret::new(blake3::Hash::from_bytes(desk.rooms.ids.bytes::<32>()).to_hex().to_string()));
    let bound = session.as_ref().or(known.as_ref()).or(fresh.as_ref());
    let asked = Asked {
        id,
        address: request.original_uri().path_and_query().map_or_else(String::new, ToString::to_string),
        session: session.clone(),
        form_token: bound.map(csrf::token).unwrap_or_default(),
        agent: text(&request, header::USER_AGENT).to_owned(),
        is_renewed: Arc::default(),
    };
    let entered = request.data::<PathPattern>().cloned();
    request.set_data(Arc::clone(&desk));
    request.set_data(asked.clone());
    let answered = match admit(&desk, &mut request, &asked, bound).await {
        Ok(()) => inner.call(request).await.map(IntoResponse::into_response),
        Err(fault) => Err(fault.into()),
    };
    let pattern = match &answered {
        // A screen that has the door to itself is known by where that stands.
        Ok(response) => response.data::<PathPattern>().or(entered.as_ref()),
        Err(error) => error.data::<PathPattern>(),
    };
    let screen = pattern.map_or_else(|| UNKNOWN.into(), |pattern| Arc::clone(&pattern.0));
    let mut response = answered.unwrap_or_else(|error| page_of(&desk, &asked, &error));
    let headers = response.headers_mut();
    // Who has signed in or out with this request has got another cookie by it.
    if asked.is_renewed.load(Ordering::Relaxed) && !headers.contains_key(header::SET_COOKIE) {
        headers.extend(
            session.and_then(|token| cookies.set_session(&token)).map(|line| (header::SET_COOKIE, line)),
        );
    }
    if let Some(line) = fresh.and_then(|token| cookies.set_form(&token)) {
        headers.append(header::SET_COOKIE, line);
    }
    common(&mut response, &asked.id, &desk.rooms.public_url);
    (response, screen)
}

/// Looks at what changes something before anybody else does: origin, then the form's token.
async fn admit(
    desk: &Desk,
    request: &mut Request,
    asked: &Asked,
    bound: Option<&Secret>,
) -> Result<(), Fault> {
    if request.method().is_safe() {
        return Ok(());
    }
    if request.method() != Method::POST {
        return Err(Fault::told(StatusCode::METHOD_NOT_ALLOWED, "The console knows GET and POST alone."));
    }
    if !csrf::is_own_origin(request.headers(), &desk.rooms.public_url) {
        let detail =
            "The request does not come from a page of this console. Open the console itself and do it there.";
        return Err(Fault::forbidden(detail));
    }
    let sender = asked.session(desk).await?.map(|(_, person)| person.id);
    let posted = Posted::read(request, sender, &desk.rooms.limits).await?;
    let is_ours = bound.is_some_and(|cookie| csrf::is_token(cookie, posted.raw(csrf::FIELD)));
    if !is_ours {
        let detail = "This form belongs to another session: you have signed in or out since it was shown. Go back, load \
                      the page again, and repeat what you did. What you typed is still there when you go back.";
        return Err(Fault::forbidden(detail));
    }
    request.set_data(posted);
    Ok(())
}

/// What went wrong, as a page.
fn page_of(desk: &Desk, asked: &Asked, error: &poem::Error) -> Response {
    let fault = error.data::<Fault>().cloned().unwrap_or_else(|| {
        if error.is::<NotFoundError>() {
            Fault::NotFound
        } else if error.is::<MethodNotAllowedError>() {
            Fault::told(
                StatusCode::METHOD_NOT_ALLOWED,
                "This address does not take that. Go back and try again.",
            )
        } else if error.status().is_client_error() {
            Fault::told(error.status(), "The request can't be answered like this. Go back and try again.")
        } else {
            Fault::broken(error)
        }
    });
    if matches!(fault, Fault::SignIn) {
        let next: String = url::form_urlencoded::byte_serialize(asked.address.as_bytes()).collect();
        return redirect(&format!("/console/sign-in?next={next}"));
    }
    let shell = Shell::bare(asked).without_notice();
    let page = values! { heading => fault.title(), detail => fault.detail(), id => asked.id };
    let mut response = match desk.view.page("fault.html", &shell, page) {
        Ok(response) => response,
        Err(_) => fault.detail().to_owned().into_response(),
    };
    response.set_status(fault.status());
    response
}

/// Elsewhere, with GET.
pub(super) fn redirect(to: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to).finish()
}

fn text(request: &Request, name: header::HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// No inline script or style, no frame around it, nothing from elsewhere; and no sink that makes markup of text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

fn common(response: &mut Response, id: &str, public_url: &str) {
    let headers = response.headers_mut();
    headers.extend(
        HeaderValue::from_str(id).ok().map(|id| (header::HeaderName::from_static("x-request-id"), id)),
    );
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        // Not `no-referrer`: forms would then be sent from "null".
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}
