//! Signing up, where the operator lets anybody: an address first, the rest by the link that is mailed to it.

use poem::http::StatusCode;
use poem::{Response, handler};

use super::sign_in::From;
use super::{Founder, again, asked_for, enter};
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::Visitor;

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    let token = asked_for(&visitor, "token");
    if token.is_empty() {
        return request_form(&visitor, "", "");
    }
    let email = visitor.desk.rooms.accounts.check_sign_up(&token).await?;
    form(&visitor, &token, &Founder { email, ..Founder::default() }, "")
}

fn request_form(visitor: &Visitor, email: &str, wrong: &str) -> Result<Response, Fault> {
    let open = visitor.desk.rooms.accounts.is_sign_up_open();
    visitor.desk.view.page("sign_up_request.html", &visitor.shell(), values! { email, wrong, open })
}

fn form(visitor: &Visitor, token: &str, founder: &Founder, wrong: &str) -> Result<Response, Fault> {
    let page = values! { link => token, founder, wrong };
    visitor.desk.view.page("sign_up.html", &visitor.shell(), page)
}

#[handler]
pub(in crate::console) async fn done(
    visitor: Visitor,
    posted: Posted,
    From(address): From,
) -> Result<Response, Fault> {
    let accounts = &visitor.desk.rooms.accounts;
    let token = posted.text("link");
    if token.is_empty() {
        let email = posted.text("email");
        visitor.desk.rooms.limits.take(address, email).await?;
        let Err(error) = accounts.request_sign_up(email).await else {
            return Ok(redirect("/console/sign-in?notice=sign-up-sent"));
        };
        let wrong = error.sentence()?;
        return again(request_form(&visitor, email, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let founder = Founder::of(&posted);
    let wrong = match founder.owner(&posted) {
        Ok(owner) => {
            let org = owner.org_slug.clone();
            match accounts.sign_up(token, owner, &visitor.asked.agent).await {
                Ok(signed_in) => {
                    return Ok(enter(&visitor.desk, &signed_in, &format!("/console/o/{org}/sites/new")));
                }
                Err(error) => error.sentence()?,
            }
        }
        Err(wrong) => wrong,
    };
    again(form(&visitor, token, &founder, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)
}
