//! Who belongs to the organisation.

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Response, handler};
use serde::Serialize;

use crate::accounts::AccountError;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{Admin, In, Least, Member};
use crate::tenancy::{PersonId, Role};

#[derive(Serialize)]
struct Line {
    id: PersonId,
    name: String,
    email: String,
    role: &'static str,
    since: i64,
    has_totp: bool,
    is_me: bool,
}

#[derive(Serialize)]
struct Open {
    id: String,
    email: String,
    role: &'static str,
    expires_at: i64,
}

#[handler]
pub(in crate::console) async fn show(here: In<Member>) -> Result<Response, Fault> {
    screen(&here, "", "member", "").await
}

async fn screen<L: Least>(here: &In<L>, email: &str, role: &str, wrong: &str) -> Result<Response, Fault> {
    let accounts = &here.me.desk.rooms.accounts;
    let line = |member: crate::accounts::Member| Line {
        is_me: member.person.id == here.me.person.id,
        id: member.person.id,
        name: member.person.name,
        email: member.person.email,
        role: member.role.as_str(),
        since: member.since,
        has_totp: member.person.has_totp,
    };
    let members: Vec<Line> = accounts.members(&here.scope).await?.into_iter().map(line).collect();
    let mut open = Vec::new();
    if here.scope.role() >= Role::Admin {
        let invitations = accounts.invitations(&here.scope).await?;
        open.extend(invitations.into_iter().map(|invitation| Open {
            id: invitation.id.to_string(),
            email: invitation.email,
            role: invitation.role.as_str(),
            expires_at: invitation.expires_at,
        }));
    }
    let page = values! { members, open, email, role, wrong };
    here.me.desk.view.page("org/members.html", &here.shell("members").await?, page)
}

#[handler]
pub(in crate::console) async fn invite(here: In<Admin>, posted: Posted) -> Result<Response, Fault> {
    let (email, word) = (posted.text("email"), posted.text("role"));
    let role = Role::parse(word).unwrap_or(Role::Member);
    match here.me.desk.rooms.accounts.invite(&here.scope, email, role).await {
        Ok(_) => Ok(redirect(&format!("{}/members?notice=invited", here.path()))),
        Err(error) => again(&here, email, word, error).await,
    }
}

async fn again<L: Least>(
    here: &In<L>,
    email: &str,
    role: &str,
    error: AccountError,
) -> Result<Response, Fault> {
    let wrong = error.sentence()?;
    let mut response = screen(here, email, role, &wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

#[handler]
pub(in crate::console) async fn set_role(
    here: In<Admin>,
    Path((_, person)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let person = person.parse().map_err(|_| Fault::NotFound)?;
    let role = Role::parse(posted.text("role")).ok_or(Fault::NotFound)?;
    match here.me.desk.rooms.accounts.set_role(&here.scope, person, role).await {
        Ok(()) => Ok(redirect(&format!("{}/members?notice=role-changed", here.path()))),
        Err(error) => again(&here, "", "member", error).await,
    }
}

/// Takes a member out; anybody may leave by themselves.
#[handler]
pub(in crate::console) async fn remove(
    here: In<Member>,
    Path((_, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let person: PersonId = person.parse().map_err(|_| Fault::NotFound)?;
    let leaves = person == here.me.person.id;
    match here.me.desk.rooms.accounts.remove_member(&here.scope, person).await {
        Ok(_) if leaves => Ok(redirect("/console/orgs?notice=left")),
        Ok(keys) => {
            let notice = if keys > 0 { "member-removed-keys" } else { "member-removed" };
            Ok(redirect(&format!("{}/members?notice={notice}", here.path())))
        }
        Err(error) => again(&here, "", "member", error).await,
    }
}

#[handler]
pub(in crate::console) async fn withdraw(
    here: In<Admin>,
    Path((_, invitation)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id = invitation.parse().map_err(|_| Fault::NotFound)?;
    here.me.desk.rooms.accounts.withdraw_invitation(&here.scope, id).await?;
    Ok(redirect(&format!("{}/members?notice=invitation-withdrawn", here.path())))
}
