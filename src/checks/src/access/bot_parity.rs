//! bot-parity: bots are given the page that a browser is given.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::BotVisit;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "bot-parity",
    category: Category::Access,
    weight: 5.0,
    effort: Effort::Medium,
    page_controls: false,
    why: "Firewalls often turn away bots that robots.txt welcomes.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let visits = &site.subject.bot_visits;
    if visits.is_empty() {
        return Seen::unmeasured("no page was fetched as a bot");
    }
    let mean = visits.iter().map(credit).sum::<f64>() / visits.len() as f64;
    let poor = visits.iter().filter(|visit| credit(visit) < 1.0).map(told);
    Seen::of_credit(mean, "Let the firewall and the bot protection pass the agents that robots.txt allows.")
        .seen_all(poor)
}

fn credit(visit: &BotVisit) -> f64 {
    let refused = visit.challenged || visit.bot_status == 403 || visit.bot_status != visit.browser_status;
    match (refused, u64::from(visit.bot_words) * 100, u64::from(visit.browser_words)) {
        (true, _, _) => 0.0,
        (_, bot, browser) if bot >= 90 * browser => 1.0,
        (_, bot, browser) if bot >= 70 * browser => 0.5,
        _ => 0.0,
    }
}

fn told(visit: &BotVisit) -> String {
    let challenge = if visit.challenged { ", a challenge" } else { "" };
    format!(
        "{} as {}: status {}{challenge}, {} words; as a browser: status {}, {} words",
        visit.url, visit.agent, visit.bot_status, visit.bot_words, visit.browser_status, visit.browser_words
    )
}
