//! A site's screens.

mod csv;
mod domains;
mod edition;
mod editor;
mod history;
mod new_page;
mod pages;
mod publish;
mod redirects;
mod settings;
mod sources;

use poem::{Route, get, post};

/// Their addresses.
pub(super) fn at(route: Route) -> Route {
    route
        .at("/o/:org/s/:site", get(pages::from_site))
        .at("/o/:org/s/:site/pages", get(pages::show).post(pages::approve))
        .at("/o/:org/s/:site/pages.csv", get(csv::pages))
        .at("/o/:org/s/:site/sources.csv", get(csv::sources))
        .at("/o/:org/s/:site/editions.csv", get(csv::editions))
        .at("/o/:org/s/:site/pages/new", get(new_page::show).post(new_page::create))
        .at("/o/:org/s/:site/pages/:page", get(editor::show).post(editor::save))
        .at("/o/:org/s/:site/pages/:page/draft", post(editor::keep))
        .at("/o/:org/s/:site/pages/:page/look", get(editor::beside::look_saved).post(editor::beside::look))
        .at("/o/:org/s/:site/pages/:page/generate", post(editor::actions::generate))
        .at("/o/:org/s/:site/pages/:page/approve", post(editor::actions::approve))
        .at("/o/:org/s/:site/pages/:page/publish", post(editor::actions::publish))
        .at("/o/:org/s/:site/pages/:page/schedule", post(editor::actions::schedule))
        .at("/o/:org/s/:site/pages/:page/unschedule", post(editor::actions::unschedule))
        .at("/o/:org/s/:site/pages/:page/take-off", post(editor::actions::take_off))
        .at("/o/:org/s/:site/pages/:page/archive", post(editor::actions::archive))
        .at("/o/:org/s/:site/pages/:page/unarchive", post(editor::actions::unarchive))
        .at("/o/:org/s/:site/pages/:page/waive", post(editor::actions::waive))
        .at("/o/:org/s/:site/pages/:page/history", get(history::show))
        .at("/o/:org/s/:site/pages/:page/history/:number", get(history::one))
        .at("/o/:org/s/:site/pages/:page/history/:number/restore", post(history::restore))
        .at("/o/:org/s/:site/sources", get(sources::show).post(sources::add))
        .at("/o/:org/s/:site/sources/:source", get(sources::one))
        .at("/o/:org/s/:site/settings", get(settings::show).post(settings::save))
        .at("/o/:org/s/:site/settings/look", get(settings::look_saved).post(settings::look))
        .at("/o/:org/s/:site/publish", get(publish::show).post(publish::publish))
        .at("/o/:org/s/:site/editions/:edition", get(edition::show))
        .at("/o/:org/s/:site/editions/:edition/preview", get(publish::preview))
        .at("/o/:org/s/:site/editions/:edition/activate", post(publish::activate))
        .at("/o/:org/s/:site/domains", get(domains::show).post(domains::add))
        .at("/o/:org/s/:site/domains/:domain/check", post(domains::check))
        .at("/o/:org/s/:site/domains/:domain/canonical", post(domains::make_canonical))
        .at("/o/:org/s/:site/domains/:domain/delete", get(domains::confirm).post(domains::delete))
        .at("/o/:org/s/:site/redirects", get(redirects::show).post(redirects::add))
        .at("/o/:org/s/:site/redirects.csv", get(csv::redirects))
        .at("/o/:org/s/:site/redirects/many", post(redirects::add_many))
        .at("/o/:org/s/:site/redirects/:redirect/delete", post(redirects::delete))
}
