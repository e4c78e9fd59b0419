//! One file per screen: what it shows, and what its forms do.

mod account;
pub(super) mod docs;
mod entry;
mod ops;
mod org;
mod site;

use poem::{Route, get, post};

use super::assets;

/// Every address of the console.
pub(super) fn routes() -> Route {
    let route = Route::new()
        .at("/", get(entry::home::show))
        .at("/assets/:version/:name", get(assets::get))
        .at("/set-up", get(entry::set_up::show).post(entry::set_up::done))
        .at("/sign-in", get(entry::sign_in::show).post(entry::sign_in::done))
        .at("/sign-in/provider", get(entry::provider::begin))
        .at("/sign-in/callback", get(entry::provider::back))
        .at("/sign-in/code", post(entry::sign_in::code))
        .at("/sign-out", post(entry::sign_in::out))
        .at("/sign-up", get(entry::sign_up::show).post(entry::sign_up::done))
        .at("/reset", get(entry::reset::show).post(entry::reset::done))
        .at("/invitation", get(entry::invitation::show).post(entry::invitation::done))
        .at("/account", get(account::show))
        .at("/account/password", post(account::password))
        .at("/account/provider", post(account::provider::begin))
        .at("/account/provider/:identity/off", post(account::provider::unlink))
        .at("/account/sessions/:session/end", post(account::end_session))
        .at("/account/codes", get(account::codes::show).post(account::codes::enable))
        .at("/account/codes/off", post(account::codes::disable))
        .at("/ops", get(ops::show))
        .at("/ops/jobs/:job/retry", post(ops::retry))
        .at("/ops/switch", post(ops::set_switch))
        .at("/orgs", get(account::orgs::show).post(account::orgs::found));
    let route = org::at(route);
    site::at(route)
}
