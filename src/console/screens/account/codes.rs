//! One-time codes: on with a first code that shows they work, off with the password.

use poem::http::StatusCode;
use poem::{Response, handler};

use crate::accounts::AccountError;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::Refused;
use crate::console::screens::entry::enter;
use crate::console::view::values;
use crate::console::who::SignedIn;

#[handler]
pub(in crate::console) async fn show(me: SignedIn) -> Result<Response, Fault> {
    if me.person.has_totp {
        return Ok(redirect("/console/account"));
    }
    let offered = me.desk.rooms.accounts.offer_totp(&me.session).await?;
    form(&me, offered.url.reveal(), &offered.sealed, "")
}

/// The address that an authenticator reads from a picture, and its secret for those who type.
fn form(me: &SignedIn, url: &str, sealed: &str, wrong: &str) -> Result<Response, Fault> {
    let code = qrcode::QrCode::new(url).map_err(|error| Fault::broken(&error))?;
    let side = code.width();
    let squares = code.to_colors();
    // One path of unit squares: the template draws it, the style sheet colours it.
    let dark = squares.iter().enumerate().filter(|(_, colour)| **colour == qrcode::Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % side + 4, at / side + 4)).collect();
    let secret = url::Url::parse(url).ok().and_then(|url| {
        url.query_pairs().find(|(name, _)| name == "secret").map(|(_, secret)| secret.into_owned())
    });
    let page = values! { url, sealed, wrong, path, side => side + 8, secret };
    me.desk.view.page("account/codes.html", &me.shell(), page)
}

#[handler]
pub(in crate::console) async fn enable(me: SignedIn, posted: Posted) -> Result<Response, Fault> {
    let (sealed, url) = (posted.text("sealed"), posted.text("url"));
    me.desk.rooms.limits.take(None, &me.person.id.to_string()).await?;
    match me.desk.rooms.accounts.enable_totp(&me.session, sealed, posted.text("code")).await {
        Ok(renewed) => Ok(enter(&me.desk, &renewed, "/console/account?notice=totp-on")),
        Err(error) => {
            let wrong = error.sentence()?;
            let mut response = form(&me, url, sealed, &wrong)?;
            response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(response)
        }
    }
}

#[handler]
pub(in crate::console) async fn disable(me: SignedIn, posted: Posted) -> Result<Response, Fault> {
    me.desk.rooms.limits.take(None, &me.person.email).await?;
    match me.desk.rooms.accounts.disable_totp(&me.session, &posted.secret("password")).await {
        Ok(()) => Ok(redirect("/console/account?notice=totp-off")),
        Err(AccountError::SignIn) => super::wrong(&me, "The password is wrong.").await,
        Err(error) => super::wrong(&me, &error.sentence()?).await,
    }
}
