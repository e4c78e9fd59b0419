//! Where things stand, and what to do next.

use poem::{Response, handler};
use serde::Serialize;

use super::Names;
use super::audit_log::{Happening, happenings};
use crate::base::Window;
use crate::console::fault::Fault;
use crate::console::view::values;
use crate::console::who::{In, Member};
use crate::pages::PageState;
use crate::sites::Site;
use crate::tenancy::Role;

/// Sites that are shown at once.
const SITES: u64 = 50;
/// What has happened lately.
const LATELY: u64 = 8;

/// A site and its pages.
#[derive(Serialize)]
struct Card {
    title: String,
    path: String,
    url: String,
    is_live: bool,
    pages: u64,
    published: u64,
    review: u64,
    drafts: u64,
    stale: u64,
}

/// A step on the way to a live site, with where it is taken.
#[derive(Serialize)]
struct Step {
    title: &'static str,
    why: &'static str,
    path: String,
    label: &'static str,
    done: bool,
}

#[handler]
pub(in crate::console) async fn show(here: In<Member>) -> Result<Response, Fault> {
    let rooms = &here.me.desk.rooms;
    let (sites, has_more) = rooms.sites.window(&here.scope, &Window::newest(SITES)).await?;
    let mut cards = Vec::with_capacity(sites.len());
    let (mut sources, mut colleagues) = (false, false);
    for site in sites {
        let Some(scope) = rooms.sites.scope(&here.scope, site.id).await? else { continue };
        if cards.is_empty() {
            sources = !rooms.pages.sources_window(&scope, &Window::newest(1)).await?.0.is_empty();
        }
        cards.push(card(&here, scope, site).await?);
    }
    if here.scope.role() >= Role::Admin {
        colleagues = rooms.accounts.members(&here.scope).await?.len() > 1;
    }
    let names = Names::of(&here).await?;
    let lately: Vec<Happening> = happenings(rooms.events.latest(&here.scope, None, LATELY).await?, &names);
    let steps = steps(&here.path(), cards.first(), sources, colleagues);
    let is_begun = steps.iter().take(4).all(|step| step.done);
    let page = values! { cards, has_more, lately, steps, is_begun };
    here.me.desk.view.page("org/overview.html", &here.shell("overview").await?, page)
}

async fn card(here: &In<Member>, scope: crate::tenancy::SiteScope, site: Site) -> Result<Card, Fault> {
    let rooms = &here.me.desk.rooms;
    let host = rooms.sites.canonical_host(&scope).await?;
    let counts = rooms.pages.counts(&scope).await?;
    let of = |state: PageState| counts.by_state.get(state.as_str()).copied().unwrap_or_default();
    Ok(Card {
        path: format!("{}/s/{}", here.path(), site.slug),
        url: host.map_or_else(String::new, |host| rooms.address.of(host.as_str())),
        title: site.title,
        is_live: site.live_edition.is_some(),
        pages: counts.by_state.values().sum(),
        published: of(PageState::Published),
        review: of(PageState::Review),
        drafts: of(PageState::Draft),
        stale: counts.stale,
    })
}

fn steps(org: &str, first: Option<&Card>, sources: bool, colleagues: bool) -> Vec<Step> {
    let site = first.map_or_else(|| format!("{org}/sites/new"), |card| card.path.clone());
    let below = |part: &str| if first.is_some() { format!("{site}/{part}") } else { site.clone() };
    vec![
        Step {
            title: "Make a site",
            why: "It answers at an address of its own, and later at your domain.",
            path: format!("{org}/sites/new"),
            label: "New site",
            done: first.is_some(),
        },
        Step {
            title: "Give it sources",
            why: "Web pages or documents that hold your facts: each sentence of a page points at one.",
            path: below("sources"),
            label: "Add sources",
            done: sources,
        },
        Step {
            title: "Write a page",
            why: "Generated from its sources, or by hand. A person reads it before anybody else does.",
            path: below("pages/new"),
            label: "New page",
            done: first.is_some_and(|card| card.pages > 0),
        },
        Step {
            title: "Publish",
            why: "All at once or not at all, and one click back.",
            path: below("publish"),
            label: "Publish",
            done: first.is_some_and(|card| card.is_live),
        },
        Step {
            title: "Invite a colleague",
            why: "Members write and review, admins publish.",
            path: format!("{org}/members"),
            label: "Invite",
            done: colleagues,
        },
    ]
}
