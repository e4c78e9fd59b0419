//! answer-bots-allowed: the share of answer engines' bots that may fetch every sampled URL.

use crate::check::{Category, Check, Effort, Judge, Seen};

use crate::robots::agents::Purpose;
use crate::site::Site;

pub(crate) static CHECK: Check = Check {
    id: "answer-bots-allowed",
    category: Category::Access,
    weight: 6.0,
    effort: Effort::Small,
    page_controls: false,
    why: "An engine cites what its own bot may read.",
    judge: Judge::Site(judge),
};

fn judge(site: &Site<'_>) -> Seen {
    let Some((all, barred)) = super::barred(site, Purpose::Answer) else {
        return Seen::unmeasured("robots.txt was not asked for");
    };
    let fix = "Allow in robots.txt the bots that answers are made from.";
    Seen::share(all - barred.len(), all, fix).seen_all(barred.into_iter().map(|one| one.evidence))
}
