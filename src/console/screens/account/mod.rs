//! One's own account: password, codes, sessions, organisations.

pub(super) mod codes;
pub(super) mod orgs;
pub(super) mod provider;

use poem::http::StatusCode;
use poem::web::Path;
use poem::{Response, handler};
use serde::Serialize;

use crate::accounts::SessionId;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::screens::entry::enter;
use crate::console::view::values;
use crate::console::who::SignedIn;

/// A session in the list.
#[derive(Serialize)]
struct Line {
    id: SessionId,
    agent: String,
    created_at: i64,
    seen_at: i64,
    /// Whether it is the one that asks.
    is_here: bool,
}

#[handler]
pub(in crate::console) async fn show(me: SignedIn) -> Result<Response, Fault> {
    screen(&me, "").await
}

async fn screen(me: &SignedIn, wrong: &str) -> Result<Response, Fault> {
    let sessions = me.desk.rooms.accounts.sessions(me.person.id).await?;
    let line = |session: crate::accounts::Session| Line {
        is_here: session.id == me.session.id,
        id: session.id,
        agent: browser(&session.agent),
        created_at: session.created_at,
        seen_at: session.seen_at,
    };
    let lines: Vec<Line> = sessions.into_iter().map(line).collect();
    let accounts = &me.desk.rooms.accounts;
    let provider = accounts.provider_label().map(str::to_owned);
    let linked = provider::lines(accounts.identities(me.person.id).await?);
    let page = values! { provider, linked, sessions => lines, has_totp => me.person.has_totp, wrong };
    me.desk.view.page("account/account.html", &me.shell(), page)
}

#[handler]
pub(in crate::console) async fn password(me: SignedIn, posted: Posted) -> Result<Response, Fault> {
    let (present, new) = (posted.secret("present"), posted.secret("password"));
    me.desk.rooms.limits.take(None, &me.person.email).await?;
    match me.desk.rooms.accounts.change_password(&me.session, &present, &new).await {
        Ok(renewed) => Ok(enter(&me.desk, &renewed, "/console/account?notice=password-changed")),
        Err(crate::accounts::AccountError::SignIn) => wrong(&me, "The present password is wrong.").await,
        Err(error) => wrong(&me, &error.sentence()?).await,
    }
}

pub(super) async fn wrong(me: &SignedIn, sentence: &str) -> Result<Response, Fault> {
    let mut response = screen(me, sentence).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}

#[handler]
pub(in crate::console) async fn end_session(me: SignedIn, Path(id): Path<String>) -> Result<Response, Fault> {
    let id = id.parse().map_err(|_| Fault::NotFound)?;
    me.desk.rooms.accounts.end_session(me.person.id, id).await?;
    Ok(redirect("/console/account?notice=session-ended"))
}

/// The part of a browser's name for itself that people know.
fn browser(agent: &str) -> String {
    let known = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |words: &[(&str, &'static str)]| {
        words.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name)
    };
    match (find(&known), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if agent.is_empty() => "An unnamed browser".to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_called_by_the_name_that_people_know() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(
            browser("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1"),
            "Safari on iPhone"
        );
        assert_eq!((browser("curl/8.1"), browser("")), ("curl".into(), "An unnamed browser".into()));
    }
}
