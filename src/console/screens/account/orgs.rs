//! The organisations that one belongs to, and a new one.

use poem::http::StatusCode;
use poem::{Response, handler};
use serde::Serialize;

use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::screens::entry::slug;
use crate::console::view::values;
use crate::console::who::SignedIn;

#[derive(Serialize)]
struct Line {
    name: String,
    slug: String,
    role: &'static str,
}

#[handler]
pub(in crate::console) async fn show(me: SignedIn) -> Result<Response, Fault> {
    screen(&me, "", "", "").await
}

async fn screen(me: &SignedIn, name: &str, slug: &str, wrong: &str) -> Result<Response, Fault> {
    let accounts = &me.desk.rooms.accounts;
    let orgs = accounts.orgs(me.person.id).await?;
    let line = |(org, role): (crate::accounts::Org, crate::tenancy::Role)| Line {
        name: org.name,
        slug: org.slug,
        role: role.as_str(),
    };
    let lines: Vec<Line> = orgs.into_iter().map(line).collect();
    let page = values! { orgs => lines, open => accounts.is_sign_up_open(), name, slug, wrong };
    me.desk.view.page("account/orgs.html", &me.shell(), page)
}

#[handler]
pub(in crate::console) async fn found(me: SignedIn, posted: Posted) -> Result<Response, Fault> {
    let (name, typed) = (posted.text("name"), posted.text("slug"));
    me.desk.rooms.limits.take(None, &format!("founds {}", me.person.id)).await?;
    let wrong = match slug(typed, name, "org") {
        Err(wrong) => wrong,
        Ok(slug) => match me.desk.rooms.accounts.found_as(me.person.id, slug.clone(), name).await {
            Ok(_) => return Ok(redirect(&format!("/console/o/{slug}/sites/new?notice=org-made"))),
            Err(error) => error.sentence()?,
        },
    };
    let mut response = screen(&me, name, typed, &wrong).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}
