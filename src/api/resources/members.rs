//! `/members` and `/invitations`: who belongs to the organisation, and who may.

use poem_openapi::param::Path;
use poem_openapi::{Object, OpenApi};

use super::orgs::RoleWord;
use super::{Tag, time};
use crate::accounts;
use crate::api::answer::{Created, Fetched, Gone};
use crate::api::body::Body;
use crate::api::caller::{Admin, As, Reader};
use crate::api::list::List;
use crate::api::problem::Problem;

pub(in crate::api) struct MembersApi;

/// A person in the organisation.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Member {
    /// The person's id, `usr_…`
    id: String,
    /// Their e-mail address
    email: String,
    /// Their name
    name: String,
    /// What they may do
    role: RoleWord,
    /// Since when they belong to it
    since: String,
}

/// What is to change of a member.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct MemberChange {
    /// What they may do from now on
    role: RoleWord,
}

/// That somebody may become a member.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct Invitation {
    /// Its id, `inv_…`
    id: String,
    /// Who is invited
    email: String,
    /// As what
    role: RoleWord,
    /// Who invited them
    invited_by: String,
    /// When it ends by itself
    expires_at: String,
}

/// Somebody to be invited.
#[derive(Debug, Clone, Object)]
pub(in crate::api) struct InvitationNew {
    /// Their e-mail address: the link goes there
    #[oai(validator(min_length = 3, max_length = 254))]
    email: String,
    /// As what
    role: RoleWord,
}

#[OpenApi(tag = "Tag::Members")]
impl MembersApi {
    /// List the members
    ///
    /// First come first.
    #[oai(path = "/members", method = "get", operation_id = "members_list")]
    async fn members(&self, who: As<Reader>) -> Result<Fetched<List<Member>>, Problem> {
        let members = who.rooms.accounts.members(&who.org).await?;
        Ok(Fetched::new(List::new("/api/v1/members", false, members.into_iter().map(Member::from).collect())))
    }

    /// Give a member another role
    ///
    /// Nobody gives or takes a role above their own, and an organisation keeps an owner.
    #[oai(path = "/members/:member", method = "patch", operation_id = "members_update")]
    async fn update(
        &self,
        who: As<Admin>,
        /// The person's id, `usr_…`
        member: Path<String>,
        change: Body<MemberChange>,
    ) -> Result<Fetched<Member>, Problem> {
        let missing = || Problem::not_found("member");
        let id = member.0.parse().map_err(|_| missing())?;
        who.rooms.accounts.set_role(&who.org, id, change.0.role.into()).await?;
        let members = who.rooms.accounts.members(&who.org).await?;
        let member = members.into_iter().find(|member| member.person.id == id).ok_or_else(missing)?;
        Ok(Fetched::new(member.into()))
    }

    /// Take a member out
    ///
    /// Their sessions open the organisation no more. API keys that they made belong to it and go on working: look for them
    /// by `created_by` and end those that nobody else should hold.
    #[oai(path = "/members/:member", method = "delete", operation_id = "members_remove")]
    async fn remove(
        &self,
        who: As<Admin>,
        /// The person's id, `usr_…`
        member: Path<String>,
    ) -> Result<Gone, Problem> {
        let id = member.0.parse().map_err(|_| Problem::not_found("member"))?;
        who.rooms.accounts.remove_member(&who.org, id).await?;
        Ok(Gone)
    }

    /// List the open invitations
    #[oai(path = "/invitations", method = "get", operation_id = "invitations_list")]
    async fn invitations(&self, who: As<Admin>) -> Result<Fetched<List<Invitation>>, Problem> {
        let open = who.rooms.accounts.invitations(&who.org).await?;
        let open = open.into_iter().map(Invitation::from).collect();
        Ok(Fetched::new(List::new("/api/v1/invitations", false, open)))
    }

    /// Invite somebody
    ///
    /// The link goes to them by mail and is good for a week; an earlier one to the same address is void.
    #[oai(path = "/invitations", method = "post", operation_id = "invitations_create")]
    async fn invite(&self, who: As<Admin>, new: Body<InvitationNew>) -> Result<Created<Invitation>, Problem> {
        let invited = who.rooms.accounts.invite(&who.org, &new.0.email, new.0.role.into()).await?;
        let path = format!("/api/v1/invitations/{}", invited.id);
        Ok(Created::new(Invitation::from(invited)).at(path))
    }

    /// Take an invitation back
    #[oai(path = "/invitations/:invitation", method = "delete", operation_id = "invitations_withdraw")]
    async fn withdraw(
        &self,
        who: As<Admin>,
        /// Its id, `inv_…`
        invitation: Path<String>,
    ) -> Result<Gone, Problem> {
        let id = invitation.0.parse().map_err(|_| Problem::not_found("invitation"))?;
        who.rooms.accounts.withdraw_invitation(&who.org, id).await?;
        Ok(Gone)
    }
}

impl From<accounts::Member> for Member {
    fn from(member: accounts::Member) -> Member {
        let accounts::Person { id, email, name, .. } = member.person;
        Member { id: id.to_string(), email, name, role: member.role.into(), since: time::of(member.since) }
    }
}

impl From<accounts::Invitation> for Invitation {
    fn from(invitation: accounts::Invitation) -> Invitation {
        Invitation {
            id: invitation.id.to_string(),
            email: invitation.email,
            role: invitation.role.into(),
            invited_by: invitation.invited_by,
            expires_at: time::of(invitation.expires_at),
        }
    }
}
