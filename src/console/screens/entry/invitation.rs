//! Becoming a member: as somebody new, or with the account that one has.

use poem::http::StatusCode;
use poem::{Response, handler};

use super::{again, asked_for, enter};
use crate::accounts::{Invited, NewPerson};
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::Visitor;

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    let token = asked_for(&visitor, "token");
    let invited = visitor.desk.rooms.accounts.invited(&token).await?;
    form(&visitor, &token, &invited, "", "").await
}

async fn form(
    visitor: &Visitor,
    token: &str,
    invited: &Invited,
    name: &str,
    wrong: &str,
) -> Result<Response, Fault> {
    let me = visitor.signed_in().await?;
    let next: String = url::form_urlencoded::byte_serialize(visitor.asked.address.as_bytes()).collect();
    let page = values! {
        link => token, wrong, name, next,
        org => invited.org.name,
        role => invited.invitation.role.as_str(),
        email => invited.invitation.email,
        has_account => invited.has_account,
        me => me.map(|me| me.person.email),
    };
    visitor.desk.view.page("invitation.html", &visitor.shell(), page)
}

#[handler]
pub(in crate::console) async fn done(visitor: Visitor, posted: Posted) -> Result<Response, Fault> {
    let (token, accounts) = (posted.text("link"), &visitor.desk.rooms.accounts);
    let invited = accounts.invited(token).await?;
    let to = format!("/console/o/{}?notice=joined", invited.org.slug);
    if let Some(me) = visitor.signed_in().await? {
        accounts.accept(token, me.person.id).await?;
        return Ok(redirect(&to));
    }
    let name = posted.text("name");
    let new = NewPerson { name: name.to_owned(), password: posted.secret("password") };
    match accounts.accept_as_new(token, new, &visitor.asked.agent).await {
        Ok(signed_in) => Ok(enter(&visitor.desk, &signed_in, &to)),
        Err(error) => {
            let wrong = error.sentence()?;
            let again_form = form(&visitor, token, &invited, name, &wrong).await?;
            again(again_form, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
