//! robots.txt (RFC 9309), compiled from the owner's policy.

use super::agents::{AGENTS, Agent, Purpose};
use super::{Desk, Made, own_template};
use crate::config::{Access, RobotsPolicy};
use crate::fault::Fault;
use crate::units::Unit;
use crate::view::SiteView;
use std::collections::BTreeMap;

pub(super) fn make(desk: &Desk<'_>, unit: &Unit, made: &mut Made) -> Result<(), Fault> {
    let text = compile(&desk.view.config.robots, &desk.view.config.base_url, &lists(&desk.view));
    let bytes = own_template::apply(desk, "robots.txt", 0, text, Vec::new(), made)?;
    made.put(desk, unit, "robots.txt", &bytes, false)
}

/// The search page and the tags, which hold nothing that is not on the pages they list: crawlers get those from the
/// sections and the sitemap, and would find here one thin copy of the site's lists per tag.
fn lists(view: &SiteView) -> Vec<String> {
    let languages = 0..=u16::try_from(view.config.languages.len()).unwrap_or_default();
    let below = |language| {
        let root = view.state.root(language);
        let slash = if root.is_empty() { "" } else { "/" };
        ["search", "tags"].map(|name| format!("{}/{root}{slash}{name}/", view.state.grounds.prefix))
    };
    languages.flat_map(below).collect()
}

fn compile(policy: &RobotsPolicy, base_url: &str, lists: &[String]) -> String {
    let by_purpose = |purpose| match purpose {
        Purpose::Search => policy.search,
        Purpose::UserFetch => policy.user_fetch,
        Purpose::Training => policy.training,
    };
    let mut agents: BTreeMap<&str, Access> =
        AGENTS.iter().map(|Agent { token, purpose, .. }| (*token, by_purpose(*purpose))).collect();
    for (token, access) in &policy.agents {
        // Tokens are compared without case: the owner's `gptbot` is the GPTBot of the list.
        agents.retain(|known, _| !known.eq_ignore_ascii_case(token));
        agents.insert(token, *access);
    }
    let everyone = agents.remove("*").unwrap_or_default();
    let mut out = String::new();
    // An agent obeys only the group that names it, so every group repeats the paths that are closed to all.
    for access in [Access::Allow, Access::Deny] {
        let group: Vec<&str> =
            agents.iter().filter(|(_, has)| **has == access).map(|(token, _)| *token).collect();
        if access != everyone && !group.is_empty() {
            group.iter().for_each(|token| out.push_str(&format!("User-agent: {token}\n")));
            rules(&mut out, access, policy, lists);
        }
    }
    out.push_str("User-agent: *\n");
    rules(&mut out, everyone, policy, lists);
    out.push_str(&format!("Sitemap: {base_url}/sitemap.xml\n"));
    out
}

fn rules(out: &mut String, access: Access, policy: &RobotsPolicy, lists: &[String]) {
    match access {
        Access::Deny => out.push_str("Disallow: /\n"),
        Access::Allow => {
            let closed = lists.iter().chain(&policy.disallow);
            closed.for_each(|path| out.push_str(&format!("Disallow: {path}\n")));
            out.push_str("Allow: /\n");
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_becomes_groups() {
        let mut policy = RobotsPolicy { training: Access::Deny, ..RobotsPolicy::default() };
        policy.agents.insert("gptbot".into(), Access::Allow);
        policy.disallow.push("/private/".into());
        let text = compile(&policy, "https://a.example", &["/tags/".to_owned()]);
        let (deny, rest) = text.split_once("Disallow: /\n\n").unwrap();
        assert!(deny.contains("User-agent: ClaudeBot\n") && deny.contains("User-agent: CCBot\n"));
        assert!(!text.to_lowercase().contains("user-agent: gptbot"), "{text}");
        assert_eq!(
            rest,
            "User-agent: *\nDisallow: /tags/\nDisallow: /private/\nAllow: /\n\nSitemap: https://a.example/sitemap.xml\n"
        );
    }
}
