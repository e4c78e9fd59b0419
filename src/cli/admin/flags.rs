//! `citepress admin flag` and `admin flags`.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::super::{CliError, Start};
use crate::app::App;
use crate::base::Slug;
use crate::flags::{Flag, Setting, Switch};
use crate::tenancy::Actor;

#[derive(Debug, Args)]
pub(in crate::cli) struct SetFlag {
    /// The switch: engines, crawling, publishing, webhooks or sign-up
    name: Flag,
    /// What to set it to
    to: To,
    /// For this organisation alone: its short name
    #[arg(long, value_name = "SLUG")]
    org: Option<Slug>,
}

/// Words of the command line for a setting.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    /// It may be done
    On,
    /// It may not
    Off,
    /// As if nobody had set it
    Default,
}

impl From<To> for Setting {
    fn from(to: To) -> Setting {
        match to {
            To::On => Setting::On,
            To::Off => Setting::Off,
            To::Default => Setting::Default,
        }
    }
}

pub(super) async fn set(start: &Start, app: &App, set: &SetFlag) -> Result<(), CliError> {
    let (flag, setting) = (set.name, set.to.into());
    let Some(slug) = &set.org else {
        app.flags.set(flag, setting, Actor::Operator).await?;
        start.say(format_args!("{flag}: set for everybody. Every process heeds it within two seconds."));
        return Ok(());
    };
    if !flag.is_for_one() {
        return Err(format!("{flag} can be switched for everybody alone: leave --org out").into());
    }
    let org = app.accounts.operator_at(slug).await?;
    let org = org.ok_or_else(|| {
        format!("there is no organisation \"{slug}\": give the short name of its addresses")
    })?;
    app.flags.set_for(&org, flag, setting).await?;
    start.say(format_args!("{flag}: set for {slug}. Every process heeds it within two seconds."));
    Ok(())
}

pub(super) async fn print(start: &Start, app: &App) -> Result<(), CliError> {
    let set = app.flags.list().await?;
    let mut lines = Vec::new();
    for flag in Flag::ALL {
        let of = |switch: &&Switch| switch.flag == flag;
        let all = set.iter().filter(of).find(|switch| switch.org.is_none());
        let mut orgs = serde_json::Map::new();
        for switch in set.iter().filter(of) {
            let Some(org) = switch.org else { continue };
            let slug = app.accounts.slug_of(org).await?.unwrap_or_else(|| org.to_string());
            orgs.insert(slug, word(switch.is_on).into());
        }
        let state = word(all.is_none_or(|switch| switch.is_on));
        lines.push((flag, state, orgs));
    }
    if start.json {
        let one = |(flag, state, orgs): &(Flag, &str, serde_json::Map<_, _>)| json!({ "name": flag.name(), "state": state, "orgs": orgs, "meaning": flag.meaning() });
        println!("{}", serde_json::to_string_pretty(&lines.iter().map(one).collect::<Vec<_>>())?);
        return Ok(());
    }
    for (flag, state, orgs) in lines {
        println!("{:<12} {state:<4} {}", flag.name(), flag.meaning());
        for (slug, state) in orgs {
            println!("{:<12} {:<4} for {slug}", "", state.as_str().unwrap_or_default());
        }
    }
    Ok(())
}

fn word(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}
