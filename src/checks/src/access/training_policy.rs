//! training-policy: which training bots are barred; reported, not scored.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::robots::agents::Purpose;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "training-policy",
    category: Category::Access,
    weight: 0.0,
    effort: Effort::Small,
    page_controls: false,
    why: "Whether models may learn from a site is its owner's choice; it should be one.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let Some((all, barred)) = super::barred(site, Purpose::Training) else {
        return Seen::unmeasured("robots.txt was not asked for");
    };
    let names = barred.iter().map(|one| one.agent).collect::<Vec<_>>().join(", ");
    let told = match barred.len() {
        0 => format!("all {all} training bots may fetch the site"),
        count => format!("{count} of {all} training bots are barred: {names}"),
    };
    Seen::reported("Decide whether models may be trained on the site, and say so in robots.txt.").seen(told)
}
