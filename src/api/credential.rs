//! What a caller proves who they are with: a key of an organisation, a token that the sign-in provider has signed for a
//! person, or a person's session of the console, which a browser sends by itself and which therefore has to be shown to come
//! from the console's own pages.

use std::time::Duration;

use poem::http::{StatusCode, header};
use poem::{Addr, Request};
use poem_openapi::registry::MetaSecurityScheme;

use super::Rooms;
use super::problem::Problem;
use super::refusals::told;
use crate::accounts::{AccountError, KeyScope, Person, SessionId};
use crate::base::Secret;
use crate::browser::{Cookies, csrf};
use crate::tenancy::OrgScope;

/// Names one of several organisations, by id or slug.
const ORG: &str = "x-org";

/// Who it is.
pub(super) struct Proved {
    pub org: OrgScope,
    /// What the key is for; a person may do what their role says.
    pub key: Option<KeyScope>,
    /// A person's session.
    pub session: Option<SessionId>,
    /// How long the credential is good, where it says so itself.
    pub lasts: Option<Duration>,
}

/// Proves the caller. Failures are counted by address; who has a good credential is not held up by those beside him who
/// have none.
pub(super) async fn prove(rooms: &Rooms, request: &Request) -> Result<Proved, Problem> {
    let proved = proved(rooms, request).await;
    // Only who has no good credential has failed: a database that is away, or another's organisation, says nothing of that.
    if proved.as_ref().is_err_and(|problem| problem.status() == StatusCode::UNAUTHORIZED)
        && let Addr::SocketAddr(address) = &request.remote_addr().0
    {
        rooms.limits.take_failure(address.ip()).await?;
    }
    proved
}

async fn proved(rooms: &Rooms, request: &Request) -> Result<Proved, Problem> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        let token = bearer(request).ok_or_else(missing)?;
        // A JWT has three parts; a key has none.
        let is_jwt = rooms.accounts.takes_tokens() && token.matches('.').count() == 2;
        return if is_jwt {
            by_token(rooms, request, &token).await
        } else {
            by_key(rooms, request, &token).await
        };
    }
    let cookie = Cookies::of(&rooms.public_url).session(request.headers());
    by_session(rooms, request, &cookie.ok_or_else(missing)?).await
}

async fn by_key(rooms: &Rooms, request: &Request, token: &str) -> Result<Proved, Problem> {
    let (org, key) = rooms.accounts.key_scope(token).await?.ok_or_else(|| {
        let detail = "The API key is not valid: it was ended, has run out, or never was one.";
        unauthorised("key_not_valid", detail)
    })?;
    if let Some(named) = request.headers().get(ORG) {
        let own = rooms.accounts.org(&org).await?;
        let is_own =
            own.is_some_and(|own| *named == own.slug.as_str() || *named == own.id.to_string().as_str());
        is_own.then_some(()).ok_or_else(no_such_org)?;
    }
    Ok(Proved { org, key: Some(key.scope), session: None, lasts: None })
}

async fn by_session(rooms: &Rooms, request: &Request, cookie: &Secret) -> Result<Proved, Problem> {
    if !request.method().is_safe() {
        is_own_page(rooms, request, cookie)?;
    }
    let (session, person) = rooms.accounts.session(cookie.reveal()).await?.ok_or_else(|| {
        let detail =
            "The session is over or never was one. Sign in at the console again, or send an API key.";
        unauthorised("session_not_valid", detail)
    })?;
    let org = org_of(rooms, request, &person).await?;
    Ok(Proved { org, key: None, session: Some(session.id), lasts: None })
}

/// A token that the provider has signed: its person acts in their role.
async fn by_token(rooms: &Rooms, request: &Request, token: &str) -> Result<Proved, Problem> {
    let (person, lasts) = rooms.accounts.person_of_token(token).await.map_err(|error| match error {
        AccountError::Provider(_) if !error.is_passing() => unauthorised("token_not_valid", &told(&error)),
        AccountError::NotLinked => unauthorised("person_not_known", &told(&error)),
        other => other.into(),
    })?;
    let org = org_of(rooms, request, &person).await?;
    Ok(Proved { org, key: None, session: None, lasts: Some(lasts) })
}

/// Another site's page can make a browser send the cookie, and can know neither of these.
fn is_own_page(rooms: &Rooms, request: &Request, cookie: &Secret) -> Result<(), Problem> {
    let given = request.headers().get(csrf::HEADER).and_then(|given| given.to_str().ok());
    let is_ours = csrf::is_own_origin(request.headers(), &rooms.public_url)
        && given.is_some_and(|given| csrf::is_token(cookie, given));
    let detail = "With a session, changes are taken from the console's own pages alone: with its Origin and the page's form \
                  token in X-Form-Token. Programs send an API key instead.";
    is_ours.then_some(()).ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, "not_from_the_console", detail))
}

/// The organisation that a person acts in.
async fn org_of(rooms: &Rooms, request: &Request, person: &Person) -> Result<OrgScope, Problem> {
    let named = request.headers().get(ORG).map(|named| named.to_str().unwrap_or_default());
    rooms.accounts.scope_named(person, named).await?.ok_or_else(no_such_org)
}

fn no_such_org() -> Problem {
    Problem::not_found("organisation")
}

fn bearer(request: &Request) -> Option<String> {
    let text = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn missing() -> Problem {
    unauthorised("credential_missing", "Send an API key: Authorization: Bearer cp_live_…")
}

fn unauthorised(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}

/// What the document tells of credentials.
pub(super) fn schemes() -> [(&'static str, MetaSecurityScheme); 2] {
    let bearer = "An API key: `Authorization: Bearer cp_live_…`. Make one with `citepress admin create --api-key`, or in the \
                  console under Settings. Where the operator has set a sign-in provider (OIDC), also a JWT that it has signed \
                  for this API with RS256 or ES256: its person acts in their role, and `X-Org` names one of their \
                  organisations.";
    let session = "The session of the console, for its own pages. Whatever changes something also carries their `Origin`, and \
                   the form token of the page in `X-Form-Token`. `X-Org` names one of the person's organisations by id or \
                   slug; without it the one that they have belonged to longest is meant. Over plain http the cookie is called \
                   `citepress`.";
    let none = || MetaSecurityScheme {
        ty: "http",
        description: None,
        name: None,
        key_in: None,
        scheme: None,
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    };
    [
        ("bearer", MetaSecurityScheme { description: Some(bearer), scheme: Some("bearer"), ..none() }),
        (
            "session",
            MetaSecurityScheme {
                ty: "apiKey",
                description: Some(session),
                name: Some("__Host-citepress"),
                key_in: Some("cookie"),
                ..none()
            },
        ),
    ]
}
