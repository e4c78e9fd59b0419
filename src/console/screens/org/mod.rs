//! The organisation's screens.

mod api_keys;
mod audit_log;
mod csv;
mod jobs;
mod live;
mod members;
mod names;
mod overview;
mod search;
mod settings;
mod sites;
mod webhooks;

pub(super) use jobs::Line as JobLine;
pub(super) use names::Names;

use poem::{Route, get, post};

/// Their addresses.
pub(super) fn at(route: Route) -> Route {
    route
        .at("/o/:org", get(overview::show))
        .at("/o/:org/search", get(search::show))
        .at("/o/:org/search/found", get(search::palette))
        .at("/o/:org/sites/new", get(sites::show).post(sites::create))
        .at("/o/:org/members", get(members::show))
        .at("/o/:org/members.csv", get(csv::members))
        .at("/o/:org/api-keys.csv", get(csv::api_keys))
        .at("/o/:org/audit-log.csv", get(csv::audit_log))
        .at("/o/:org/jobs.csv", get(csv::jobs))
        .at("/o/:org/webhooks/:webhook/deliveries.csv", get(csv::deliveries))
        .at("/o/:org/members/invite", post(members::invite))
        .at("/o/:org/members/:person/role", post(members::set_role))
        .at("/o/:org/members/:person/remove", post(members::remove))
        .at("/o/:org/invitations/:invitation/withdraw", post(members::withdraw))
        .at("/o/:org/api-keys", get(api_keys::show).post(api_keys::create))
        .at("/o/:org/api-keys/:key/end", post(api_keys::end))
        .at("/o/:org/audit-log", get(audit_log::show))
        .at("/o/:org/settings", get(settings::show).post(settings::rename))
        .at("/o/:org/export", post(settings::request_export))
        .at("/o/:org/exports/:export/archive", get(settings::download))
        .at("/o/:org/delete", post(settings::delete))
        .at("/o/:org/webhooks", get(webhooks::show))
        .at("/o/:org/webhooks/new", get(webhooks::blank).post(webhooks::create))
        .at("/o/:org/webhooks/:webhook", get(webhooks::one).post(webhooks::change))
        .at("/o/:org/webhooks/:webhook/rotate", post(webhooks::rotate))
        .at("/o/:org/webhooks/:webhook/test", post(webhooks::test))
        .at("/o/:org/webhooks/:webhook/deliveries/:delivery/replay", post(webhooks::replay))
        .at("/o/:org/webhooks/:webhook/delete", post(webhooks::delete))
        .at("/o/:org/jobs", get(jobs::show))
        .at("/o/:org/jobs/live", get(live::show))
        .at("/o/:org/jobs/:job/cancel", post(jobs::cancel))
        .at("/o/:org/jobs/:job/retry", post(jobs::retry))
}
