//! First run: whoever has the link that the server printed becomes the first owner.

use poem::http::StatusCode;
use poem::{Response, handler};

use super::{Founder, again, asked_for, enter};
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::Visitor;

#[handler]
pub(in crate::console) async fn show(visitor: Visitor) -> Result<Response, Fault> {
    let token = asked_for(&visitor, "token");
    if token.is_empty() {
        return visitor.desk.view.page("set_up_wait.html", &visitor.shell(), values! {});
    }
    visitor.desk.rooms.accounts.check_set_up(&token).await?;
    form(&visitor, &token, &Founder::default(), "")
}

fn form(visitor: &Visitor, token: &str, founder: &Founder, wrong: &str) -> Result<Response, Fault> {
    let page = values! { link => token, founder, wrong };
    visitor.desk.view.page("set_up.html", &visitor.shell(), page)
}

#[handler]
pub(in crate::console) async fn done(visitor: Visitor, posted: Posted) -> Result<Response, Fault> {
    let (token, founder) = (posted.text("link"), Founder::of(&posted));
    let wrong = match founder.owner(&posted) {
        Ok(owner) => {
            let org = owner.org_slug.clone();
            match visitor.desk.rooms.accounts.set_up(token, owner, &visitor.asked.agent).await {
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
