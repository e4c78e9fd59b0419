//! The operator's switches: what is off, for whom, since when, and the form that switches.

use poem::http::StatusCode;
use poem::{Response, handler};
use serde::Serialize;

use super::{Operator, screen};
use crate::accounts::Accounts;
use crate::base::Slug;
use crate::console::door::redirect;
use crate::console::fault::Fault;
use crate::console::form::Posted;
use crate::console::refused::sentence;
use crate::flags::{Flag, Flags, Setting, Switch};
use crate::tenancy::Actor;

/// A switch as it stands for everybody, and who has it otherwise.
#[derive(Serialize)]
pub(super) struct Line {
    name: &'static str,
    meaning: &'static str,
    is_on: bool,
    /// When that was set; absent where nobody has set it.
    since: Option<i64>,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Other {
    slug: String,
    is_on: bool,
    since: i64,
}

pub(super) async fn lines(flags: &Flags, accounts: &Accounts) -> Result<Vec<Line>, Fault> {
    let set = flags.list().await?;
    let mut lines = Vec::with_capacity(Flag::ALL.len());
    for flag in Flag::ALL {
        let (own, all): (Vec<&Switch>, Vec<&Switch>) =
            set.iter().filter(|switch| switch.flag == flag).partition(|switch| switch.org.is_some());
        let all = all.first();
        let mut others = Vec::with_capacity(own.len());
        for switch in own {
            let Some(org) = switch.org else { continue };
            let slug = accounts.slug_of(org).await?.unwrap_or_else(|| org.to_string());
            others.push(Other { slug, is_on: switch.is_on, since: switch.since });
        }
        let (is_on, since) = (all.is_none_or(|switch| switch.is_on), all.map(|switch| switch.since));
        lines.push(Line { name: flag.name(), meaning: flag.meaning(), is_on, since, others });
    }
    Ok(lines)
}

#[handler]
pub(in crate::console) async fn set_switch(
    Operator(me): Operator,
    posted: Posted,
) -> Result<Response, Fault> {
    let rooms = &me.desk.rooms;
    let (flag, slug) = (posted.text("flag").parse::<Flag>(), posted.text("org"));
    let (Ok(flag), Some(setting)) = (flag, Setting::parse(posted.text("to"))) else {
        return Err(Fault::NotFound);
    };
    if slug.is_empty() {
        rooms.flags.set(flag, setting, Actor::Person(me.person.id)).await?;
        return Ok(redirect("/console/ops?notice=switched"));
    }
    let org = match slug.parse::<Slug>() {
        Ok(slug) => rooms.accounts.operator_at(&slug).await?,
        Err(_) => None,
    };
    let wrong = match org {
        Some(org) if flag.is_for_one() => {
            rooms.flags.set_for(&org, flag, setting).await?;
            return Ok(redirect("/console/ops?notice=switched"));
        }
        Some(_) => {
            format!("{flag} can be switched for everybody alone: who signs up has no organisation yet")
        }
        None => {
            format!("there is no organisation \"{slug}\": give the short name that stands in its addresses")
        }
    };
    let mut response = screen(&me, None, &sentence(&wrong)).await?;
    response.set_status(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(response)
}
