//! entity: one name everywhere, and profiles that vouch for it.

use serde_json::Value;

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::page::Page;
use crate::page::jsonld::{ORGANIZATIONS, string};
use crate::site::Site;
use crate::words::{self, authority};

pub(crate) static CHECK: Check = Check {
    id: "entity",
    category: Category::Trust,
    weight: 3.0,
    effort: Effort::Medium,
    page_controls: false,
    why: "Engines join what they know of an organisation by its name and its profiles; different names make different organisations.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let Some(home) = site.home() else { return Seen::unmeasured("no page to judge") };
    let organisations = home.typed(ORGANIZATIONS);
    let organisation = organisations.iter().find(|node| string(node, "name").is_some());
    let name = organisation.and_then(|node| string(node, "name"));
    let site_name = home.head.meta("og:site_name").next().filter(|name| !name.is_empty());
    let fix = "Use one name in the title, og:site_name and the Organization, and give it sameAs links to three known profiles.";
    let (Some(name), Some(site_name)) = (name, site_name) else {
        return Seen::fail(fix)
            .seen(
                name.map_or("no Organization with a name".to_owned(), |name| format!("Organization: {name}")),
            )
            .seen(site_name.map_or("no og:site_name".to_owned(), |name| format!("og:site_name: {name}")));
    };
    let folded = words::fold(name);
    let title = home.head.title().unwrap_or("");
    let same = folded == words::fold(site_name) && words::holds(&words::fold(title), &folded);
    let told = format!("title: {title}; og:site_name: {site_name}; Organization: {name}");
    if !same {
        return Seen::fail(fix).seen(told);
    }
    let profiles = profiles(home, &folded);
    Seen::scale(profiles.len() >= 3, profiles.len() == 2, fix)
        .seen(told)
        .seen(format!("{} known profiles in sameAs", profiles.len()))
        .seen_all(profiles)
}

/// Distinct addresses on known hosts that an Organization of this name is the same as.
fn profiles<'p>(home: &'p Page<'_>, name: &str) -> Vec<&'p str> {
    let named = home
        .typed(ORGANIZATIONS)
        .into_iter()
        .filter(|node| string(node, "name").is_some_and(|other| words::fold(other) == name));
    let mut profiles: Vec<&str> = named
        .filter_map(|node| node.get("sameAs"))
        .flat_map(|value| match value {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect::<Vec<_>>(),
        })
        .filter(|address| authority::is_profile(address))
        .collect();
    profiles.sort_unstable();
    profiles.dedup();
    profiles
}
