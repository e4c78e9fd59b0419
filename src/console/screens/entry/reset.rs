//! A new password: asked for by address, chosen by the link that is mailed to it.

use poem::http::StatusCode;
use poem::{Response, handler};

use super::sign_in::From;
use super::{again, asked_for};
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::Visitor;

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    form(&visitor, &asked_for(&visitor, "token"), "")
}

fn form(visitor: &Visitor, token: &str, wrong: &str) -> Result<Response, Fault> {
    visitor.desk.view.page("reset.html", &visitor.shell(), values! { link => token, wrong })
}

#[handler]
pub(in crate::console) async fn done(
    visitor: Visitor,
    posted: Posted,
    From(address): From,
) -> Result<Response, Fault> {
    let (token, accounts) = (posted.text("link"), &visitor.desk.rooms.accounts);
    let (tried, to) = if token.is_empty() {
        let email = posted.text("email");
        visitor.desk.rooms.limits.take(address, email).await?;
        (accounts.request_reset(email).await, "/console/sign-in?notice=reset-sent")
    } else {
        (accounts.reset(token, &posted.secret("password")).await, "/console/sign-in?notice=password-set")
    };
    match tried {
        Ok(()) => Ok(redirect(to)),
        Err(error) => {
            let wrong = error.sentence()?;
            again(form(&visitor, token, &wrong)?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
