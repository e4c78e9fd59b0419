//! Who asks, and what they may at least do. An operation names its least role as a type: `As<Writer>` can't be had with a
//! key that only reads, so an operation can't forget to look.

use std::marker::PhantomData;
use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::{Addr, Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::Rooms;
use super::door::Told;
use super::problem::Problem;
use super::repeats;
use crate::accounts::KeyScope;
use crate::tenancy::{OrgScope, Role};

const SCHEME: &str = "bearer";

/// Who calls an operation that needs the rights `L`, and what it stands on.
pub(super) struct As<L> {
    /// The key to the caller's organisation.
    pub org: OrgScope,
    pub rooms: Arc<Rooms>,
    least: PhantomData<L>,
}

/// What an operation asks of its caller at least.
pub(super) trait Least: Send {
    /// The role.
    const ROLE: Role;
    /// What a key has to be for.
    const KEY: KeyScope;
}

/// Looks at things.
pub(super) struct Reader;
/// Changes pages, sources and sites.
pub(super) struct Writer;
/// Publishes, invites and sets up.
pub(super) struct Admin;

impl Least for Reader {
    const ROLE: Role = Role::Member;
    const KEY: KeyScope = KeyScope::Read;
}

impl Least for Writer {
    const ROLE: Role = Role::Member;
    const KEY: KeyScope = KeyScope::Write;
}

impl Least for Admin {
    const ROLE: Role = Role::Admin;
    const KEY: KeyScope = KeyScope::Admin;
}

impl<L> As<L> {
    /// Refuses who has a lower role.
    pub(super) fn needs(&self, role: Role) -> Result<(), Problem> {
        if self.org.role() >= role {
            return Ok(());
        }
        let detail = format!("Only {}s may do this; ask one of them.", role.as_str());
        Err(Problem::new(StatusCode::FORBIDDEN, "role_too_low", detail))
    }
}

impl<'a, L: Least> ApiExtractor<'a> for As<L> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let description = "An API key: `Authorization: Bearer cp_live_…`. Make one with `citepress admin create --api-key`, \
                           or in the console under Settings.";
        registry.create_security_scheme(
            SCHEME,
            MetaSecurityScheme {
                ty: "http",
                description: Some(description),
                name: None,
                key_in: None,
                scheme: Some("bearer"),
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let rooms = request.data::<Arc<Rooms>>().ok_or_else(|| Problem::broken(&"no rooms at hand"))?;
        let (org, scope) = caller(rooms, request).await?;
        let told = request.data::<Told>().ok_or_else(|| Problem::broken(&"no door"))?;
        // Counted before anything is refused: a key that may do little can't ask without end either.
        told.limit(rooms.limits.take(org.org()))?;
        if scope < L::KEY {
            return Err(scope_too_low(scope, L::KEY).into());
        }
        let who = As { org, rooms: Arc::clone(rooms), least: PhantomData };
        who.needs(L::ROLE)?;
        told.claim(repeats::claim(rooms, &who.org, request, body).await?);
        Ok(who)
    }
}

/// Proves the caller by the request's credential. Failures are counted by address; who has a good key is not held up by
/// those beside him who have none.
async fn caller(rooms: &Rooms, request: &Request) -> Result<(OrgScope, KeyScope), Problem> {
    let proved = match token(request) {
        Ok(token) => rooms.accounts.key_scope(&token).await?.ok_or_else(|| {
            let detail = "The API key is not valid: it was ended, has run out, or never was one.";
            unauthorised("key_not_valid", detail)
        }),
        Err(problem) => Err(problem),
    };
    match proved {
        Ok((org, key)) => Ok((org, key.scope)),
        Err(problem) => {
            if let Addr::SocketAddr(address) = &request.remote_addr().0 {
                rooms.limits.take_failure(address.ip())?;
            }
            Err(problem)
        }
    }
}

fn scope_too_low(scope: KeyScope, least: KeyScope) -> Problem {
    let (scope, least) = (scope.as_str(), least.as_str());
    let detail = format!(
        "This key may {scope}; the operation needs one that may {least}. Make another key with that scope."
    );
    Problem::new(StatusCode::FORBIDDEN, "scope_too_low", detail)
}

fn token(request: &Request) -> Result<String, Problem> {
    let missing = || unauthorised("credential_missing", "Send an API key: Authorization: Bearer cp_live_…");
    let header = request.headers().get(header::AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, token) = header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim().to_owned()) } else { Err(missing()) }
}

fn unauthorised(code: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail)
}
