//! Who asks, and what they may at least do. An operation names its least role as a type: `As<Writer>` can't be had with a
//! key that only reads, so an operation can't forget to look.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use poem::http::StatusCode;
use poem::{Request, RequestBody};
use poem_openapi::registry::Registry;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::Rooms;
use super::credential::{self, Proved};
use super::door::Told;
use super::problem::Problem;
use super::repeats;
use crate::accounts::{KeyScope, SessionId};
use crate::tenancy::{OrgScope, Role};

/// Who calls an operation that needs the rights `L`, and what it stands on.
pub(super) struct As<L> {
    /// The key to the caller's organisation.
    pub org: OrgScope,
    /// Where it is a person at the console: their session.
    pub session: Option<SessionId>,
    /// How long the credential is good, where it says so itself.
    pub lasts: Option<Duration>,
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
        for (name, scheme) in credential::schemes() {
            registry.create_security_scheme(name, scheme);
        }
    }

    fn security_schemes() -> Vec<&'static str> {
        credential::schemes().map(|(name, _)| name).into()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let rooms = request.data::<Arc<Rooms>>().ok_or_else(|| Problem::broken(&"no rooms at hand"))?;
        let Proved { org, key, session, lasts } = credential::prove(rooms, request).await?;
        let told = request.data::<Told>().ok_or_else(|| Problem::broken(&"no door"))?;
        // Counted before anything is refused: a key that may do little can't ask without end either.
        told.limit(rooms.limits.take(org.org()).await)?;
        if let Some(scope) = key.filter(|scope| *scope < L::KEY) {
            return Err(scope_too_low(scope, L::KEY).into());
        }
        let who = As { org, session, lasts, rooms: Arc::clone(rooms), least: PhantomData };
        who.needs(L::ROLE)?;
        told.claim(repeats::claim(rooms, &who.org, request, body).await?);
        Ok(who)
    }
}

fn scope_too_low(scope: KeyScope, least: KeyScope) -> Problem {
    let (scope, least) = (scope.as_str(), least.as_str());
    let detail = format!(
        "This key may {scope}; the operation needs one that may {least}. Make another key with that scope."
    );
    Problem::new(StatusCode::FORBIDDEN, "scope_too_low", detail)
}
