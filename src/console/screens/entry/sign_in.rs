//! In and out.

use poem::http::{StatusCode, header};
use poem::{FromRequest, Request, RequestBody, Response, handler};

use super::{again, asked_for, enter, wanted};
use crate::accounts::AccountError;
use crate::base::Secret;
use crate::browser::Cookies;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::limits;
use crate::console::refused::{Refused, sentence};
use crate::console::view::values;
use crate::console::who::{SignedIn, Visitor};

/// The address of whoever asks, for the limits.
pub(in crate::console) struct From(pub Option<std::net::IpAddr>);

impl<'a> FromRequest<'a> for From {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(From(limits::address(request)))
    }
}

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    let next = asked_for(&visitor, "next");
    if visitor.signed_in().await?.is_some() {
        return Ok(redirect(wanted(&next)));
    }
    form(&visitor, &asked_for(&visitor, "email"), &next, "")
}

pub(super) fn form(visitor: &Visitor, email: &str, next: &str, wrong: &str) -> Result<Response, Fault> {
    let accounts = &visitor.desk.rooms.accounts;
    let (sign_up_open, provider) = (accounts.is_sign_up_open(), accounts.provider_label());
    let to_provider: String = url::form_urlencoded::byte_serialize(wanted(next).as_bytes()).collect();
    let page = values! { email, next => wanted(next), wrong, sign_up_open, provider, to_provider };
    visitor.desk.view.page("sign_in.html", &visitor.shell(), page)
}

#[handler]
pub(in crate::console) async fn done(
    visitor: Visitor,
    posted: Posted,
    From(address): From,
) -> Result<Response, Fault> {
    let (email, next) = (posted.text("email"), posted.text("next"));
    let rooms = &visitor.desk.rooms;
    rooms.limits.take(address, email).await?;
    let password = posted.secret("password");
    match rooms.accounts.sign_in(email, &password, None, &visitor.asked.agent).await {
        Ok(signed_in) => Ok(enter(&visitor.desk, &signed_in, wanted(next))),
        Err(AccountError::CodeNeeded(ticket)) => code_form(&visitor, &ticket, next, ""),
        Err(error) => {
            let wrong = error.sentence()?;
            again(form(&visitor, email, next, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

pub(super) fn code_form(
    visitor: &Visitor,
    ticket: &Secret,
    next: &str,
    wrong: &str,
) -> Result<Response, Fault> {
    let page = values! { ticket => ticket.reveal(), next => wanted(next), wrong };
    visitor.desk.view.page("sign_in_code.html", &visitor.shell(), page)
}

/// The second step: a code, with the ticket that the right password was worth.
#[handler]
pub(in crate::console) async fn code(
    visitor: Visitor,
    posted: Posted,
    From(address): From,
) -> Result<Response, Fault> {
    let (ticket, next) = (posted.secret("ticket"), posted.text("next"));
    let rooms = &visitor.desk.rooms;
    if let Ok(person) = rooms.accounts.ticket_of(&ticket) {
        rooms.limits.take(address, &person.to_string()).await?;
    }
    match rooms.accounts.sign_in_with_code(&ticket, posted.text("code"), &visitor.asked.agent).await {
        Ok(signed_in) => Ok(enter(&visitor.desk, &signed_in, wanted(next))),
        Err(AccountError::Link) => {
            let wrong = sentence("that took too long: begin again");
            again(form(&visitor, "", next, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => {
            let wrong = error.sentence()?;
            again(code_form(&visitor, &ticket, next, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

#[handler]
pub(in crate::console) async fn out(me: SignedIn) -> Result<Response, Fault> {
    let rooms = &me.desk.rooms;
    rooms.accounts.end_session(me.person.id, me.session.id).await?;
    let mut response = redirect("/console/sign-in?notice=signed-out");
    if let Some(line) = Cookies::of(&rooms.public_url).end_session() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(response)
}
