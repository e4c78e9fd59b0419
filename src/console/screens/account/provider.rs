//! Linking one's account to the sign-in provider, and taking the link off.

use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Response, handler};
use serde::Serialize;

use super::wrong;
use crate::accounts::{LinkedIdentity, ProviderAnswer};
use crate::base::Secret;
use crate::browser::Cookies;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::refused::Refused;
use crate::console::view::values;
use crate::console::who::{SignedIn, Visitor};
use crate::tenancy::PersonId;

/// What stands in the ticket's cookie instead of a path when somebody links: no address can ask for it.
const LINKS: &str = "link ";

/// A linked sign-in in the list.
#[derive(Serialize)]
pub(super) struct Line {
    id: String,
    issuer: String,
    since: i64,
}

pub(super) fn lines(linked: Vec<LinkedIdentity>) -> Vec<Line> {
    let line = |one: LinkedIdentity| Line { id: one.id, issuer: one.issuer, since: one.since };
    linked.into_iter().map(line).collect()
}

/// Begins with a form, whose token nobody else has: else a stranger could have their own sign-in linked to this account.
/// The answer is a link: a browser lets no form lead to another origin (`form-action`).
#[handler]
pub(in crate::console) async fn begin(me: SignedIn) -> Result<Response, Fault> {
    let rooms = &me.desk.rooms;
    rooms.limits.take(None, &me.person.email).await?;
    let (ticket, url) = match rooms.accounts.begin_with_provider().await {
        Ok(begun) => begun,
        Err(error) => return wrong(&me, &error.sentence()?).await,
    };
    let label = rooms.accounts.provider_label().unwrap_or_default();
    let page = values! { url, label };
    let mut response = me.desk.view.page("account/link.html", &me.shell(), page)?;
    let line = Cookies::of(&rooms.public_url).set_ticket(&ticket, &format!("{LINKS}{}", me.person.id));
    if let Some(line) = line {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(response)
}

/// Whether a ticket was made to link, and for whom.
pub(in crate::console::screens) fn for_whom(kept: &str) -> Option<&str> {
    kept.strip_prefix(LINKS)
}

/// Back from the provider, in the browser of whoever has begun and is still signed in.
pub(in crate::console::screens) async fn back(
    visitor: &Visitor,
    whom: &str,
    ticket: Secret,
    answer: ProviderAnswer<'_>,
) -> Result<Response, Fault> {
    let me = visitor.signed_in().await?.ok_or(Fault::SignIn)?;
    if whom.parse::<PersonId>().ok() != Some(me.person.id) {
        let detail = "Somebody else has begun this in the same browser. Begin again on your account's page.";
        return Err(Fault::told(StatusCode::CONFLICT, detail));
    }
    match visitor.desk.rooms.accounts.link_provider(me.person.id, Some(ticket), answer).await {
        Ok(()) => Ok(redirect("/console/account?notice=linked")),
        Err(error) => wrong(&me, &error.sentence()?).await,
    }
}

#[handler]
pub(in crate::console) async fn unlink(
    me: SignedIn,
    Path(identity): Path<String>,
) -> Result<Response, Fault> {
    match me.desk.rooms.accounts.unlink_provider(me.person.id, &identity).await {
        Ok(()) => Ok(redirect("/console/account?notice=unlinked")),
        Err(error) => wrong(&me, &error.sentence()?).await,
    }
}
