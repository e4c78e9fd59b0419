//! Who belongs to an organisation, and who may become a member.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store::invitations::Which;
use super::{
    AccountError, Accounts, Invitation, InvitationId, Member, NewPerson, Org, SignedIn, rules, store,
};
use crate::base::Secret;
use crate::db::DbError;
use crate::events::Happened;
use crate::keys::Purpose;
use crate::tenancy::{Actor, OrgScope, PersonId, Role};

/// How long an invitation is good.
const VALID: Duration = Duration::from_secs(7 * 24 * 60 * 60);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Says {
    invitation: InvitationId,
}

/// An invitation, as the person invited sees it.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// The organisation.
    pub org: Org,
    /// Whether they have an account, with whatever way in: else they choose name and password.
    pub has_account: bool,
}

impl Accounts {
    /// The organisation's members, first come first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn members(&self, scope: &OrgScope) -> Result<Vec<Member>, AccountError> {
        Ok(store::members::list(&self.db, scope.org()).await?)
    }

    /// The organisations that a person belongs to, with their role.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn orgs(&self, person: PersonId) -> Result<Vec<(Org, Role)>, AccountError> {
        Ok(store::members::orgs_of(&self.db, person).await?)
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// [`AccountError::NotFound`], [`AccountError::Forbidden`], [`AccountError::LastOwner`].
    pub async fn set_role(&self, scope: &OrgScope, person: PersonId, role: Role) -> Result<(), AccountError> {
        let mut tx = self.db.write_system().await?;
        let owners = store::members::lock_owners(&tx, scope.org()).await?;
        let present = store::members::role_of(tx.conn(), scope.org(), person).await?;
        let present = present.ok_or(AccountError::NotFound("member"))?;
        rules::may_manage(scope, [present, role])?;
        if present == Role::Owner && role != Role::Owner && owners == 1 {
            return Err(AccountError::LastOwner);
        }
        store::members::set_role(&tx, scope.org(), person, role).await?;
        let data = json!({ "role": role, "was": present });
        let happened = Happened { kind: "member.role", subject: person.to_string(), data };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened);
        // A session keeps nothing of a role: it acts in the new one from the next request on.
        Ok(tx.commit().await?)
    }

    /// Takes a member out. Anybody may leave. API keys that they made are the organisation's and go on working: how many.
    ///
    /// # Errors
    /// [`AccountError::NotFound`], [`AccountError::Forbidden`], [`AccountError::LastOwner`].
    pub async fn remove_member(&self, scope: &OrgScope, person: PersonId) -> Result<u64, AccountError> {
        let mut tx = self.db.write_system().await?;
        let owners = store::members::lock_owners(&tx, scope.org()).await?;
        let present = store::members::role_of(tx.conn(), scope.org(), person).await?;
        let present = present.ok_or(AccountError::NotFound("member"))?;
        if scope.actor() != Actor::Person(person) {
            rules::may_manage(scope, [present, present])?;
        }
        if present == Role::Owner && owners == 1 {
            return Err(AccountError::LastOwner);
        }
        store::members::remove(&tx, scope.org(), person).await?;
        let keys = store::keys::open_of(&tx, scope.org(), person, self.clock.millis()).await?;
        let data = json!({ "keys": keys });
        let happened = Happened { kind: "member.removed", subject: person.to_string(), data };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened);
        tx.commit().await?;
        Ok(keys)
    }

    /// Open invitations.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn invitations(&self, scope: &OrgScope) -> Result<Vec<Invitation>, AccountError> {
        Ok(store::invitations::list(&self.db, scope.org(), self.clock.millis()).await?)
    }

    /// Invites somebody by mail. An earlier invitation to the same address is void.
    ///
    /// # Errors
    /// [`AccountError::Email`], [`AccountError::Forbidden`], [`AccountError::Member`], [`AccountError::Quota`],
    /// [`AccountError::TooOften`].
    pub async fn invite(
        &self,
        scope: &OrgScope,
        email: &str,
        role: Role,
    ) -> Result<Invitation, AccountError> {
        rules::may_manage(scope, [role, role])?;
        rules::may_admin(scope)?;
        let (email, now) = (rules::email(email)?, self.clock.millis());
        // Whoever invites them: a mailbox belongs to nobody who has an organisation here.
        self.invited.take(&email).await.map_err(AccountError::TooOften)?;
        let valid = i64::try_from(VALID.as_millis()).unwrap_or(i64::MAX);
        let invitation = Invitation {
            id: self.ids.new_id(),
            org: scope.org(),
            email,
            role,
            invited_by: scope.actor().to_string(),
            expires_at: now.saturating_add(valid),
        };
        let mut tx = self.db.write_system().await?;
        tx.alone(&format!("members of {}", scope.org())).await?;
        if let Some(known) = store::people::by_email(tx.conn(), &invitation.email).await?
            && store::members::role_of(tx.conn(), scope.org(), known.person.id).await?.is_some()
        {
            return Err(AccountError::Member(invitation.email));
        }
        store::invitations::withdraw(&tx, scope.org(), Which::To(&invitation.email)).await?;
        let members = store::members::count(tx.conn(), scope.org()).await?;
        let open = store::invitations::count(tx.conn(), scope.org(), now).await?;
        self.quotas.members(members + open + 1)?;
        store::invitations::insert(&tx, &invitation, now).await?;
        self.post_invitation(&mut tx, &invitation).await?;
        let data = json!({ "email": invitation.email, "role": role });
        let happened = Happened { kind: "member.invited", subject: invitation.id.to_string(), data };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened);
        tx.conclude().await?;
        Ok(invitation)
    }

    /// How many places of the plan are taken: members and open invitations.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn seats(&self, scope: &OrgScope) -> Result<u64, DbError> {
        let (conn, org) = (self.db.system(), scope.org());
        let open = store::invitations::count(conn, org, self.clock.millis()).await?;
        Ok(store::members::count(conn, org).await? + open)
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`AccountError::NotFound`], [`AccountError::Forbidden`].
    pub async fn withdraw_invitation(&self, scope: &OrgScope, id: InvitationId) -> Result<(), AccountError> {
        rules::may_admin(scope)?;
        let mut tx = self.db.write_system().await?;
        if store::invitations::withdraw(&tx, scope.org(), Which::One(id)).await? == 0 {
            return Err(AccountError::NotFound("invitation"));
        }
        let happened = Happened { kind: "invitation.withdrawn", subject: id.to_string(), data: json!({}) };
        self.events.record(&mut tx, scope.org(), scope.actor(), happened);
        Ok(tx.commit().await?)
    }

    /// The token of an invitation: the same whenever it is made.
    pub(super) fn invitation_token(&self, invitation: &Invitation) -> Secret {
        let left = invitation.expires_at.saturating_sub(self.clock.millis()).unsigned_abs();
        let says = Says { invitation: invitation.id };
        Secret::new(self.keys.sign(Purpose::Invitation, says, Duration::from_millis(left)))
    }

    /// What an invitation's link offers.
    ///
    /// # Errors
    /// [`AccountError::Link`].
    pub async fn invited(&self, token: &str) -> Result<Invited, AccountError> {
        let says: Says = self.keys.verify(Purpose::Invitation, token)?;
        let found = store::invitations::get(self.db.system(), says.invitation, self.clock.millis()).await?;
        let invitation = found.ok_or(AccountError::Link)?;
        let org = store::orgs::by_id(&self.db, invitation.org).await?.ok_or(AccountError::Link)?;
        let has_account = store::people::has_account(self.db.system(), &invitation.email).await?;
        Ok(Invited { invitation, org, has_account })
    }

    /// Joins as somebody who has an account and is signed in. Whoever holds the link may: it came by mail.
    ///
    /// # Errors
    /// [`AccountError::Link`].
    pub async fn accept(&self, token: &str, person: PersonId) -> Result<OrgScope, AccountError> {
        let invited = self.invited(token).await?;
        self.join(&invited.invitation, person, None).await.map(|(scope, _)| scope)
    }

    /// Joins as somebody new, and signs them in.
    ///
    /// # Errors
    /// [`AccountError::Link`], also for an address that has an account: its owner signs in first; faults of what was
    /// filled in, after which the link stays good.
    pub async fn accept_as_new(
        &self,
        token: &str,
        new: NewPerson,
        agent: &str,
    ) -> Result<SignedIn, AccountError> {
        let invited = self.invited(token).await?;
        if invited.has_account {
            return Err(AccountError::Link);
        }
        let name = rules::name(&new.name)?;
        let hash = self.passwords.hash(&new.password).await?;
        let id = self.ids.new_id();
        let begun = Some((name, hash, agent.to_owned()));
        let (_, signed_in) = self.join(&invited.invitation, id, begun).await?;
        signed_in.ok_or(AccountError::Link)
    }

    async fn join(
        &self,
        invitation: &Invitation,
        person: PersonId,
        begun: Option<(String, String, String)>,
    ) -> Result<(OrgScope, Option<SignedIn>), AccountError> {
        let (mut tx, now) = (self.db.write_system().await?, self.clock.millis());
        if !store::invitations::take(&tx, invitation.id, now).await? {
            return Err(AccountError::Link);
        }
        let (mut who, mut signed_in) = (person, None);
        if let Some((name, hash, agent)) = begun {
            // Under the transaction: they may have come by another link, or by a provider, since the form was shown.
            if store::people::has_account(tx.conn(), &invitation.email).await? {
                return Err(AccountError::Link);
            }
            who = store::people::with_email(&tx, &invitation.email, person, now).await?;
            store::people::set_name(&tx, who, &name).await?;
            store::people::set_password(&tx, who, &hash).await?;
            signed_in = Some(self.start_session(&tx, who, &agent).await?);
        }
        let (org, role) = (invitation.org, invitation.role);
        if store::members::role_of(tx.conn(), org, who).await?.is_some() {
            return Err(AccountError::Member(invitation.email.clone()));
        }
        store::members::insert(&tx, self.ids.new_id(), org, who, role, now).await?;
        let data = json!({ "role": role, "invitation": invitation.id });
        let happened = Happened { kind: "member.joined", subject: who.to_string(), data };
        self.events.record(&mut tx, org, Actor::Person(who), happened);
        tx.commit().await?;
        Ok((OrgScope::grant(org, role, Actor::Person(who)), signed_in))
    }
}
