//! Who asks, and where. A screen names what it needs as a type: `SignedIn`, `In<Admin>` (an organisation of theirs and at
//! least this role in it), `At<Member>` (a site of it), so that no screen can forget to look.

use std::marker::PhantomData;
use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};

use super::Desk;
use super::door::Asked;
use super::fault::Fault;
use super::shell::Shell;
use crate::accounts::{Org, Person, Session};
use crate::base::Slug;
use crate::sites::Site;
use crate::tenancy::{OrgScope, Role, SiteScope};

/// Anybody, signed in or not.
pub(super) struct Visitor {
    pub desk: Arc<Desk>,
    pub asked: Asked,
}

/// Somebody who is signed in.
pub(super) struct SignedIn {
    pub desk: Arc<Desk>,
    pub asked: Asked,
    pub session: Session,
    pub person: Person,
}

/// Somebody in one of their organisations.
pub(super) struct In<L> {
    pub me: SignedIn,
    pub org: Org,
    /// The key to it.
    pub scope: OrgScope,
    /// All organisations that they belong to.
    pub orgs: Vec<(Org, Role)>,
    least: PhantomData<L>,
}

/// Somebody at one of the organisation's sites.
pub(super) struct At<L> {
    pub here: In<L>,
    pub site: Site,
    /// The key to it.
    pub scope: SiteScope,
}

/// What a screen asks of people at least.
pub(super) trait Least: Send + Sync {
    const ROLE: Role;
}

/// Writes and reviews.
pub(super) struct Member;
/// Publishes, invites and sets up.
pub(super) struct Admin;

/// Also pays and deletes.
pub(super) struct Owner;

impl Least for Owner {
    const ROLE: Role = Role::Owner;
}

impl Least for Member {
    const ROLE: Role = Role::Member;
}

impl Least for Admin {
    const ROLE: Role = Role::Admin;
}

impl<'a> FromRequest<'a> for Visitor {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Visitor::of(request)?)
    }
}

impl Visitor {
    fn of(request: &Request) -> Result<Visitor, Fault> {
        let desk = request.data::<Arc<Desk>>().ok_or_else(|| Fault::broken(&"no desk"))?;
        let asked = request.data::<Asked>().ok_or_else(|| Fault::broken(&"no door"))?;
        Ok(Visitor { desk: Arc::clone(desk), asked: asked.clone() })
    }

    /// The session and its person, if the session is good.
    pub async fn signed_in(&self) -> Result<Option<SignedIn>, Fault> {
        let found = self.asked.session(&self.desk).await?;
        Ok(found.map(|(session, person)| {
            let (desk, asked) = (Arc::clone(&self.desk), self.asked.clone());
            SignedIn { desk, asked, session, person }
        }))
    }

    pub fn shell(&self) -> Shell {
        Shell::bare(&self.asked)
    }
}

impl<'a> FromRequest<'a> for SignedIn {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(SignedIn::of(request).await?)
    }
}

impl SignedIn {
    async fn of(request: &Request) -> Result<SignedIn, Fault> {
        Visitor::of(request)?.signed_in().await?.ok_or(Fault::SignIn)
    }

    pub fn shell(&self) -> Shell {
        Shell::bare(&self.asked).signed_in(&self.person, &self.desk.rooms.operators)
    }
}

impl<'a, L: Least> FromRequest<'a> for In<L> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(In::of(request).await?)
    }
}

impl<L: Least> In<L> {
    /// The organisation that the address names, if it is one of theirs; then the role.
    async fn of(request: &Request) -> Result<In<L>, Fault> {
        let me = SignedIn::of(request).await?;
        let accounts = &me.desk.rooms.accounts;
        let orgs = accounts.orgs(me.person.id).await?;
        let named = request.raw_path_param("org").unwrap_or_default();
        let org = orgs.iter().find(|(org, _)| org.slug == named).ok_or(Fault::NotFound)?.0.clone();
        let scope = accounts.scope(&me.session, Some(org.id)).await?.ok_or(Fault::NotFound)?;
        if !request.method().is_safe() {
            me.desk.rooms.limits.change(org.id).await?;
        }
        if scope.role() < L::ROLE {
            let role = L::ROLE.as_str();
            return Err(Fault::forbidden(format!(
                "Only {role}s of {} may do that. Ask one of them.",
                org.name
            )));
        }
        Ok(In { me, org, scope, orgs, least: PhantomData })
    }
}

impl<'a, L: Least> FromRequest<'a> for At<L> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(At::of(request).await?)
    }
}

impl<L: Least> At<L> {
    async fn of(request: &Request) -> Result<At<L>, Fault> {
        let here = In::<L>::of(request).await?;
        let slug: Slug =
            request.raw_path_param("site").and_then(|slug| slug.parse().ok()).ok_or(Fault::NotFound)?;
        let sites = &here.me.desk.rooms.sites;
        let scope = sites.scope_by_slug(&here.scope, &slug).await?.ok_or(Fault::NotFound)?;
        let site = sites.get(&scope).await?;
        Ok(At { here, site, scope })
    }
}
